"""The second factor: connecting a phone, the code at sign-in, what a lost phone needs."""

import time

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.models import OptionValue
from organization import services
from organization.errors import CodeWrong, FactorLocked, RoleTooWide
from organization.models import EmployeeRole, RecoveryCode, Role, SecondFactor
from organization.services.second_factor import secret_to_show
from tests.factories.organization import PASSWORD, actor_of

pytestmark = pytest.mark.django_db

LOGIN, CODE = "organization:login", "organization:login_code"


class Phone:
    """An authenticator: knows the secret, shows the code of now (or of ``steps`` later)."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        return self.totp.at(int(time.time()) + 30 * steps)


@pytest.fixture
def phone(registrar) -> Phone:
    """The registrar's phone, connected; ``codes`` are the recovery codes."""
    actor = actor_of(registrar)
    services.begin_second_factor(actor=actor)
    phone = Phone(secret_to_show(registrar.user))
    phone.codes = services.confirm_second_factor(actor=actor, code=phone.code(-1))
    registrar.user.refresh_from_db()
    return phone


def give_password(client: Client, username: str = "registrar", **more: str):
    return client.post(reverse(LOGIN), {"username": username, "password": PASSWORD, **more})


def give_code(client: Client, code: str):
    return client.post(reverse(CODE), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("organization:profile")).status_code == 200


def test_the_password_alone_opens_nothing(client, phone):
    response = give_password(client, next="/profile/?x=1")

    assert response.url == reverse(CODE)
    assert "_auth_user_id" not in client.session
    assert not is_in(client)


def test_the_code_after_the_password_signs_in_and_leads_on(client, phone):
    give_password(client, next="/profile/?x=1")

    response = give_code(client, phone.code())

    assert response.url == "/profile/?x=1"
    assert is_in(client)


def test_a_code_is_taken_once(client, phone):
    code = phone.code()
    give_password(client)
    give_code(client, code)
    other = Client()
    give_password(other)

    response = give_code(other, code)

    assert response.status_code == 422
    assert not is_in(other)


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_is_wrong(client, phone, steps):
    give_password(client)

    assert give_code(client, phone.code(steps)).status_code == 422


def test_a_recovery_code_works_once_in_whatever_case_and_spacing(client, phone):
    give_password(client)
    assert give_code(client, phone.codes[0].lower().replace("-", " ")).status_code == 302
    other = Client()
    give_password(other)

    assert give_code(other, phone.codes[0]).status_code == 422
    assert give_code(other, phone.codes[1]).status_code == 302


def test_wrong_codes_end_in_a_lock_out_that_holds_from_any_address(client, phone, registrar):
    give_password(client)
    for _attempt in range(5):
        give_code(client, "000000")
    other = Client(REMOTE_ADDR="10.0.0.9")
    give_password(other)

    assert give_code(other, phone.code()).status_code == 422
    assert not is_in(other)
    with pytest.raises(FactorLocked):
        services.check_code(user=registrar.user, code=phone.code())


def test_the_code_page_waits_five_minutes(client, phone):
    give_password(client)
    session = client.session
    session["password_given_by"] = {**session["password_given_by"], "until": int(time.time()) - 1}
    session.save()

    assert give_code(client, phone.code()).url == reverse(LOGIN)
    assert not is_in(client)


def test_a_password_changed_meanwhile_ends_the_waiting(client, phone, registrar):
    give_password(client)
    registrar.user.set_password("another-long-password")
    registrar.user.save()

    assert give_code(client, phone.code()).url == reverse(LOGIN)


def test_connecting_a_phone_takes_the_password_and_its_first_code(client_of, registrar):
    client = client_of(registrar)
    page = reverse("organization:second_factor")

    wrong = client.post(reverse("organization:second_factor_begin"), {"password": "wrong"})
    assert wrong.status_code == 422
    assert not SecondFactor.objects.exists()

    client.post(reverse("organization:second_factor_begin"), {"password": PASSWORD})
    shown = client.get(page)
    assert "<svg" in shown.content.decode()
    phone = Phone(shown.context["secret"].replace(" ", ""))
    assert client.post(reverse("organization:second_factor_confirm"), {"code": "000000"}).status_code == 422
    registrar.user.refresh_from_db()
    assert registrar.user.second_factor_at is None

    done = client.post(reverse("organization:second_factor_confirm"), {"code": phone.code()})

    codes = done.context["codes"]
    assert len(set(codes)) == 10
    assert "no-store" in done["Cache-Control"]
    after = client.get(page).content.decode()
    assert not any(code in after for code in codes)
    assert shown.context["secret"] not in after


def test_the_secret_is_sealed_and_the_codes_are_hashed(phone, registrar):
    row = SecondFactor.objects.get(user=registrar.user)

    assert phone.totp.secret not in row.sealed_secret
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(digests) == 10
    assert not any(code.replace("-", "") in digests for code in phone.codes)


def test_the_history_tells_that_it_was_connected_and_nothing_of_the_secret(phone, registrar):
    events = list(registrar.user.history.order_by("pgh_id").values())

    assert events[-1]["second_factor_at"] == registrar.user.second_factor_at
    assert phone.totp.secret not in str(events)


def test_disconnecting_takes_a_code(client_of, registrar, phone):
    client = client_of(registrar)
    drop = reverse("organization:second_factor_drop")

    assert client.post(drop, {"code": "000000"}).status_code == 422
    assert client.post(drop, {"code": phone.code()}).status_code == 302

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_new_recovery_codes_end_the_former_ones(client_of, registrar, phone):
    done = client_of(registrar).post(reverse("organization:second_factor_codes"), {"password": PASSWORD})

    assert not set(done.context["codes"]) & set(phone.codes)
    assert not services.check_code(user=registrar.user, code=phone.codes[0])
    assert services.check_code(user=registrar.user, code=done.context["codes"][0])


@pytest.mark.parametrize("code", ["director", "own"])
def test_a_role_that_must_have_it_is_led_to_connect_a_phone(client_of, director, registrar, code):
    OptionValue.objects.create(code="organization.second_factor", value="must")
    OptionValue.objects.create(code="organization.second_factor_roles", value=[code])
    own_role = Role.objects.create(name="Куратор")
    EmployeeRole.objects.filter(employee=registrar).delete()
    EmployeeRole.objects.create(employee=registrar, role=own_role)
    person, other = (director, registrar) if code == "director" else (registrar, director)
    client, page = client_of(person), reverse("organization:second_factor")

    assert client.get(reverse("organization:profile")).url == page
    assert client.get(reverse("core:notice_list"), headers={"HX-Request": "true"})["HX-Redirect"] == page
    assert client.get("/api/v1/branches/").status_code == 403
    assert client.get(page).status_code == 200
    assert is_in(client_of(other))

    client.post(reverse("organization:second_factor_begin"), {"password": PASSWORD})
    phone = Phone(secret_to_show(person.user))
    client.post(reverse("organization:second_factor_confirm"), {"code": phone.code()})

    assert is_in(client)


def test_where_it_is_off_no_code_is_asked(client, phone):
    OptionValue.objects.create(code="organization.second_factor", value="off")

    assert give_password(client).url == reverse("organization:home")


def test_the_director_resets_a_lost_phone_and_the_history_tells_it(client_of, client, director, registrar, phone):
    response = client_of(director).post(reverse("organization:factor_reset", args=[registrar.pk]))

    assert response.status_code == 204
    assert registrar.user.history.filter(pgh_label="second_factor_reset").count() == 1
    assert give_password(client).url == reverse("organization:home")


def test_nobody_resets_the_factor_of_somebody_with_more_rights(director, registrar):
    from dataclasses import replace

    narrow = replace(
        actor_of(registrar),
        rights={"organization.change_employee": actor_of(director).rights["organization.change_employee"]},
    )

    with pytest.raises(RoleTooWide):
        services.reset_second_factor(actor=narrow, employee=director)


def test_a_phone_is_not_connected_by_the_code_of_another_secret(registrar):
    services.begin_second_factor(actor=actor_of(registrar))

    with pytest.raises(CodeWrong):
        services.confirm_second_factor(actor=actor_of(registrar), code=Phone(pyotp.random_base32()).code())


# The way back in on the server


def test_reset_login_lets_the_last_director_in_with_a_password_for_once(client, registrar, phone, capsys):
    services.set_pin(actor=actor_of(registrar), pin="4816")
    registrar.user.is_active = False
    registrar.user.save()

    call_command("reset_login", "Registrar")

    password = capsys.readouterr().out.split("Password: ")[1].split()[0]
    response = client.post(reverse(LOGIN), {"username": "registrar", "password": password})
    assert response.url == reverse("organization:home")
    assert client.get(reverse("organization:profile")).url == reverse("organization:password_change")
    registrar.user.refresh_from_db()
    assert (registrar.user.second_factor_at, registrar.user.pin_set_at) == (None, None)
    event = registrar.user.history.get(pgh_label="login_reset")
    assert event.pgh_context["person"] == "reset_login"
    assert password not in str(list(registrar.user.history.values()))


def test_reset_login_says_when_there_is_no_such_login(registrar):
    with pytest.raises(CommandError, match="no login"):
        call_command("reset_login", "nobody")
