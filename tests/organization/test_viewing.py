"""Through whose eyes: exactly what the other one sees, nothing can be written, and the logs name who looked."""

import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from core.actor import Actor, Scope
from organization import selectors, services, viewing
from organization.enums import Effect
from organization.models import EmployeeRole, Role
from patients.models import CardOpening
from tests.factories.organization import BranchFactory, EmployeeFactory
from tests.factories.patients import PatientFactory
from tests.structure.test_access import address_of, routes

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
MAY_POST = {"view_as_end", "lock", "unlock", "desk", "logout", "login"}


def url(name: str, *ids: object) -> str:
    return reverse(f"organization:{name}", args=ids)


@pytest.fixture
def client(client_of, director):
    return client_of(director)


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


def look(client, employee=None, role=None):
    """Begin looking through these eyes."""
    form = {"employee": employee.pk if employee else "", "role": role.pk if role else ""}
    return client.post(url("view_as_begin"), {name: value for name, value in form.items() if value})


def seen_by(client) -> Actor:
    """The actor of a request of this browser."""
    return client.get(url("profile")).wsgi_request.actor


def test_rights_branches_and_limits_are_exactly_those_of_a_sign_in(client, actor, doctor):
    services.set_personal_permission(
        actor=actor, employee=doctor, code="patients.add_patient", effect=Effect.ALLOW, reason="x"
    )
    look(client, doctor)
    own = selectors.signed_in(user_id=doctor.user_id, role_id=doctor.roles.get().pk, branch_id=None).actor

    seen = seen_by(client)

    assert (seen.rights, seen.limits, seen.branch_ids, seen.branch_id) == (
        own.rights, own.limits, own.branch_ids, own.branch_id,
    )  # fmt: skip
    assert (seen.employee_id, seen.role_id) == (doctor.pk, own.role_id)


def test_lists_hold_what_the_doctor_sees(client, doctor):
    PatientFactory(surname="Свойпациент", attending=doctor)
    PatientFactory(surname="Чужойпациент")
    assert "Чужойпациент" in client.get("/patients/").content.decode()
    look(client, doctor)

    seen = client.get("/patients/").content.decode()

    assert ("Свойпациент" in seen, "Чужойпациент" in seen) == (True, False)


def test_pages_closed_to_the_doctor_are_closed_to_who_looks_through_their_eyes(client, doctor):
    look(client, doctor)

    assert client.get(url("role_list")).status_code == 403
    assert client.get(url("employee_list")).status_code == 403


def test_the_bar_says_whose_eyes_on_every_page_until_one_returns(client, doctor):
    look(client, doctor)
    page = client.get(url("profile")).content.decode()
    assert doctor.short_name in page and url("view_as_end") in page

    back = client.post(url("view_as_end"))

    assert back.url == url("employee_detail", doctor.pk)
    assert url("view_as_end") not in client.get(url("profile")).content.decode()
    assert client.get(url("role_list")).status_code == 200


UNSAFE = sorted({address_of(route) for route, _pattern in routes()})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_address_takes_anything_but_looking(client, doctor, method):
    look(client, doctor)
    passing = {url(name) for name in MAY_POST if name in _names()}
    answers = {
        address: client.generic(method, address, headers=HTMX).status_code
        for address in UNSAFE
        if address not in passing and not address.startswith(("/static/", "/healthz"))
    }

    assert len(answers) > 100
    assert {address: status for address, status in answers.items() if status != 403} == {}


def _names() -> set[str]:
    return {
        str(name) for name in get_resolver().namespace_dict["organization"][1].reverse_dict if isinstance(name, str)
    }


def test_a_refused_act_says_why_in_a_toast_a_page_and_the_api(client, doctor):
    look(client, doctor)

    part = client.post(url("preference_change"), {"theme": "dark"}, headers=HTMX)
    page = client.post(url("preference_change"), {"theme": "dark"})
    api = client.post("/api/v1/patients/", {})

    assert '"toast"' in part["HX-Trigger"]
    assert (page.status_code, "409" in page.content.decode()) == (403, True)
    assert (api.status_code, api.json()["code"]) == (403, "viewing")


def test_a_form_opened_with_ones_own_eyes_cannot_be_sent_while_looking_through_others(client, director, doctor):
    stamp = re.search(r'data-role-stamp="([^"]+)"', client.get(url("profile")).content.decode()).group(1)
    look(client, doctor)

    refused = client.post(url("role_add"), {"name": "Новая"}, headers={**HTMX, "X-Zubr-Role": stamp})

    assert refused.status_code == 403
    assert not Role.objects.filter(name="Новая").exists()


def test_a_form_opened_through_other_eyes_cannot_be_sent_afterwards(client, doctor):
    look(client, doctor)
    stamp = re.search(r'data-role-stamp="([^"]+)"', client.get(url("profile")).content.decode()).group(1)
    client.post(url("view_as_end"))

    refused = client.post(url("role_add"), {"name": "Новая"}, headers={**HTMX, "X-Zubr-Role": stamp})

    assert refused.status_code == 409
    assert not Role.objects.filter(name="Новая").exists()


def test_eyes_cannot_be_changed_from_within(client, registrar, doctor):
    look(client, doctor)

    assert look(client, registrar).status_code == 403
    assert seen_by(client).employee_id == doctor.pk


def test_it_ends_after_half_an_hour(client, doctor, monkeypatch):
    look(client, doctor)
    now = time.time()
    monkeypatch.setattr(viewing.time, "time", lambda: now + viewing.MINUTES * 60 + 1)

    assert seen_by(client).viewer is None
    assert viewing.VIEWING_KEY not in client.session


def test_it_ends_when_the_screen_is_locked(client, director, doctor):
    look(client, doctor)
    client.post(url("lock"))
    client.get(url("profile"))

    assert viewing.VIEWING_KEY not in client.session
    client.post(url("unlock"), {"password": "a-long-password"})
    assert seen_by(client).employee_id == director.pk


def test_it_ends_with_the_session(client, doctor):
    look(client, doctor)
    client.post(url("logout"))

    assert viewing.VIEWING_KEY not in client.session
    assert client.get(url("profile")).status_code == 302


def test_it_ends_when_the_right_is_taken_away(client, actor, director, doctor):
    EmployeeFactory(role="director")
    look(client, doctor)
    services.set_personal_permission(actor=actor, employee=director, code=viewing.RIGHT, effect=Effect.DENY, reason="x")

    assert seen_by(client).employee_id == director.pk


def test_it_ends_for_whoever_signs_in_next_at_the_same_screen(client, director, doctor):
    look(client, doctor)
    EmployeeRole.objects.create(employee=director, role=Role.objects.get(code="doctor"))
    session = client.session
    session["role_id"] = Role.objects.get(code="doctor").pk
    session.save()

    assert seen_by(client).viewer is None


def test_only_who_has_the_right_may_begin(client_of, registrar, doctor):
    desk = client_of(registrar)

    assert look(desk, doctor).status_code == 403
    assert seen_by(desk).employee_id == registrar.pk


def grant(actor, role: str, *codes: str, scope: Scope = Scope.ALL) -> None:
    for code in codes:
        services.set_role_permission(actor=actor, role=Role.objects.get(code=role), code=code, scope=scope)


def test_nobody_looks_through_wider_eyes(client_of, actor, director, registrar):
    grant(actor, "administrator", viewing.RIGHT, "organization.view_employee")
    desk = client_of(registrar)

    look(desk, director)

    assert seen_by(desk).employee_id == registrar.pk
    assert seen_by(desk).viewer is None


def test_another_persons_own_patients_are_not_ones_own(client_of, actor, branch, doctor, other_doctor):
    grant(actor, "doctor", viewing.RIGHT)
    chair = client_of(doctor)

    look(chair, other_doctor)

    assert seen_by(chair).employee_id == doctor.pk


def test_other_branches_are_not_looked_into(as_actor, registrar):
    elsewhere = EmployeeFactory(role="administrator", branch=BranchFactory())
    mine = as_actor(registrar)
    wide = dict.fromkeys(mine.rights, Scope.ALL)
    viewer = Actor(employee_id=1, role_id=1, rights=wide, branch_ids=mine.branch_ids)

    assert viewing.reaches_no_further(viewer, as_actor(registrar))
    assert not viewing.reaches_no_further(viewer, as_actor(elsewhere))


def test_a_larger_limit_is_wider(as_actor, registrar):
    code = "billing.give_discount"
    viewer = Actor(employee_id=1, role_id=1, rights={code: Scope.ALL}, limits={code: 10})

    def seen(limit: int | None) -> Actor:
        return Actor(employee_id=2, role_id=2, rights={code: Scope.ALL}, limits={} if limit is None else {code: limit})

    assert viewing.reaches_no_further(viewer, seen(10))
    assert not viewing.reaches_no_further(viewer, seen(11))
    assert not viewing.reaches_no_further(viewer, seen(None))


def test_eyes_that_grow_wider_meanwhile_are_closed(client_of, actor, registrar, branch):
    grant(actor, "administrator", viewing.RIGHT)
    role = services.add_role(actor=actor, name="Стажёр")
    trainee = EmployeeFactory(branch=branch)
    EmployeeRole.objects.create(employee=trainee, role=role)
    desk = client_of(registrar)
    look(desk, trainee)
    assert seen_by(desk).employee_id == trainee.pk

    services.set_role_permission(actor=actor, role=role, code="organization.change_rights", scope=Scope.ALL)

    assert seen_by(desk).employee_id == registrar.pk


def test_a_role_alone_is_seen_as_somebody_who_holds_it(client, doctor):
    look(client, role=Role.objects.get(code="doctor"))

    assert seen_by(client).employee_id == doctor.pk


def test_a_role_nobody_holds_is_seen_under_ones_own_name(client, actor, director):
    role = services.add_role(actor=actor, name="Маркетолог", like=Role.objects.get(code="administrator"))

    look(client, role=role)

    seen = seen_by(client)
    assert (seen.employee_id, seen.role_id) == (director.pk, role.pk)
    assert seen.rights == selectors.rights_of_role(role).scopes


def test_a_role_that_is_not_the_persons_is_not_put_on_them(client, doctor):
    look(client, doctor, Role.objects.get(code="administrator"))

    assert seen_by(client).role_id == doctor.roles.get().pk


def test_the_log_of_views_names_the_director_and_whose_eyes(client, director, doctor, registrar):
    patient = PatientFactory()
    look(client, registrar)
    client.get(f"/patients/{patient.pk}/")

    opening = CardOpening.objects.get(patient=patient)

    assert opening.employee == director
    assert registrar.short_name in opening.role_name and "глазами" in opening.role_name
    assert len(opening.role_name) <= 80


def test_long_names_fit_into_the_log():
    viewer = Actor(employee_id=1, role_id=1, role_name="Р" * 80)
    seen = Actor(employee_id=2, role_id=2, name="Ф" * 80, role_name="Р" * 80)

    assert len(viewing.role_in_log(viewer, seen)) <= viewing.ROLE_NAME_LENGTH


def test_looking_through_other_eyes_asks_no_more_of_the_database(client, client_of, doctor):
    def cost(browser) -> int:
        browser.get(url("profile"))  # the first request of a session also writes when it was seen
        with CaptureQueriesContext(connection) as captured:
            browser.get(url("profile"))
        return len(captured)

    own = cost(client_of(doctor))
    look(client, doctor)

    assert cost(client) == own


def test_language_and_theme_stay_ones_own(client, director, doctor):
    director.user.language = "en"
    director.user.save(update_fields=["language"])
    look(client, doctor)

    assert 'lang="en"' in client.get(url("profile")).content.decode()


def test_the_login_closed_meanwhile_closes_the_eyes(client, actor, director, doctor):
    look(client, doctor)
    services.archive_employee(actor=actor, employee=doctor)

    assert seen_by(client).employee_id == director.pk
