from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    KOPECK,
    ZERO,
    allocate,
    allocate_capped,
    format_money,
    line_amount,
    line_amounts,
    parse_money,
    round_down_to_roubles,
    round_money,
)

sums = st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2)
signed_sums = st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2)
weights = st.lists(st.decimals(min_value=0, max_value=1_000_000, places=3), min_size=1, max_size=40)


def roubles(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("-0.004", "0.00"), ("1", "1.00")],
)
def test_round_money_goes_half_up_and_mirrors_negatives(exact, rounded):
    assert str(round_money(Decimal(exact))) == rounded


@pytest.mark.parametrize(("exact", "rounded"), [("10.99", "10.00"), ("10.00", "10.00"), ("0.50", "0.00")])
def test_round_down_to_roubles_favours_the_customer(exact, rounded):
    assert str(round_down_to_roubles(Decimal(exact))) == rounded


def test_round_down_to_roubles_refuses_a_negative_sum():
    with pytest.raises(ValueError, match="rounded down"):
        round_down_to_roubles(Decimal("-0.50"))


@pytest.mark.parametrize(
    ("price", "quantity", "percent", "net"),
    [
        ("4500.00", "1", "0", "4500.00"),
        ("4500.00", "3", "10", "12150.00"),
        ("333.33", "1", "7", "310.00"),  # 23.3331 off
        ("0.50", "1", "1", "0.49"),  # 0.005 off becomes 0.01
        ("100.00", "1", "100", "0.00"),
        ("12.345", "2", "0", "24.69"),
        ("10.01", "0.5", "0", "5.01"),
    ],
)
def test_line_amount_rounds_once_at_the_line(price, quantity, percent, net):
    assert line_amount(Decimal(price), Decimal(quantity), discount_percent=Decimal(percent)) == Decimal(net)


def test_line_amount_takes_a_discount_in_roubles_for_the_whole_line():
    assert line_amount(Decimal("1000.00"), 2, discount_amount=Decimal("150.50")) == Decimal("1849.50")


@given(price=sums, quantity=st.integers(0, 99), percent=st.decimals(min_value=0, max_value=100, places=2))
def test_line_amounts_add_up_on_paper(price, quantity, percent):
    line = line_amounts(price, quantity, discount_percent=percent)

    assert line.gross - line.discount == line.net
    assert 0 <= line.net <= line.gross
    assert line.gross == round_money(line.gross)
    assert abs(Fraction(line.discount) - Fraction(line.gross) * Fraction(percent) / 100) <= Fraction(1, 200)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": Decimal(-1), "quantity": 1},
        {"price": Decimal(1), "quantity": -1},
        {"price": Decimal(1), "quantity": 1, "discount_percent": Decimal(101)},
        {"price": Decimal(1), "quantity": 1, "discount_percent": Decimal(-1)},
        {"price": Decimal(1), "quantity": 1, "discount_amount": Decimal("1.01")},
        {"price": Decimal(1), "quantity": 1, "discount_amount": Decimal("-0.01")},
        {"price": Decimal(1), "quantity": 1, "discount_amount": Decimal("0.5"), "discount_percent": Decimal(1)},
    ],
)
def test_line_amount_refuses_what_no_line_can_be(wrong):
    with pytest.raises(ValueError, match=r"never negative|percent|discount"):
        line_amount(**wrong)


@pytest.mark.parametrize(
    ("total", "by", "parts"),
    [
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("0.01", [1, 2], ["0.00", "0.01"]),
        ("10.00", [0, 1, 0], ["0.00", "10.00", "0.00"]),
        ("10.00", [0, 0], ["5.00", "5.00"]),
        ("-100.00", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]),
        ("0.00", [1, 2], ["0.00", "0.00"]),
        ("100.00", [Decimal("999.99"), Decimal("0.01")], ["100.00", "0.00"]),
        ("0.00", [], []),
    ],
)
def test_allocate_gives_the_odd_kopecks_by_largest_remainder(total, by, parts):
    assert allocate(Decimal(total), by) == roubles(*parts)


@given(total=signed_sums, by=weights)
def test_allocate_sums_exactly_and_stays_within_a_kopeck(total, by):
    parts = allocate(total, by)

    assert sum(parts, ZERO) == total
    whole = sum(map(Fraction, by)) or len(by)
    for part, weight in zip(parts, by, strict=True):
        share = Fraction(total) * (Fraction(weight) if any(by) else 1) / whole
        assert abs(Fraction(part) - share) < Fraction(KOPECK)
        assert part == 0 or weight > 0 or not any(by)
        assert part * total >= 0


@given(total=sums, by=weights)
def test_allocate_mirrors_a_negative_total(total, by):
    assert allocate(-total, by) == [-part for part in allocate(total, by)]


@given(total=sums, count=st.integers(1, 30))
def test_allocate_gives_ties_to_the_earlier(total, count):
    parts = allocate(total, [1] * count)

    assert parts == sorted(parts, reverse=True)


@given(lines=st.lists(sums, min_size=1, max_size=20), share=st.fractions(0, 1))
def test_allocate_by_amounts_never_exceeds_a_line(lines, share):
    total = Decimal(int(sum(lines) * 100 * share.numerator / share.denominator)) / 100

    parts = allocate(total, lines)

    assert all(part <= line for part, line in zip(parts, lines, strict=True))


@pytest.mark.parametrize(("total", "by"), [("0.001", [1]), ("1.00", []), ("1.00", [-1, 2]), ("1.00", [Decimal("NaN")])])
def test_allocate_refuses_the_impossible(total, by):
    with pytest.raises(ValueError, match=r"kopecks|nobody|never negative"):
        allocate(Decimal(total), by)


@pytest.mark.parametrize(
    ("total", "dues", "parts", "rest"),
    [
        ("100.00", ["60.00", "60.00"], ["60.00", "40.00"], "0.00"),
        ("150.00", ["60.00", "60.00"], ["60.00", "60.00"], "30.00"),
        ("10.00", ["0.00", "60.00"], ["0.00", "10.00"], "0.00"),
        ("0.00", ["60.00"], ["0.00"], "0.00"),
        ("5.00", [], [], "5.00"),
    ],
)
def test_allocate_capped_pays_the_earlier_due_first(total, dues, parts, rest):
    assert allocate_capped(Decimal(total), roubles(*dues)) == (roubles(*parts), Decimal(rest))


@given(total=sums, dues=st.lists(sums, max_size=20))
def test_allocate_capped_loses_nothing_and_overpays_nobody(total, dues):
    parts, rest = allocate_capped(total, dues)

    assert sum(parts, rest) == total
    assert all(0 <= part <= due for part, due in zip(parts, dues, strict=True))
    assert rest == max(ZERO, total - sum(dues, ZERO))
    unpaid = [index for index, (part, due) in enumerate(zip(parts, dues, strict=True)) if part < due]
    assert not unpaid or not any(parts[unpaid[0] + 1 :])


def test_allocate_capped_refuses_negative_amounts():
    with pytest.raises(ValueError, match="never negative"):
        allocate_capped(Decimal(-1), [])
    with pytest.raises(ValueError, match="never negative"):
        allocate_capped(Decimal(1), [Decimal(-1)])


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Decimal("12500"), "12\u00a0500,00\u00a0₽"),
        (Decimal("0"), "0,00\u00a0₽"),
        (Decimal("-0.001"), "0,00\u00a0₽"),
        (Decimal("-1234567.895"), "−1\u00a0234\u00a0567,90\u00a0₽"),
        (None, "–"),
    ],
)
def test_format_money_groups_thousands_and_keeps_absent_apart_from_zero(amount, shown):
    assert format_money(amount) == shown


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 234,50", "1234.50"),
        ("1234.5", "1234.50"),
        (" 12\u202f500,00\u00a0₽ ", "12500.00"),
        ("12 500 руб.", "12500.00"),
        ("100р", "100.00"),
        ("0", "0.00"),
        (",5", "0.50"),
        ("7,", "7.00"),
        ("007", "7.00"),
        ("9999999999,99", "9999999999.99"),
        ("1\t000", "1000.00"),
    ],
)
def test_parse_money_reads_what_people_type(typed, amount):
    assert str(parse_money(typed)) == amount


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-5", "negative"),
        ("−5", "negative"),
        ("1,234", "max_decimal_places"),
        ("10000000000", "max_digits"),
        *[(typed, "invalid") for typed in ("", " ", ",", "₽", "abc", "NaN", "Infinity", "1e5", "1 23", "12 34,5")],
        *[(typed, "invalid") for typed in ("1,234.50", "1.234,50", "٣", "1 000 00", "5 $", "5\x00", "0x1F", "1_000")],
    ],
)
def test_parse_money_refuses_garbage(typed, code):
    with pytest.raises(ValidationError) as refusal:
        parse_money(typed)

    assert refusal.value.code == code


@given(sums)
def test_parse_money_reads_back_what_is_shown(amount):
    assert parse_money(format_money(amount)) == amount


@given(st.text())
def test_parse_money_only_ever_refuses_politely(text):
    try:
        amount = parse_money(text)
    except ValidationError:
        return

    assert amount == round_money(amount)
    assert 0 <= amount < 10**10


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        ("money", Decimal("12500"), "12\u00a0500,00\u00a0₽"),
        ("money", 0, "0,00\u00a0₽"),
        ("money", None, "–"),
        ("money", "", "–"),
        ("money:False", Decimal("5"), "5,00"),
        ("money_short", Decimal("1284500.50"), "1\u00a0284\u00a0501\u00a0₽"),
        ("money_short", Decimal("-1500"), "−1\u00a0500\u00a0₽"),
        ("money_short:False", Decimal("0.4"), "0"),
        ("money_short", None, "–"),
        ("number", 12345, "12\u00a0345"),
        ("number", Decimal("0.50"), "0,5"),
        ("number", Decimal("1E+3"), "1\u00a0000"),
        ("number:1", 87.25, "87,3"),
        ("number:0", Decimal("-0.4"), "0"),
        ("number", -2, "−2"),
        ("number", None, "–"),
    ],
)
def test_template_filters_line_numbers_up(tag, value, shown):
    page = Template(f"{{% load money %}}{{{{ value|{tag} }}}}")

    assert page.render(Context({"value": value})) == shown


def test_template_filter_money_refuses_a_float():
    with pytest.raises(TypeError, match="float"):
        Template("{% load money %}{{ value|money }}").render(Context({"value": 0.1}))
