"""Where each right comes from: told step by step, and always ending at what really holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import modules
from core.actor import Scope
from organization.effective import Held, effective_rights
from organization.enums import Effect
from organization.sources import Grant, Origin, standings

CARDS, DISCOUNT, ROLES = "patients.view_patient", "billing.give_discount", "organization.change_rights"
NONE_OFF = frozenset()


def a_grant(code=CARDS, effect=Effect.ALLOW, scope=Scope.ALL, limit=None, origin=Origin.ROLE) -> Grant:
    return Grant(code, effect, scope, limit, origin)


def standing(*grants, code=CARDS, role="administrator", off=NONE_OFF):
    return standings(role, grants, off=off)[code]


GRANTS = st.lists(
    st.builds(
        Grant,
        st.sampled_from([CARDS, DISCOUNT, ROLES, "nobody.declared"]),
        st.sampled_from(list(Effect)),
        st.sampled_from(list(Scope)),
        st.one_of(st.none(), st.integers(0, 100)),
        st.sampled_from([Origin.ROLE, Origin.UNSAVED, Origin.PERSONAL, Origin.NAMED]),
    ),
    max_size=8,
)


@given(GRANTS, st.sampled_from(["director", "administrator", ""]), st.sampled_from([NONE_OFF, frozenset({"patients"})]))
def test_the_last_step_is_always_what_really_holds(grants, role, off):
    rows = [(grant.code, grant.effect.value, grant.scope.value, grant.limit) for grant in grants]
    real = effective_rights(role, rows, off=off)

    told = {code: one.held for code, one in standings(role, grants, off=off).items() if one.held.scope is not None}

    assert told == {code: Held(scope, real.limits.get(code)) for code, scope in real.scopes.items()}


@given(GRANTS, st.sampled_from(["director", "administrator"]))
def test_every_step_but_a_denial_changes_what_held_before(grants, role):
    for one in standings(role, grants, off=NONE_OFF).values():
        before = Held()
        for step in one.steps:
            assert step.held != before or step.grant.effect == Effect.DENY
            before = step.held


def test_every_declared_right_is_told_even_when_nobody_gave_it():
    told = standings("", [], off=NONE_OFF)

    assert set(told) == set(modules.registry.permission_codes())
    assert told[CARDS].steps == () and told[CARDS].held == Held()


def test_a_personal_widening_stands_after_the_role():
    one = standing(a_grant(scope=Scope.OWN), a_grant(scope=Scope.BRANCH, origin=Origin.PERSONAL))

    assert [(step.origin, step.held.scope) for step in one.steps] == [
        (Origin.ROLE, Scope.OWN),
        (Origin.PERSONAL, Scope.BRANCH),
    ]
    assert one.by_role == Held(Scope.OWN) and one.is_personal


def test_a_personal_widening_no_wider_than_the_role_is_not_told():
    one = standing(a_grant(scope=Scope.ALL), a_grant(scope=Scope.OWN, origin=Origin.PERSONAL))

    assert [step.origin for step in one.steps] == [Origin.ROLE]
    assert not one.is_personal


@pytest.mark.parametrize("origin", [Origin.ROLE, Origin.PERSONAL])
def test_a_denial_is_told_last_wherever_it_comes_from(origin):
    one = standing(a_grant(effect=Effect.DENY, origin=origin), a_grant(), a_grant(origin=Origin.PERSONAL))

    assert (one.steps[-1].origin, one.held) == (origin, Held())


def test_a_module_that_is_off_is_told_after_everything_else_and_the_role_keeps_its_right():
    one = standing(a_grant(scope=Scope.BRANCH), off=frozenset({"patients"}))

    assert one.steps[-1].origin == Origin.MODULE_OFF
    assert one.held == Held() and one.by_role == Held(Scope.BRANCH) and not one.is_personal


def test_the_directors_role_is_the_source_of_everything_not_denied():
    one = standing(role="director")

    assert [step.origin for step in one.steps] == [Origin.DIRECTOR]
    assert one.held == Held(Scope.ALL)
