"""The built-in roles start with the one table: what the terms of reference give, what that implies, and nothing else."""

import re

import pytest

from core import modules
from core.actor import Scope
from organization import selectors
from organization.defaults import ROWS, SEED, TABLE, start_of
from organization.models import Role

SHIPPED = ("core", "clinic", "organization", "patients", "pricelist", "schedule", "billing", "reports")
ROLES = ("administrator", "doctor")


def declared():
    return {code: p for code, p in modules.registry.permissions().items() if modules.module_of(code) in SHIPPED}


def test_every_right_of_the_shipped_apps_stands_in_the_table():
    assert sorted(set(declared()) - set(ROWS)) == []


def test_the_table_names_a_right_once():
    assert len(ROWS) == len(TABLE)


def test_the_apps_themselves_give_administrators_and_doctors_nothing():
    assert {code for code, permission in declared().items() if set(permission.defaults) - {"director"}} == set()


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_role_starts_with_is_in_the_terms_of_reference_or_says_why_it_is_implied(role):
    for row in TABLE:
        if row.of(role) is None:
            continue
        said = [part.strip() for part in row.why.split(";")]
        assert any(part in SEED[role] or part.startswith("implied: ") for part in said), row


@pytest.mark.parametrize("role", ROLES)
def test_everything_the_terms_of_reference_give_is_in_the_table(role):
    given = {part.strip() for row in TABLE if row.of(role) for part in row.why.split(";")}

    assert set(SEED[role]) <= given


def test_a_doctor_reaches_own_patients_only_but_for_the_price_list():
    wide = {row.code for row in TABLE if (start := row.of("doctor")) and start.scope != Scope.OWN}

    assert wide == {"pricelist.view_service", "patients.break_glass"}


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("administrator", "reports.view_dashboard"),
        ("administrator", "billing.refund_payment"),
        ("administrator", "billing.void_invoice"),
        ("administrator", "schedule.overbook"),
        ("administrator", "schedule.back_date"),
        ("administrator", "patients.export_patient"),
        ("doctor", "billing.view_invoice"),  # a patient's debt is the desk's
        ("doctor", "patients.view_phone"),
        ("doctor", "billing.give_discount"),
    ],
)
def test_what_clinics_argue_about_is_nobodys_at_first(role, code):
    assert ROWS[code].of(role) is None


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_new_clinic_s_roles_have_exactly_the_table(role):
    has = selectors.rights_of_role(Role.objects.get(code=role), with_modules_off=True)
    starts = {code: start_of(p, role) for code, p in declared().items()}

    here = {code: scope for code, scope in has.scopes.items() if modules.module_of(code) in SHIPPED}
    assert here == {code: start.scope for code, start in starts.items() if start}
    assert has.limits == {code: start.limit for code, start in starts.items() if start and start.limit is not None}


@pytest.mark.django_db
def test_the_director_has_every_right_without_a_limit():
    has = selectors.rights_of_role(Role.objects.get(code="director"), with_modules_off=True)

    assert set(has.scopes) == set(modules.registry.permissions())
    assert (set(has.scopes.values()), has.limits) == ({Scope.ALL}, {})


@pytest.mark.parametrize("code", sorted(ROWS))
def test_a_limit_a_role_starts_with_is_one_that_can_be_chosen(code):
    permission = modules.registry.permissions().get(code)
    for role in ROLES:
        start = ROWS[code].of(role)
        if permission and start and start.limit is not None:
            assert permission.limit is not None
            assert start.limit in permission.limit.choices


def test_codes_are_written_as_everywhere():
    assert [code for code in ROWS if not re.fullmatch(r"[a-z_]+\.[a-z]+(_[a-z]+)*", code)] == []
