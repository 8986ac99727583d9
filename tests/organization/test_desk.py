"""A shared desk: changing the person by PIN, and opening one's own locked screen by it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import OptionValue
from organization import services
from organization.models import DeskMember, EmployeeRole, Pin, Role
from tests.factories.organization import PASSWORD, actor_of

pytestmark = pytest.mark.django_db

PIN = "4816"
DESK = "organization:desk"


def sign_in(client: Client, username: str):
    return client.post(reverse("organization:login"), {"username": username, "password": PASSWORD})


def change_to(client: Client, employee, pin: str = PIN):
    return client.post(reverse(DESK), {"person": employee.user_id, "pin": pin})


def person_in(client: Client) -> str | None:
    response = client.get(reverse("organization:profile"))
    return response.context["request"].user.username if response.status_code == 200 else None


@pytest.fixture
def pins(registrar, doctor, other_doctor):
    for person in (registrar, doctor, other_doctor):
        services.set_pin(actor=actor_of(person), pin=PIN)


@pytest.fixture
def desk(client, registrar, doctor, pins) -> Client:
    """A browser where the registrar and then the doctor gave their passwords; the doctor works."""
    sign_in(client, "registrar")
    sign_in(client, "doctor")
    return client


def test_the_pin_changes_the_person_and_ends_the_former_session(desk, registrar):
    former = desk.session.session_key

    response = change_to(desk, registrar)

    assert response.url == reverse("organization:home")
    assert person_in(desk) == "registrar"
    assert desk.session.session_key != former
    assert not Session.objects.filter(session_key=former).exists()


def test_only_people_of_this_browser_are_shown_and_taken(desk, registrar, doctor, other_doctor):
    page = desk.get(reverse(DESK))

    assert {user.username for user in page.context["people"]} == {"registrar", "doctor"}
    assert other_doctor.surname not in page.content.decode()
    assert change_to(desk, other_doctor).status_code == 422
    assert person_in(desk) == "doctor"


def test_a_strange_browser_sees_nobody(client, registrar, pins):
    sign_in(Client(), "registrar")

    page = client.get(reverse(DESK))

    assert list(page.context["people"]) == []
    assert registrar.surname not in page.content.decode()
    assert change_to(client, registrar).status_code == 422


def test_a_guessed_mark_of_a_desk_opens_nothing(desk, registrar):
    stranger = Client()
    stranger.cookies["zubr_desk"] = DeskMember.objects.first().desk

    assert list(stranger.get(reverse(DESK)).context["people"]) == []


def test_the_desk_forgets_after_the_working_day(desk, registrar):
    DeskMember.objects.update(since=timezone.now() - timedelta(hours=15))

    assert change_to(desk, registrar).status_code == 422


def test_who_signed_out_by_themselves_comes_back_by_password_only(desk, doctor, registrar):
    desk.post(reverse("organization:logout"))

    assert {user.username for user in desk.get(reverse(DESK)).context["people"]} == {"registrar"}
    assert change_to(desk, doctor).status_code == 422


def test_five_wrong_pins_leave_the_password_alone(desk, registrar):
    for _attempt in range(5):
        response = change_to(desk, registrar, "0000")

    assert "15" in response.content.decode()
    assert change_to(desk, registrar).status_code == 422
    sign_in(desk, "registrar")
    sign_in(desk, "doctor")
    assert change_to(desk, registrar).status_code == 302, "the password given since then opened the PIN"


def test_the_role_of_last_time_is_taken_by_pin(desk, registrar):
    second = Role.objects.get(code="doctor")
    EmployeeRole.objects.create(employee=registrar, role=second)
    services.choose_role(user=registrar.user, role_id=second.pk)

    change_to(desk, registrar)

    assert desk.session["role_id"] == second.pk


def test_a_form_opened_under_the_former_person_is_refused_with_its_text_kept(desk, registrar):
    stamp = desk.get(reverse("organization:profile")).context["role_stamp"]
    change_to(desk, registrar)

    response = desk.post(reverse("organization:pin_drop"), {}, headers={"X-Zubr-Role": stamp, "HX-Request": "true"})

    assert response.status_code == 409
    registrar.user.refresh_from_db()
    assert registrar.user.pin_set_at is not None


def test_the_person_changes_from_behind_the_lock(desk, registrar):
    desk.post(reverse("organization:lock"))

    change_to(desk, registrar)

    assert person_in(desk) == "registrar"


@pytest.mark.parametrize(
    "end",
    [
        lambda person: setattr(person, "archived_at", timezone.now()) or person.save(),
        lambda person: type(person.user).objects.filter(pk=person.user_id).update(is_active=False),
        lambda person: EmployeeRole.objects.filter(employee=person).delete(),
        lambda person: services.drop_pin(actor=actor_of(person)),
    ],
    ids=["archived", "login closed", "no role left", "PIN taken away"],
)
def test_who_may_no_longer_sign_in_does_not_by_pin(desk, registrar, end):
    end(registrar)

    assert change_to(desk, registrar).status_code == 422
    assert person_in(desk) == "doctor"


def test_ending_a_persons_sessions_takes_the_desks_too(desk, registrar, director):
    services.end_sessions_of(actor=actor_of(director), employee=registrar)

    assert change_to(desk, registrar).status_code == 422


def test_switched_off_there_is_no_such_page_and_no_pin_opens_a_lock(desk, doctor):
    OptionValue.objects.create(code="organization.pin_switching", value=False)

    assert desk.get(reverse(DESK)).status_code == 404
    assert reverse(DESK) not in desk.get(reverse("organization:profile")).content.decode()
    desk.post(reverse("organization:lock"))
    assert desk.post(reverse("organization:unlock"), {"password": PIN}).status_code == 422


def test_the_pin_opens_ones_own_locked_screen(desk):
    desk.post(reverse("organization:lock"))

    response = desk.post(reverse("organization:unlock"), {"password": PIN}, headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Trigger"]) == (204, '{"unlocked": null}')


def test_wrong_pins_at_the_lock_are_counted_with_those_at_the_desk(desk, doctor):
    desk.post(reverse("organization:lock"))
    for _attempt in range(4):
        desk.post(reverse("organization:unlock"), {"password": "0000"})

    assert Pin.objects.get(user=doctor.user).failures == 4
    desk.post(reverse("organization:unlock"), {"password": "0000"})
    assert desk.post(reverse("organization:unlock"), {"password": PIN}).status_code == 422
    assert desk.post(reverse("organization:unlock"), {"password": PASSWORD}).status_code == 302


def test_setting_a_pin_takes_the_password(client_of, registrar):
    client, page = client_of(registrar), reverse("organization:pin_change")

    refused = client.post(page, {"password": "wrong", "pin": PIN, "again": PIN})
    weak = client.post(page, {"password": PASSWORD, "pin": "1234", "again": "1234"})
    assert (refused.status_code, weak.status_code) == (422, 422)
    assert "pin" in weak.context["form"].errors
    assert not Pin.objects.exists()

    assert client.post(page, {"password": PASSWORD, "pin": PIN, "again": PIN}).status_code == 302
    assert services.check_pin(user=registrar.user, pin=PIN)
