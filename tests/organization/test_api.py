"""The API: keys and sessions, rights per action, and that lists cost the same for one row and for three."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from organization import services
from organization.models import Branch, Employee, Role, RolePermission
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_key(director, as_actor):
    """A client that signs in with a key of an employee."""

    def make(employee: Employee, role: str, branch: Branch | None = None) -> APIClient:
        _token, key = services.issue_token(
            actor=as_actor(director),
            employee=employee,
            role=Role.objects.get(code=role),
            label="проверка",
            branch=branch,
        )
        client = APIClient(enforce_csrf_checks=True)
        client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
        return client

    return make


@pytest.fixture
def api(with_key, director) -> APIClient:
    return with_key(director, "director")


def test_without_a_key_and_without_a_session_nothing_opens(db):
    assert APIClient().get("/api/v1/branches/").status_code == 401


def test_a_wrong_key_opens_nothing(db):
    response = APIClient().get("/api/v1/branches/", headers={"Authorization": "Token zubr_wrong"})

    assert response.status_code == 401


def test_a_key_carries_one_role_whatever_else_its_owner_is(with_key, director):
    director.roles.add(Role.objects.get(code="doctor"))

    assert with_key(director, "director").get("/api/v1/employees/").status_code == 200
    assert with_key(director, "doctor").get("/api/v1/employees/").status_code == 403


def test_a_key_is_good_for_the_api_alone(with_key, director):
    response = with_key(director, "director").get(reverse("organization:profile"))

    assert response.url.startswith("/login/")


def test_the_browsers_session_needs_its_csrf_token(client_of, director, branch):
    client = client_of(director)
    client.handler.enforce_csrf_checks = True

    assert client.get("/api/v1/branches/").status_code == 200
    response = client.patch(f"/api/v1/branches/{branch.pk}/", {"name": "Другое"}, content_type="application/json")
    assert response.status_code == 403


def test_branches_are_those_the_actor_may_work_in(with_key, registrar, branch):
    BranchFactory(name="Чужой")

    rows = with_key(registrar, "administrator").get("/api/v1/branches/").json()["results"]

    assert [row["name"] for row in rows] == [branch.name]


def test_hours_are_changed_as_a_whole_and_a_stale_version_is_refused(api, branch):
    url = f"/api/v1/branches/{branch.pk}/"
    hours = [{"weekday": 0, "opens_at": "10:00:00", "closes_at": "18:00:00"}]

    saved = api.patch(url, {"hours": hours, "version": 1}, format="json")
    stale = api.patch(url, {"hours": [], "version": 1}, format="json")

    assert (saved.status_code, saved.json()["hours"], saved.json()["version"]) == (200, hours, 2)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_by_other")


def test_a_broken_rule_answers_with_its_code(api, branch):
    response = api.post(
        "/api/v1/branches/", {"name": branch.name, "legal_entity": branch.legal_entity_id}, format="json"
    )

    assert (response.status_code, response.json()["code"]) == (409, "name_taken")


def test_a_field_of_a_wrong_shape_answers_400(api, branch):
    response = api.patch(f"/api/v1/branches/{branch.pk}/", {"time_zone": "Europe/Atlantis"}, format="json")

    assert response.status_code == 400


def test_who_may_only_look_changes_nothing(with_key, registrar, branch):
    client = with_key(registrar, "administrator")

    assert client.patch(f"/api/v1/branches/{branch.pk}/", {"name": "x"}, format="json").status_code == 403


def test_chairs_are_filtered_by_branch_added_renamed_and_put_away(api, branch):
    room = RoomFactory(branch=branch)
    ChairFactory()

    added = api.post("/api/v1/chairs/", {"room": room.pk, "name": "Левое"}, format="json").json()
    renamed = api.patch(f"/api/v1/chairs/{added['id']}/", {"name": "Правое"}, format="json").json()
    listed = api.get("/api/v1/chairs/", {"branch": branch.pk}).json()["results"]
    api.post(f"/api/v1/chairs/{added['id']}/archive/")

    assert [row["name"] for row in listed] == [renamed["name"]] == ["Правое"]
    assert api.get("/api/v1/chairs/", {"branch": branch.pk}).json()["results"] == []


def test_an_employee_is_added_found_by_the_beginning_of_any_word_and_put_away(api, branch):
    doctor = Role.objects.get(code="doctor")
    body = {"surname": "Белова", "name": "Ирина", "roles": [doctor.pk], "branches": [branch.pk]}

    added = api.post("/api/v1/employees/", body, format="json").json()
    found = api.get("/api/v1/employees/", {"q": "ири"}).json()["results"]
    gone = api.post(f"/api/v1/employees/{added['id']}/archive/")

    assert [row["id"] for row in found] == [added["id"]]
    assert (found[0]["roles"], found[0]["branches"]) == ([doctor.pk], [branch.pk])
    assert gone.status_code == 204
    assert api.get("/api/v1/employees/", {"q": "ири"}).json()["results"] == []


def test_roles_are_not_given_by_who_may_not_change_rights(with_key, registrar):
    RolePermission.objects.create(role=Role.objects.get(code="administrator"), code="organization.change_employee")
    RolePermission.objects.create(role=Role.objects.get(code="administrator"), code="organization.view_employee")
    director = Role.objects.get(code="director")

    response = with_key(registrar, "administrator").patch(
        f"/api/v1/employees/{registrar.pk}/", {"roles": [director.pk]}, format="json"
    )

    assert response.status_code == 403
    assert list(registrar.roles.values_list("code", flat=True)) == ["administrator"]


@pytest.mark.parametrize("path", ["employees", "branches", "chairs"])
def test_a_list_costs_the_same_for_one_row_and_for_three(api, branch, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add() -> None:
        place = BranchFactory()
        ChairFactory(room=RoomFactory(branch=place))
        EmployeeFactory(role="doctor", branch=place, specialty=True)

    add()
    with CaptureQueriesContext(connection) as one:
        api.get(f"/api/v1/{path}/")
    add()
    add()
    with CaptureQueriesContext(connection) as three:
        api.get(f"/api/v1/{path}/")

    assert len(one) == len(three)


def test_the_schema_describes_keys_and_paths(client_of, registrar):
    response = client_of(registrar).get("/api/schema/", {"format": "json"})

    schema = response.json()
    assert {"/api/v1/employees/", "/api/v1/branches/", "/api/v1/chairs/{id}/archive/"} <= set(schema["paths"])
    assert {"token", "session"} <= set(schema["components"]["securitySchemes"])


def test_the_description_loads_nothing_from_outside_and_runs_no_inline_script(client_of, registrar):
    import re

    page = client_of(registrar).get("/api/docs/").content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page) == []
