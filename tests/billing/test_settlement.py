"""The arithmetic of a payment, apart from any row."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.enums import Means
from billing.errors import DomainError
from billing.settlement import by_means, filled, likely_notes, split_payment

D = Decimal
amounts = st.decimals(min_value=0, max_value=99_999, places=2)


@given(
    st.dictionaries(st.sampled_from(list(Means)), amounts, max_size=5),
    st.lists(amounts, max_size=6),
    amounts,
    st.booleans(),
)
def test_a_split_always_adds_up(parts, dues, free, rest):
    try:
        split = split_payment(parts, dues, free_advance=free, rest_to_advance=rest)
    except DomainError:
        return

    assert split.total == split.money + split.set_off == split.allocated + split.to_advance
    assert sum(split.allocations, D(0)) == split.allocated
    assert all(share <= due for share, due in zip(split.allocations, dues, strict=True))
    assert split.left == sum(dues, D(0)) - split.allocated >= 0
    assert split.set_off <= min(free, split.allocated)
    assert rest or not split.to_advance


@given(st.dictionaries(st.sampled_from(list(Means)), amounts, max_size=5), st.lists(amounts, max_size=6))
def test_means_spent_on_lines_add_up_to_what_the_lines_get(parts, needs):
    total = sum(parts.values(), D(0))
    shares, left = [], total
    for need in needs:
        shares.append(min(need, left))
        left -= shares[-1]

    spent = by_means(parts, shares)

    assert [sum((amount for _means, amount in line), D(0)) for line in spent] == shares


def test_the_advance_is_spent_first_and_cash_last():
    parts = {Means.CASH: D(50), Means.ADVANCE: D(30), Means.CARD: D(20)}

    assert by_means(parts, [D(40), D(60)]) == [
        [(Means.ADVANCE, D(30)), (Means.CARD, D(10))],
        [(Means.CARD, D(10)), (Means.CASH, D(50))],
    ]


def test_change_is_given_for_the_cash_alone():
    split = split_payment(
        {Means.CASH: D("6266.50"), Means.CARD: D(18000)}, [D("24266.50")], free_advance=D(0), cash_received=D(7000)
    )

    assert split.change == D("733.50")


@pytest.mark.parametrize(("means", "expected"), [(Means.CARD, D(700)), (Means.ADVANCE, D(120)), (Means.CASH, D(1000))])
def test_filling_a_means_takes_what_the_others_leave(means, expected):
    assert filled({Means.CASH: D(300)}, means, due=D(1000), free_advance=D(120)) == expected


def test_notes_a_patient_may_hand_over():
    assert likely_notes(D("6266.50")) == [D(6300), D(6500), D(7000)]
    assert likely_notes(D(0)) == []
