"""Requests nobody's page sends: without the form's secret, leading away, too large, with null characters."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from core.models import OptionValue
from organization import services
from tests.factories.organization import PASSWORD, actor_of
from tests.structure.test_access import address_of, routes

pytestmark = pytest.mark.django_db

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
AWAY = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "https:/evil.example",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "//testserver:80@evil.example",
    "%2F%2Fevil.example",
    "evil.example",
]


def strict(employee) -> Client:
    """A signed-in browser whose requests are checked as in life."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(employee.user, backend="organization.backends.RoleBackend")
    session = client.session
    session["role_id"] = employee.roles.first().pk
    session.save()
    return client


def test_no_address_takes_a_change_without_the_forms_secret(director):
    client = strict(director)
    taken = []
    for route, _pattern in routes():
        for method in UNSAFE:
            response = client.generic(method, address_of(route), HTTP_HX_REQUEST="true")
            if response.status_code != 403:
                taken.append((method, route, response.status_code))

    assert taken == []


def test_nobody_signs_in_or_out_through_a_foreign_page(registrar):
    client = Client(enforce_csrf_checks=True)

    signed_in = client.post(reverse("organization:login"), {"username": "registrar", "password": PASSWORD})
    left = strict(registrar).post(reverse("organization:logout"))

    assert (signed_in.status_code, left.status_code) == (403, 403)


def leads_away(address: str) -> bool:
    return not address.startswith("/") or address[1:2] in {"/", "\\", "\t", "\n", "\r"}


@pytest.mark.parametrize("away", AWAY)
def test_no_sign_in_leads_out_of_the_program(registrar, doctor, away):
    from organization.models import EmployeeRole, Role

    EmployeeRole.objects.create(employee=doctor, role=Role.objects.get(code="administrator"))
    login, client = reverse("organization:login"), Client()
    several, locked = Client(), strict(registrar)
    several.post(login, {"username": "doctor", "password": PASSWORD})
    locked.handler.enforce_csrf_checks = False
    role = Role.objects.get(code="doctor").pk
    answers = [
        client.post(login, {"username": "registrar", "password": PASSWORD, "next": away}),
        client.post(f"{login}?next={away}", {"username": "registrar", "password": PASSWORD}),
        several.post(reverse("organization:role_choose"), {"role": role, "next": away}),
        locked.post(reverse("organization:branch_switch"), {"branch": "1", "next": away}),
        locked.post(reverse("organization:preference_change"), {"theme": "dark", "next": away}),
    ]
    locked.post(reverse("organization:lock"))
    answers.append(locked.post(reverse("organization:unlock"), {"password": PASSWORD, "next": away}))

    assert [answer.status_code for answer in answers] == [302] * len(answers)
    assert [answer.url for answer in answers if leads_away(answer.url)] == []


@pytest.mark.parametrize("away", AWAY[:4])
def test_no_address_hides_in_the_pages_before_the_sign_in(client, away):
    page = client.get(reverse("organization:login"), {"next": away})

    assert page.context["next"] == ""
    assert f'value="{away}"' not in page.content.decode()


def test_the_code_page_leads_nowhere_else_either(registrar):
    import pyotp

    from organization.services.second_factor import secret_to_show

    actor = actor_of(registrar)
    services.begin_second_factor(actor=actor)
    totp = pyotp.TOTP(secret_to_show(registrar.user))
    services.confirm_second_factor(actor=actor, code=totp.at(int(time.time()) - 30))
    client = Client()
    client.post(
        reverse("organization:login"), {"username": "registrar", "password": PASSWORD, "next": "//evil.example"}
    )

    response = client.post(reverse("organization:login_code"), {"code": totp.now()})

    assert response.url == "/"


TEN_MEGABYTES = "Я" * (5 * 1024 * 1024)


def test_a_name_of_ten_megabytes_is_refused_at_once_with_a_readable_page(client_of, registrar):
    client, before = client_of(registrar), time.monotonic()

    form = client.post(reverse("patients:patient_add"), {"surname": TEN_MEGABYTES, "name": "Анна"})
    api = client.post("/api/v1/patients/", {"surname": TEN_MEGABYTES, "name": "Анна"}, content_type="application/json")

    assert (form.status_code, api.status_code) == (413, 413)
    assert "Прислано слишком много сразу" in form.content.decode()
    assert "Прислано слишком много сразу" in api.json()["detail"]
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("path", ["form", "api"])
def test_a_name_of_a_hundred_kilobytes_is_refused_beside_the_field(client_of, registrar, path):
    from patients.models import Patient

    client, long_name = client_of(registrar), "Я" * 100_000
    if path == "form":
        response = client.post(reverse("patients:patient_add"), {"surname": long_name, "name": "Анна"})
        assert response.status_code == 422
        assert "surname" in response.context["form"].errors
    else:
        response = client.post(
            "/api/v1/patients/", {"surname": long_name, "name": "Анна"}, content_type="application/json"
        )
        assert response.status_code == 400
        assert "surname" in response.json()
    assert not Patient.objects.exists()


def test_a_null_character_never_reaches_the_database(client_of, director):
    client = client_of(director)
    wrong = []
    for route, _pattern in routes():
        response = client.get(address_of(route) + "?q=%00&x=%00&search=a%00b")
        if response.status_code != 400:
            wrong.append((route, response.status_code))

    assert wrong == []
    typed = client.post(reverse("organization:login"), {"username": "dir\x00ector", "password": "\x00"})
    assert typed.status_code == 422
    api = client.post("/api/v1/patients/", {"surname": "a\x00b", "name": "x"}, content_type="application/json")
    assert api.status_code == 400


@pytest.mark.parametrize("search", ["%", "_", "%%%%", "' OR 1=1 --", "\\", "(((", "* & !", "a:*|b"])
def test_signs_of_sql_mean_nothing_in_a_search(client_of, director, registrar, search):
    from tests.factories.patients import PatientFactory

    PatientFactory(surname="Иванова")
    client = client_of(director)

    found = client.get(reverse("patients:patient_suggest"), {"q": search})
    people = client.get(reverse("organization:employee_list"), {"search": search, "q": search})

    assert (found.status_code, people.status_code) == (200, 200)
    assert "Иванова" not in found.content.decode()


def test_an_api_key_is_not_guessed_and_wrong_ones_all_look_alike(client, director, registrar):
    _token, key = services.issue_token(
        actor=actor_of(director), employee=registrar, role=registrar.roles.get(), label="сайт"
    )
    assert len(key) > 45, "over 250 bits: no number of guesses matters"

    tries = [key[:-1], key + "x", key.upper(), "", "zubr_", "' OR 1=1 --", "x" * 10_000]
    answers = [client.get("/api/v1/branches/", headers={"Authorization": f"Token {guess}"}) for guess in tries]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert client.get("/api/v1/branches/", headers={"Authorization": f"Token {key}"}).status_code == 200


def test_an_api_key_opens_no_page(client, director, registrar):
    _token, key = services.issue_token(
        actor=actor_of(director), employee=registrar, role=registrar.roles.get(), label="сайт"
    )

    assert client.get("/profile/", headers={"Authorization": f"Token {key}"}).status_code == 302


def test_an_unknown_login_answers_like_a_wrong_password_after_the_same_work(client, registrar, doctor, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    registrar.user.is_active = False
    registrar.user.save()
    work, hashing = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: work.append(1) or hashing(self, *args))
    pages, efforts = [], []
    for name in ("doctor", "registrar", "nobody-at-all"):
        work.clear()
        response = client.post(reverse("organization:login"), {"username": name, "password": "wrong-password"})
        pages.append((response.status_code, response.context["form"].non_field_errors()))
        efforts.append(len(work))

    assert pages[0] == pages[1] == pages[2]
    assert efforts[0] == efforts[1] == efforts[2] > 0


def test_a_lock_out_does_not_tell_which_logins_exist(client, registrar):
    def answers(name: str) -> list[int]:
        return [
            client.post(reverse("organization:login"), {"username": name, "password": "wrong"}).status_code
            for _attempt in range(6)
        ]

    assert answers("registrar") == answers("nobody-at-all")


def test_a_lock_out_ends_with_its_time(client, registrar):
    from datetime import timedelta

    from axes.models import AccessAttempt
    from django.utils import timezone

    OptionValue.objects.create(code="organization.failures_allowed", value=3)
    right = {"username": "registrar", "password": PASSWORD}
    for _attempt in range(3):
        client.post(reverse("organization:login"), {"username": "registrar", "password": "wrong"})
    assert client.post(reverse("organization:login"), right).status_code == 429

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert client.post(reverse("organization:login"), right).status_code == 302
