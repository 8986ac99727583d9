"""Sign-in: sessions, lock-out, the choice of a role, switching, the lock of a screen left alone."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from organization import services
from organization.errors import RoleNotGranted
from organization.models import EmployeeRole, Role
from tests.factories.organization import PASSWORD, BranchFactory, EmployeeFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def two_roles(doctor):
    """The doctor who is also an administrator."""
    EmployeeRole.objects.create(employee=doctor, role=Role.objects.get(code="administrator"))
    return doctor


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("organization:login"), {"username": username, "password": password, **more})


def role_named(code: str) -> Role:
    return Role.objects.get(code=code)


def test_the_only_role_is_taken_at_once(client, registrar):
    response = sign_in(client, "registrar")

    assert response.url == reverse("organization:home")
    assert client.session["role_id"] == role_named("administrator").pk
    assert time.time() - client.session["seen_at"] < 5


def test_signing_in_changes_the_session_key_and_the_csrf_token(client, registrar):
    client.get(reverse("organization:login"))
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before, token_before = session.session_key, client.cookies["csrftoken"].value

    sign_in(client, "registrar")

    assert client.session.session_key != before
    assert client.cookies["csrftoken"].value != token_before


def test_a_login_is_found_whatever_its_case(client, registrar):
    assert sign_in(client, " Registrar ").status_code == 302


def test_sign_in_leads_where_the_person_was_going_but_never_outside(client, registrar):
    assert sign_in(client, "registrar", next="/profile/").url == "/profile/"
    client.post(reverse("organization:logout"))
    assert sign_in(client, "registrar", next="https://evil.example/").url == "/"


def test_an_archived_employee_cannot_sign_in(client, registrar):
    registrar.user.is_active = False
    registrar.user.save()

    response = sign_in(client, "registrar")

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_login_without_a_role_is_told_whom_to_ask(client, branch):
    employee = EmployeeFactory(user__username="newcomer", branch=branch)

    response = sign_in(client, employee.user.username)

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_five_failures_lock_the_login_and_say_for_how_many_minutes(client, registrar):
    for _attempt in range(5):
        response = sign_in(client, "registrar", "wrong")

    assert response.status_code == 429
    assert "15" in response.content.decode()
    assert sign_in(client, "registrar").status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_lock_out_of_one_login_leaves_the_others_alone(client, registrar, doctor):
    for _attempt in range(5):
        sign_in(client, "registrar", "wrong")

    assert sign_in(client, "doctor").status_code == 302


def test_the_case_of_the_login_does_not_buy_more_attempts(client, registrar):
    for name in ("registrar", "Registrar", "REGISTRAR", "rEgistrar", "reGistrar"):
        response = sign_in(client, name, "wrong")

    assert response.status_code == 429


def test_several_roles_are_offered_the_last_used_one_first(client, two_roles):
    services.choose_role(user=two_roles.user, role_id=role_named("doctor").pk)

    response = sign_in(client, "doctor")

    assert [role.code for role in response.context["roles"]] == ["doctor", "administrator"]
    assert "role_id" not in client.session


def test_nothing_opens_before_a_role_is_chosen(client, two_roles):
    sign_in(client, "doctor")

    assert client.get(reverse("organization:profile")).url.startswith(reverse("organization:role_choose"))


def test_a_foreign_role_cannot_be_chosen(client, two_roles):
    sign_in(client, "doctor")

    response = client.post(reverse("organization:role_choose"), {"role": role_named("director").pk})

    assert response.status_code == 422
    assert "role_id" not in client.session
    with pytest.raises(RoleNotGranted):
        services.choose_role(user=two_roles.user, role_id=role_named("director").pk)


def test_the_choice_of_a_role_does_not_wait_for_ever(client, two_roles):
    sign_in(client, "doctor")
    leave_alone(client, minutes=16)

    response = client.post(reverse("organization:role_choose"), {"role": role_named("doctor").pk})

    assert response.url == reverse("organization:login")
    assert "_auth_user_id" not in client.session


def test_switching_the_role_changes_the_rights_at_once(client_of, two_roles):
    client = client_of(two_roles, role="doctor")
    client.post(reverse("organization:role_switch"), {"role": role_named("administrator").pk})

    response = client.get(reverse("organization:profile"))

    assert response.context["actor"].role_name == role_named("administrator").name
    two_roles.user.refresh_from_db()
    assert two_roles.user.last_role == role_named("administrator")


def test_a_foreign_role_cannot_be_switched_to(client_of, registrar):
    client = client_of(registrar)

    client.post(reverse("organization:role_switch"), {"role": role_named("director").pk})

    assert client.session["role_id"] == role_named("administrator").pk


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_form_of_the_former_role_is_refused_and_nothing_saved(client_of, two_roles, headers):
    client = client_of(two_roles, role="doctor")
    stamp = client.get(reverse("organization:profile")).context["role_stamp"]
    client.post(reverse("organization:role_switch"), {"role": role_named("administrator").pk})

    response = client.post(
        reverse("organization:branch_switch"),
        {"branch": "1", "_role": stamp},
        headers={**headers, "X-Zubr-Role": stamp},
    )

    assert response.status_code == 409
    assert "branch_id" not in client.session


def test_a_form_of_another_person_on_the_same_pc_is_refused(client, registrar, other_doctor):
    sign_in(client, "registrar")
    stamp = client.get(reverse("organization:profile")).context["role_stamp"]
    client.post(reverse("organization:logout"))
    sign_in(client, "other")

    response = client.post(reverse("organization:password_change"), {}, headers={"X-Zubr-Role": stamp})

    assert response.status_code == 409


def test_the_page_of_a_former_role_may_still_come_back_to_it(client_of, two_roles):
    client = client_of(two_roles, role="doctor")
    stamp = client.get(reverse("organization:profile")).context["role_stamp"]
    administrator, doctor = role_named("administrator"), role_named("doctor")
    client.post(reverse("organization:role_switch"), {"role": administrator.pk})

    client.post(reverse("organization:role_switch"), {"role": doctor.pk, "_role": stamp})

    assert client.session["role_id"] == doctor.pk


def test_every_answer_names_the_role_in_force(client_of, registrar):
    response = client_of(registrar).get(reverse("core:live_stamps"))

    assert response["X-Zubr-Role"] == f"{registrar.user_id}.{role_named('administrator').pk}"


def test_only_own_branches_can_be_switched_to(client_of, registrar, branch):
    other = BranchFactory()
    client = client_of(registrar, branch=branch)

    client.post(reverse("organization:branch_switch"), {"branch": other.pk})

    assert client.get(reverse("organization:profile")).context["current_branch"].pk == branch.pk


# The lock of a screen left alone


def leave_alone(client: Client, *, minutes: int) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - minutes * 60
    session.save()


def test_a_screen_left_alone_asks_for_the_password(client_of, registrar):
    client = client_of(registrar)
    leave_alone(client, minutes=16)

    page = client.get("/profile/?x=1")
    part = client.get(reverse("core:notice_list"), headers=HTMX)
    poll = client.get(reverse("core:live_stamps"), headers={"X-Zubr-Poll": "1"})

    assert page.url == "/unlock/?next=%2Fprofile%2F%3Fx%3D1"
    assert (part.status_code, part["HX-Trigger"]) == (423, '{"locked": null}')
    assert poll.status_code == 423


def test_a_screen_in_use_is_not_locked(client_of, registrar):
    client = client_of(registrar)
    leave_alone(client, minutes=14)

    assert client.get(reverse("organization:profile")).status_code == 200
    assert time.time() - client.session["seen_at"] < 5


def test_polls_do_not_keep_a_screen_awake_but_typing_does(client_of, registrar):
    client = client_of(registrar)
    leave_alone(client, minutes=14)
    client.get(reverse("core:live_stamps"), headers={"X-Zubr-Poll": "1"})
    assert time.time() - client.session["seen_at"] > 13 * 60

    client.get(reverse("core:live_stamps"), headers={"X-Zubr-Poll": "1", "X-Zubr-Active": "1"})

    assert time.time() - client.session["seen_at"] < 5


def test_nothing_is_saved_from_behind_the_lock(client_of, registrar):
    client = client_of(registrar)
    leave_alone(client, minutes=16)

    response = client.post(reverse("organization:role_switch"), {"role": 1})

    assert response.url.startswith(reverse("organization:unlock"))
    assert client.get("/api/v1/branches/").status_code == 423


def test_the_password_opens_the_lock_and_leads_back(client_of, registrar):
    client = client_of(registrar)
    client.post(reverse("organization:lock"))

    response = client.post(reverse("organization:unlock"), {"password": PASSWORD, "next": "/profile/"})

    assert response.url == "/profile/"
    assert client.get("/profile/").status_code == 200


def test_the_lock_over_a_page_answers_with_parts(client_of, registrar):
    client = client_of(registrar)
    client.post(reverse("organization:lock"))

    wrong = client.post(reverse("organization:unlock"), {"password": "wrong"}, headers=HTMX)
    right = client.post(reverse("organization:unlock"), {"password": PASSWORD}, headers=HTMX)

    assert wrong.status_code == 422
    assert 'id="unlock-form"' in wrong.content.decode()
    assert (right.status_code, right["HX-Trigger"]) == (204, '{"unlocked": null}')


def test_guessing_at_the_lock_ends_in_the_same_lock_out(client_of, registrar):
    client = client_of(registrar)
    client.post(reverse("organization:lock"))

    for _attempt in range(5):
        response = client.post(reverse("organization:unlock"), {"password": "wrong"}, headers=HTMX)

    assert "15" in response.content.decode()
    assert client.post(reverse("organization:unlock"), {"password": PASSWORD}).status_code == 429


# Demo


def test_demo_logins_are_shown_only_in_demo_mode(client, db, settings, monkeypatch):
    monkeypatch.setattr("organization.views.sign_in.is_demo", lambda: True)
    settings.DEMO = False
    assert "data-demo-login" not in client.get(reverse("organization:login")).content.decode()

    settings.DEMO = True
    page = client.get(reverse("organization:login")).content.decode()

    assert all(f'data-demo-login="{login}"' in page for login in ("director", "administrator", "doctor"))


def test_who_lost_every_role_is_signed_out_at_the_next_click(client, registrar):
    sign_in(client, "registrar")
    EmployeeRole.objects.filter(employee=registrar).delete()

    response = client.get(reverse("organization:profile"), follow=True)

    assert response.redirect_chain[-1][0] == reverse("organization:login") + "?over=1"
    assert "z-alert" in response.content.decode(), "and is told why"
    assert "_auth_user_id" not in client.session
