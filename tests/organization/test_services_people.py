"""Employees, logins, roles and rights: what each act leaves behind, and what nobody may do."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from core.actor import Scope
from core.errors import ChangedByOther
from core.models import PublishedFact
from organization import selectors, services
from organization.enums import Effect
from organization.errors import (
    DirectorKeepsRights,
    LastDirector,
    LoginTaken,
    ModuleIsBase,
    ModuleUnknown,
    PeriodEmpty,
    RoleNotGranted,
    RoleTooWide,
    UnknownRight,
)
from organization.models import (
    ApiToken,
    Branch,
    Employee,
    EmployeePermission,
    Position,
    Role,
    RolePermission,
    Specialty,
)
from tests.factories.organization import PASSWORD, BranchFactory, EmployeeFactory, SpecialtyFactory

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "сиреневый-трамвай-42"


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


@pytest.fixture
def personnel(branch, as_actor):
    """A role of the clinic's own that may change employees but not rights."""
    role = Role.objects.create(name="Кадры")
    for code in ("organization.view_employee", "organization.change_employee"):
        RolePermission.objects.create(role=role, code=code)
    employee = EmployeeFactory(surname="Кадрова", branch=branch)
    employee.roles.add(role)
    return as_actor(employee)


def role_named(code: str) -> Role:
    return Role.objects.get(code=code)


def rights(employee: Employee, role: str = "") -> dict[str, Scope]:
    chosen = role_named(role) if role else employee.roles.get()
    known = selectors.signed_in(user_id=employee.user_id, role_id=chosen.pk, branch_id=None)
    return dict(known.actor.rights) if known else {}


# Employees


def test_a_new_employee_has_no_login_and_works_where_it_was_said(actor, branch):
    specialty = SpecialtyFactory()

    employee = services.add_employee(
        actor=actor,
        surname="Белова",
        name="Ирина",
        specialties=[specialty],
        branches=[branch],
        roles=[role_named("doctor")],
    )

    assert not employee.user.has_usable_password()
    assert list(employee.specialties.all()) == [specialty]
    assert list(employee.roles.all()) == [role_named("doctor")]
    assert list(selectors.doctors_of_branch(branch.pk)) == [employee]


def test_a_position_proposes_the_role_unless_roles_are_named(actor):
    position = Position.objects.create(name="Врач-терапевт", role=role_named("doctor"))

    proposed = services.add_employee(actor=actor, surname="Первый", name="А", positions=[position])
    named = services.add_employee(
        actor=actor, surname="Второй", name="Б", positions=[position], roles=[role_named("administrator")]
    )

    assert list(proposed.roles.all()) == [role_named("doctor")]
    assert list(named.roles.all()) == [role_named("administrator")]


def test_who_may_not_change_rights_gives_no_role_even_through_a_position(personnel):
    position = Position.objects.create(name="Директор", role=role_named("director"))

    employee = services.add_employee(actor=personnel, surname="Новый", name="А", positions=[position])

    assert list(employee.roles.all()) == []
    with pytest.raises(PermissionDenied):
        services.change_employee(actor=personnel, employee=employee, version=1, roles=[role_named("doctor")])


def test_what_is_not_named_stays_and_what_is_named_is_replaced(actor, doctor, branch):
    other = BranchFactory()
    surgeon = Specialty.objects.create(name="Хирург")

    services.change_employee(actor=actor, employee=doctor, version=1, specialties=[surgeon], branches=[other])

    assert list(doctor.specialties.all()) == [surgeon]
    assert list(Branch.objects.filter(grants__user=doctor.user)) == [other]
    assert list(doctor.roles.all()) == [role_named("doctor")]


def test_saving_an_employee_over_a_newer_version_is_refused(actor, doctor):
    services.change_employee(actor=actor, employee=doctor, version=1, phone="+79161234567")

    with pytest.raises(ChangedByOther):
        services.change_employee(actor=actor, employee=doctor, version=1, phone="+79160000000")


def test_who_left_cannot_sign_in_nor_use_a_key(actor, registrar, client):
    _token, key = services.issue_token(actor=actor, employee=registrar, role=role_named("administrator"), label="сайт")

    services.archive_employee(actor=actor, employee=registrar)

    assert client.post("/login/", {"username": "registrar", "password": PASSWORD}).status_code == 422
    assert selectors.token_in_force(key) is None
    assert rights(registrar) == {}
    names = list(PublishedFact.objects.values_list("name", flat=True))
    assert names.count("organization.facts.EmployeeArchived") == 1


def test_who_comes_back_has_the_login_they_had(actor, registrar, client):
    services.archive_employee(actor=actor, employee=registrar)

    services.restore_employee(actor=actor, employee=registrar)

    assert not Employee.objects.get(pk=registrar.pk).is_archived
    assert client.post("/login/", {"username": "registrar", "password": PASSWORD}).status_code == 302


# Logins


def test_a_login_set_by_somebody_must_be_made_ones_own(actor, branch, client):
    employee = services.add_employee(actor=actor, surname="Белова", name="Ирина", roles=[role_named("doctor")])

    services.set_login(actor=actor, employee=employee, username="  Belova ", password=GOOD_PASSWORD)
    response = client.post("/login/", {"username": "belova", "password": GOOD_PASSWORD}, follow=True)

    assert response.redirect_chain[-1][0] == "/profile/password/"
    client.post(
        "/profile/password/",
        {"old_password": GOOD_PASSWORD, "new_password": "зелёный-автобус-7", "again": "зелёный-автобус-7"},
    )
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("weak", ["короткий", "1234567890123", "password12", "registrar"])
def test_a_weak_password_is_refused(actor, registrar, weak):
    with pytest.raises(ValidationError):
        services.set_login(actor=actor, employee=registrar, username="registrar", password=weak)


def test_a_taken_login_is_refused(actor, registrar, doctor):
    with pytest.raises(LoginTaken):
        services.set_login(actor=actor, employee=doctor, username="Registrar", password=GOOD_PASSWORD)


def test_a_new_password_ends_the_sessions_of_the_old_one(actor, registrar, client_of):
    client = client_of(registrar)
    assert client.get("/profile/").status_code == 200

    services.set_login(actor=actor, employee=registrar, username="registrar", password=GOOD_PASSWORD)

    assert client.get("/profile/").url.startswith("/login/")


def test_a_closed_login_opens_nothing(actor, registrar, client):
    services.remove_login(actor=actor, employee=registrar)

    assert client.post("/login/", {"username": "registrar", "password": PASSWORD}).status_code == 422


def test_nobody_sets_the_login_of_somebody_who_may_do_more(personnel, director, registrar):
    with pytest.raises(RoleTooWide):
        services.set_login(actor=personnel, employee=director, username="director", password=GOOD_PASSWORD)
    with pytest.raises(RoleTooWide):
        services.archive_employee(actor=personnel, employee=director)


def test_own_password_obeys_the_rules_and_ends_the_duty(director, actor):
    director.user.must_change_password = True
    director.user.save()

    with pytest.raises(ValidationError):
        services.change_own_password(actor=actor, password="director1")
    user = services.change_own_password(actor=actor, password=GOOD_PASSWORD)

    assert user.check_password(GOOD_PASSWORD)
    assert not user.must_change_password


# Roles and rights


def test_the_last_director_keeps_the_role_the_login_and_the_place(actor, director):
    role = role_named("director")

    for act in (
        lambda: services.revoke_role(actor=actor, employee=director, role=role),
        lambda: services.archive_employee(actor=actor, employee=director),
        lambda: services.remove_login(actor=actor, employee=director),
        lambda: services.change_employee(actor=actor, employee=director, version=None, roles=[role_named("doctor")]),
        lambda: services.set_personal_permission(
            actor=actor, employee=director, code="organization.change_rights", effect=Effect.DENY, reason="отпуск"
        ),
    ):
        with pytest.raises(LastDirector):
            act()

    assert "organization.change_rights" in rights(director)


def test_a_director_who_cannot_sign_in_does_not_count(actor, director, branch):
    other = EmployeeFactory(role="director", branch=branch)
    services.remove_login(actor=actor, employee=other)

    with pytest.raises(LastDirector):
        services.revoke_role(actor=actor, employee=director, role=role_named("director"))


def test_one_of_two_directors_may_go(actor, director, branch):
    EmployeeFactory(role="director", branch=branch)

    services.revoke_role(actor=actor, employee=director, role=role_named("director"))

    assert list(director.roles.all()) == []


def test_a_right_taken_from_a_role_is_a_denial_that_defaults_do_not_undo(actor, registrar):
    from organization.roles import ensure_built_in_roles

    assert "patients.add_patient" in rights(registrar)

    services.set_role_permission(actor=actor, role=role_named("administrator"), code="patients.add_patient", scope=None)
    ensure_built_in_roles()

    assert "patients.add_patient" not in rights(registrar)


def test_a_right_is_given_with_its_scope(actor, registrar):
    code = "patients.view_patient"

    services.set_role_permission(actor=actor, role=role_named("administrator"), code=code, scope=Scope.OWN)

    assert rights(registrar)[code] == Scope.OWN


def test_a_right_without_a_scope_is_always_whole(actor, registrar):
    services.set_role_permission(
        actor=actor, role=role_named("administrator"), code="patients.add_patient", scope=Scope.OWN
    )

    assert rights(registrar)["patients.add_patient"] == Scope.ALL


def test_the_directors_role_never_loses_the_right_to_change_rights(actor):
    with pytest.raises(DirectorKeepsRights):
        services.set_role_permission(
            actor=actor, role=role_named("director"), code="organization.change_rights", scope=None
        )


def test_the_director_may_lose_other_rights(actor, director):
    services.set_role_permission(actor=actor, role=role_named("director"), code="organization.issue_token", scope=None)

    assert "organization.issue_token" not in rights(director)


def test_a_right_nobody_declares_is_refused(actor):
    with pytest.raises(UnknownRight):
        services.set_role_permission(actor=actor, role=role_named("doctor"), code="patients.fly", scope=Scope.ALL)


def test_a_personal_right_holds_for_its_period_alone(actor, registrar):
    code, now = "organization.view_employee", timezone.now()
    services.set_personal_permission(
        actor=actor,
        employee=registrar,
        code=code,
        effect=Effect.ALLOW,
        reason="замена",
        valid_until=now + timedelta(days=1),
    )

    role = role_named("administrator").pk
    today = selectors.signed_in(user_id=registrar.user_id, role_id=role, branch_id=None)
    later = selectors.signed_in(user_id=registrar.user_id, role_id=role, branch_id=None, at=now + timedelta(days=2))

    assert today.actor.can(code)
    assert not later.actor.can(code)


def test_a_personal_right_is_ended_at_once(actor, registrar):
    permission = services.set_personal_permission(
        actor=actor, employee=registrar, code="patients.add_patient", effect=Effect.DENY, reason="проверка"
    )
    assert "patients.add_patient" not in rights(registrar)

    services.end_personal_permission(actor=actor, permission=permission)

    assert "patients.add_patient" in rights(registrar)
    assert selectors.personal_permissions(registrar) == []
    assert EmployeePermission.objects.filter(pk=permission.pk).exists()


def test_a_period_that_ends_before_it_begins_is_refused(actor, registrar):
    now = timezone.now()
    with pytest.raises(PeriodEmpty):
        services.set_personal_permission(
            actor=actor,
            employee=registrar,
            code="patients.add_patient",
            effect=Effect.ALLOW,
            reason="",
            valid_from=now,
            valid_until=now - timedelta(hours=1),
        )


def test_a_role_made_like_another_starts_with_its_rights(actor, registrar):
    role = services.add_role(actor=actor, name="Старший администратор", like=role_named("administrator"))

    assert selectors.rights_of_role(role) == selectors.rights_of_role(role_named("administrator"))
    assert services.rename_role(actor=actor, role=role, version=1, name="Старшая смены").name == "Старшая смены"


# Modules and keys


def test_the_base_cannot_be_switched_off_nor_what_is_not_there(actor):
    with pytest.raises(ModuleIsBase):
        services.switch_module(actor=actor, code="patients", is_on=False)
    with pytest.raises(ModuleUnknown):
        services.switch_module(actor=actor, code="teleport", is_on=False)


def test_a_key_carries_one_role_of_its_owner_and_only_its_digest_is_kept(actor, registrar):
    token, key = services.issue_token(actor=actor, employee=registrar, role=role_named("administrator"), label="сайт")

    assert selectors.token_in_force(key) == token
    assert key not in str(ApiToken.objects.filter(pk=token.pk).values())
    with pytest.raises(RoleNotGranted):
        services.issue_token(actor=actor, employee=registrar, role=role_named("director"), label="хитрость")


def test_a_key_wider_than_ones_own_role_cannot_be_issued(registrar, director, as_actor):
    RolePermission.objects.create(role=role_named("administrator"), code="organization.issue_token")

    with pytest.raises(RoleTooWide):
        services.issue_token(
            actor=as_actor(registrar), employee=director, role=role_named("director"), label="хитрость"
        )


def test_a_revoked_or_expired_key_opens_nothing(actor, registrar):
    role = role_named("administrator")
    token, key = services.issue_token(actor=actor, employee=registrar, role=role, label="сайт")
    _late, expired = services.issue_token(
        actor=actor, employee=registrar, role=role, label="старый", expires_at=timezone.now() - timedelta(minutes=1)
    )

    services.revoke_token(actor=actor, token=token)

    assert selectors.token_in_force(key) is None
    assert selectors.token_in_force(expired) is None


def test_the_use_of_a_key_is_noted_once_in_a_while(actor, registrar, django_assert_num_queries):
    token, _key = services.issue_token(actor=actor, employee=registrar, role=role_named("administrator"), label="сайт")

    services.note_token_use(token=token)
    first = ApiToken.objects.get(pk=token.pk).used_at
    services.note_token_use(token=token)

    assert first is not None
    assert ApiToken.objects.get(pk=token.pk).used_at == first
