import pytest

from core.actor import Scope
from organization import selectors
from organization.enums import Effect
from organization.models import EmployeePermission, Role, RolePermission

pytestmark = pytest.mark.django_db


def test_director_has_every_right(director, as_actor):
    from core.modules import registry

    assert set(as_actor(director).rights) == set(registry.permissions())


def test_doctor_sees_own_patients_only(doctor, as_actor):
    assert as_actor(doctor).scope("patients.view_patient") == Scope.OWN


def test_a_denial_wins_over_a_personal_permission(registrar, as_actor):
    RolePermission.objects.create(
        role=Role.objects.get(code="administrator"), code="schedule.change_shift", effect=Effect.DENY
    )
    EmployeePermission.objects.create(employee=registrar, code="schedule.change_shift", effect=Effect.ALLOW)

    assert not as_actor(registrar).can("schedule.change_shift")


def test_roles_of_one_person_are_not_summed(doctor, as_actor):
    doctor.roles.add(Role.objects.get(code="director"))

    assert not as_actor(doctor, role="doctor").can("organization.change_rights")


def test_a_role_taken_away_ends_the_session_at_once(registrar):
    role = registrar.roles.get()
    registrar.roles.clear()

    assert selectors.signed_in(user_id=registrar.user_id, role_id=role.pk, branch_id=None) is None
