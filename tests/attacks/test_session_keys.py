"""A session's key changes whenever who it belongs to or the role in force does; a planted one is worth nothing."""

import time

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from organization import services
from organization.models import EmployeeRole, Role
from organization.services.second_factor import secret_to_show
from tests.factories.organization import PASSWORD, actor_of

pytestmark = pytest.mark.django_db


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def sign_in(client: Client, name: str = "registrar"):
    return client.post(reverse("organization:login"), {"username": name, "password": PASSWORD})


def test_a_planted_key_is_not_taken_over(client, registrar):
    client.cookies["sessionid"] = "planted0planted0planted0planted0"

    sign_in(client)

    assert key_of(client) != "planted0planted0planted0planted0"
    assert not Session.objects.filter(session_key="planted0planted0planted0planted0").exists()


def test_signing_in_again_as_oneself_changes_the_key(client, registrar):
    sign_in(client)
    former = key_of(client)

    sign_in(client)

    assert key_of(client) != former
    assert not Session.objects.filter(session_key=former).exists()


def test_each_step_of_a_sign_in_changes_the_key(client, registrar):
    EmployeeRole.objects.create(employee=registrar, role=Role.objects.get(code="doctor"))
    actor = actor_of(registrar, role="administrator")
    services.begin_second_factor(actor=actor)
    totp = pyotp.TOTP(secret_to_show(registrar.user))
    services.confirm_second_factor(actor=actor, code=totp.at(int(time.time()) - 30))
    keys = []

    sign_in(client)
    keys.append(key_of(client))
    client.post(reverse("organization:login_code"), {"code": totp.now()})
    keys.append(key_of(client))
    client.post(reverse("organization:role_choose"), {"role": Role.objects.get(code="doctor").pk})
    keys.append(key_of(client))
    client.post(reverse("organization:role_switch"), {"role": Role.objects.get(code="administrator").pk})
    keys.append(key_of(client))

    assert len(set(keys)) == 4
    assert not Session.objects.filter(session_key__in=keys[:3]).exists()
    assert client.get("/profile/").status_code == 200


def test_a_pin_gives_the_browser_another_key(client, registrar, doctor):
    services.set_pin(actor=actor_of(registrar), pin="4816")
    sign_in(client)
    sign_in(client, "doctor")
    former = key_of(client)

    client.post(reverse("organization:desk"), {"person": registrar.user_id, "pin": "4816"})

    assert key_of(client) != former
    assert not Session.objects.filter(session_key=former).exists()


def test_the_key_of_who_left_opens_nothing(client, registrar):
    sign_in(client)
    stolen = Client()
    stolen.cookies["sessionid"] = key_of(client)
    client.post(reverse("organization:logout"))

    assert stolen.get("/profile/").status_code == 302


def test_cookies_are_kept_from_scripts_and_foreign_sites(client, registrar, settings):
    services.set_pin(actor=actor_of(registrar), pin="4816")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get(reverse("organization:login"))
    sign_in(client)

    for name in ("sessionid", "zubr_desk"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", True), name
    assert (client.cookies["csrftoken"]["samesite"], bool(client.cookies["csrftoken"]["secure"])) == ("Lax", True)


# A right or a role taken away while a page is open


@pytest.mark.parametrize("how", ["page", "part", "api"])
def test_a_right_taken_away_is_refused_at_the_next_request_with_words(client_of, director, registrar, how):
    client, role = client_of(registrar), registrar.roles.get()
    assert client.get(reverse("patients:patient_list")).status_code == 200
    services.set_role_permission(actor=actor_of(director), role=role, code="patients.view_patient", scope=None)

    address = "/api/v1/patients/" if how == "api" else reverse("patients:patient_list")
    response = client.get(address, headers={"HX-Request": "true"} if how == "part" else {})

    assert response.status_code == 403
    text = {"page": "Вашей роли это не открыто", "part": None, "api": "нет"}[how]
    if how == "part":
        assert "toast" in response["HX-Trigger"]
    else:
        assert text in str(response.json() if how == "api" else response.content.decode())


@pytest.mark.parametrize("how", ["page", "part", "post", "api"])
def test_a_role_taken_away_ends_what_was_opened_under_it(client_of, registrar, how):
    client = client_of(registrar)
    EmployeeRole.objects.create(employee=registrar, role=Role.objects.get(code="doctor"))
    EmployeeRole.objects.filter(employee=registrar, role__code="administrator").delete()

    if how == "page":
        response = client.get(reverse("patients:patient_list"), follow=True)
        assert "забрали" in response.content.decode()
        assert response.context["request"].path == reverse("organization:role_choose")
    elif how == "part":
        response = client.get(reverse("core:notice_list"), headers={"HX-Request": "true"})
        assert response.status_code == 401
    elif how == "post":
        response = client.post(reverse("patients:patient_add"), {"surname": "Иванова"})
        assert response.url.startswith(reverse("organization:role_choose"))
    else:
        assert client.get("/api/v1/patients/").status_code in {401, 403}
