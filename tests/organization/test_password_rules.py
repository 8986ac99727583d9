"""Rules of passwords, locks and lock-outs are the clinic's own choices."""

from datetime import timedelta

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.models import OptionValue
from organization.models import User
from tests.factories.organization import PASSWORD

pytestmark = pytest.mark.django_db


def choose(**values) -> None:
    for name, value in values.items():
        OptionValue.objects.update_or_create(code=f"organization.{name}", defaults={"value": value})


def broken_rules(password: str) -> set[str]:
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        return {rule.code for rule in error.error_list}
    return set()


def test_the_length_is_the_clinics():
    assert broken_rules("kx7-mango") == {"password_too_short"}
    choose(password_length=8)
    assert broken_rules("kx7-mango") == set()
    choose(password_length=16)
    assert broken_rules("kx7-mango-table") == {"password_too_short"}


def test_common_passwords_are_refused_while_the_clinic_wants_so():
    assert broken_rules("basketball") == {"password_too_common"}
    choose(password_not_common=False)
    assert broken_rules("basketball") == set()


def test_letters_and_digits_are_demanded_only_if_chosen():
    assert broken_rules("тихий-вечер") == set()
    choose(password_mixed=True)
    assert broken_rules("тихий-вечер") == {"password_not_mixed"}
    assert broken_rules("тихий-вечер-7") == set()


def test_digits_alone_are_never_a_password():
    choose(password_mixed=False, password_not_common=False, password_length=8)
    assert broken_rules("48163927") == {"password_entirely_numeric"}


def test_the_form_says_the_rules_in_force(client_of, registrar):
    choose(password_length=12, password_mixed=True)

    page = client_of(registrar).get(reverse("organization:password_change")).content.decode()

    assert "12" in page
    assert "<li></li>" not in page


def test_an_old_password_leads_to_a_new_one_before_anything_else(client_of, registrar):
    choose(password_days=90)
    client = client_of(registrar)
    assert client.get(reverse("organization:profile")).status_code == 200
    User.objects.filter(pk=registrar.user_id).update(password_set_at=timezone.now() - timedelta(days=91))

    assert client.get(reverse("organization:profile")).url == reverse("organization:password_change")
    new = "another-long-password"
    client.post(reverse("organization:password_change"), {"old_password": PASSWORD, "new_password": new, "again": new})

    assert client.get(reverse("organization:profile")).status_code == 200


@pytest.mark.parametrize(("minutes", "is_locked"), [(30, False), (5, True), (0, False)])
def test_the_lock_of_a_screen_left_alone_waits_as_long_as_chosen(client_of, registrar, minutes, is_locked):
    choose(idle_lock_minutes=minutes)
    client = client_of(registrar)
    session = client.session
    session["seen_at"] = int(timezone.now().timestamp()) - 20 * 60
    session.save()

    assert (client.get("/profile/").status_code == 302) == is_locked


def test_the_lock_out_counts_and_lasts_as_chosen(client, registrar):
    choose(failures_allowed=3, lock_out_minutes=40)
    wrong = {"username": "registrar", "password": "wrong"}
    for _attempt in range(3):
        response = client.post(reverse("organization:login"), wrong)

    assert response.status_code == 429
    assert "40" in response.content.decode()


def test_the_director_ends_a_lock_out_before_its_time(client, client_of, director, registrar):
    for _attempt in range(5):
        client.post(reverse("organization:login"), {"username": "registrar", "password": "wrong"})
    right = {"username": "registrar", "password": PASSWORD}
    assert client.post(reverse("organization:login"), right).status_code == 429

    assert client_of(director).post(reverse("organization:login_unlock", args=[registrar.pk])).status_code == 204

    assert client.post(reverse("organization:login"), right).status_code == 302
    assert registrar.user.history.filter(pgh_label="login_unlocked").exists()
