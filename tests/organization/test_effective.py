"""How a role's rights and the personal ones add up: the widest permission, no wider than a cap, a denial above all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actor import Scope
from organization.effective import WIDTH, effective_rights

CARDS, DISCOUNT = "patients.view_patient", "billing.give_discount"
NONE_OFF = frozenset()


def rights(*grants, role="administrator"):
    return effective_rights(role, grants, off=NONE_OFF)


def test_the_widest_permission_counts():
    held = rights((CARDS, "allow", "own", None), (CARDS, "allow", "branch", None))

    assert held.scopes == {CARDS: Scope.BRANCH}


def test_a_cap_narrows_whatever_was_given():
    held = rights((CARDS, "cap", "own", None), (CARDS, "allow", "all", None))

    assert held.scopes == {CARDS: Scope.OWN}


def test_a_cap_gives_nothing_by_itself():
    assert rights((CARDS, "cap", "all", None)).scopes == {}


def test_a_denial_wins_over_everything():
    assert (
        rights((CARDS, "allow", "all", None), (CARDS, "deny", "own", None), (CARDS, "allow", "all", None)).scopes == {}
    )


def test_the_larger_limit_counts_and_none_is_without_a_limit():
    assert rights((DISCOUNT, "allow", "all", 10), (DISCOUNT, "allow", "all", 30)).limits == {DISCOUNT: 30}
    assert rights((DISCOUNT, "allow", "all", 10), (DISCOUNT, "allow", "all", None)).limits == {}


def test_a_cap_lowers_a_limit_and_never_raises_it():
    assert rights((DISCOUNT, "allow", "all", None), (DISCOUNT, "cap", "all", 5)).limits == {DISCOUNT: 5}
    assert rights((DISCOUNT, "allow", "all", 5), (DISCOUNT, "cap", "all", 50)).limits == {DISCOUNT: 5}
    assert rights((DISCOUNT, "allow", "all", 5), (DISCOUNT, "cap", "all", None)).limits == {DISCOUNT: 5}


def test_the_director_has_everything_without_limits_until_capped():
    assert rights(role="director").scopes[DISCOUNT] == Scope.ALL
    assert DISCOUNT not in rights(role="director").limits
    assert rights((DISCOUNT, "cap", "all", 20), role="director").limits == {DISCOUNT: 20}


def test_rights_of_a_module_that_is_off_do_not_hold():
    assert effective_rights("administrator", [(CARDS, "allow", "all", None)], off=frozenset({"patients"})).scopes == {}


GRANT = st.tuples(
    st.just(CARDS),
    st.sampled_from(["allow", "cap", "deny"]),
    st.sampled_from([scope.value for scope in Scope]),
    st.one_of(st.none(), st.integers(0, 100)),
)


@given(st.lists(GRANT, max_size=6), st.randoms())
def test_the_order_of_grants_does_not_matter(grants, random):
    shuffled = list(grants)
    random.shuffle(shuffled)

    assert rights(*grants) == rights(*shuffled)


@given(st.lists(GRANT, max_size=6), GRANT)
def test_only_a_permission_can_widen(grants, more):
    before, after = rights(*grants), rights(*grants, more)

    if more[1] != "allow":
        widths = [-1 if CARDS not in held.scopes else WIDTH[held.scopes[CARDS]] for held in (before, after)]
        assert widths[1] <= widths[0]


@pytest.mark.parametrize("effect", ["allow", "cap"])
def test_an_unknown_right_is_left_out(effect):
    assert rights(("nobody.declared", effect, "all", None)).scopes == {}
