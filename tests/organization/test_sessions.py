"""Who is signed in where, and ending it."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import OptionValue
from organization import services
from organization.browsers import in_words
from organization.sessions import handle_of, open_sessions
from tests.factories.organization import PASSWORD, actor_of

pytestmark = pytest.mark.django_db

WINDOWS_7 = (
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


def sign_in(username: str, agent: str = WINDOWS_7) -> Client:
    client = Client(headers={"user-agent": agent})
    response = client.post(reverse("organization:login"), {"username": username, "password": PASSWORD})
    assert response.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("organization:profile")).status_code == 200


def test_the_profile_lists_own_sessions_in_words_and_marks_this_one(registrar, doctor):
    here = sign_in("registrar")
    sign_in("registrar", FIREFOX)
    sign_in("doctor")

    response = here.get(reverse("organization:profile"))

    rows = response.context["sessions"]
    assert [(row.browser, row.is_here) for row in rows] == [
        ("Chrome 109, Windows 7", True),
        ("Firefox 115, Linux", False),
    ]
    assert rows[0].address == "127.0.0.1"
    assert (timezone.now() - rows[0].opened_at).total_seconds() < 60


def test_a_page_never_shows_the_key_of_a_session(registrar, director):
    own, other = sign_in("registrar"), sign_in("registrar", FIREFOX)
    boss = sign_in("director")
    keys = list(Session.objects.values_list("session_key", flat=True))

    pages = [own.get(reverse("organization:profile")), boss.get(reverse("organization:session_list"))]

    for page in pages:
        assert page.status_code == 200
        assert not any(key in page.content.decode() for key in keys)
    assert is_in(other)


def test_ending_one_session_signs_that_browser_out_and_tells_it_why(registrar):
    here, there = sign_in("registrar"), sign_in("registrar", FIREFOX)

    here.post(reverse("organization:session_end"), {"handle": handle_of(there.session.session_key)})

    response = there.get(reverse("organization:profile"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("organization:login") + "?over=1")
    assert "завершён" in response.content.decode()
    part = there.get(reverse("core:notice_list"), headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert is_in(here)


def test_signing_out_everywhere_else_leaves_this_browser_alone(registrar, doctor):
    here, there, another = sign_in("registrar"), sign_in("registrar", FIREFOX), sign_in("doctor")

    here.post(reverse("organization:session_end"))

    assert (is_in(here), is_in(there), is_in(another)) == (True, False, True)


def test_somebody_elses_session_is_not_ended_without_the_right(registrar, doctor):
    mine, theirs = sign_in("registrar"), sign_in("doctor")

    mine.post(reverse("organization:session_end"), {"handle": handle_of(theirs.session.session_key)})

    assert is_in(theirs)


@pytest.mark.parametrize("what", ["one", "person", "all"])
def test_the_director_ends_sessions_and_the_history_tells_it(director, registrar, doctor, what):
    boss, first, second, third = (
        sign_in("director"),
        sign_in("registrar"),
        sign_in("registrar", FIREFOX),
        sign_in("doctor"),
    )
    data = {
        "one": {"handle": handle_of(first.session.session_key)},
        "person": {"employee": registrar.pk},
        "all": {"all": "1"},
    }[what]

    boss.post(reverse("organization:sessions_end"), data)

    left = {"one": (True, False, True, True), "person": (True, False, False, True), "all": (True, False, False, False)}
    assert (is_in(boss), is_in(first), is_in(second), is_in(third)) == left[what]
    event = registrar.user.history.filter(pgh_label="sessions_ended").get()
    assert event.pgh_context["person"] == "Орлова М. А."


def test_the_list_is_the_directors(client_of, registrar, doctor):
    for person in (registrar, doctor):
        assert client_of(person).get(reverse("organization:session_list")).status_code == 403
        assert client_of(person).post(reverse("organization:sessions_end"), {"all": "1"}).status_code == 403


def test_the_list_costs_the_same_however_many_are_signed_in(director, registrar):
    boss = sign_in("director")
    boss.get(reverse("organization:session_list"))
    with CaptureQueriesContext(connection) as few:
        boss.get(reverse("organization:session_list"))
    for _time in range(5):
        sign_in("registrar")

    with CaptureQueriesContext(connection) as many:
        response = boss.get(reverse("organization:session_list"))

    assert len(response.context["sessions"]) == 6
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "act",
    [
        lambda boss, person: services.set_login(
            actor=boss, employee=person, username="registrar", password="quite-another-1"
        ),
        lambda boss, person: services.remove_login(actor=boss, employee=person),
        lambda boss, person: services.archive_employee(actor=boss, employee=person),
        lambda boss, person: services.reset_second_factor(actor=boss, employee=person),
    ],
    ids=["password set", "login closed", "archived", "second factor reset"],
)
def test_what_ends_trust_in_a_login_ends_its_sessions(director, registrar, act):
    client = sign_in("registrar")
    key = client.session.session_key

    act(actor_of(director), registrar)

    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(client)


def test_a_new_password_of_ones_own_ends_the_other_sessions_and_keeps_this_one(registrar):
    here, there = sign_in("registrar"), sign_in("registrar", FIREFOX)
    new = "another-long-password"

    here.post(reverse("organization:password_change"), {"old_password": PASSWORD, "new_password": new, "again": new})

    assert (is_in(here), is_in(there)) == (True, False)
    assert len(open_sessions(here=None, user_id=registrar.user_id)) == 1


def test_with_one_place_alone_a_sign_in_elsewhere_ends_the_former_session(registrar, doctor):
    OptionValue.objects.create(code="organization.sessions_of_person", value="one")
    former, another = sign_in("registrar"), sign_in("doctor")

    latter = sign_in("registrar", FIREFOX)

    assert (is_in(former), is_in(latter), is_in(another)) == (False, True, True)


def test_a_late_answer_under_the_former_key_leaves_the_new_cookie_alone(client, registrar):
    client.post(reverse("organization:login"), {"username": "registrar", "password": PASSWORD})
    late = Client()
    late.cookies["sessionid"] = client.session.session_key
    role = registrar.roles.get()
    client.post(reverse("organization:role_switch"), {"role": role.pk})

    response = late.get(reverse("core:live_stamps"), headers={"X-Zubr-Poll": "1"})

    assert "sessionid" not in response.cookies, "the poll that came late does not delete the cookie"
    assert is_in(client)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS_7, "Chrome 109, Windows 7"),
        (FIREFOX, "Firefox 115, Linux"),
        (WINDOWS_7.replace("6.1", "10.0") + " Edg/121.0.0.0", "Edge 121, Windows 10/11"),
        (
            WINDOWS_7.replace("6.1", "10.0").replace("Safari", "YaBrowser/24.1 Safari"),
            "Яндекс Браузер 24, Windows 10/11",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1 Version/16.1 Safari/604.1",
            "Safari 16, iPad",
        ),
        ("", "Неизвестный браузер"),
    ],
)
def test_a_browser_is_told_in_words(agent, words):
    from django.utils import translation

    with translation.override("ru"):
        assert in_words(agent) == words
