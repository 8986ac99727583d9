"""Requests of the frame: nothing is sent twice, nothing typed is lost, live parts follow the server."""

import json

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.fixtures import NewPage
from tests.browser.shell_server import State

pytestmark = pytest.mark.browser


@pytest.fixture
def booking(page: Page, address: str, shell: State) -> Page:
    """The patient's page with a half-filled booking in the drawer."""
    page.goto(f"{address}/patient/")
    page.keyboard.press("n")
    expect(page.locator("#id_patient")).to_be_focused()
    page.keyboard.type("Ёлкин")
    return page


def toast(page: Page, tone: str):
    return page.locator(f".z-toast-{tone}")


def submit(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def test_request_carries_the_role_and_the_token(booking: Page, shell: State) -> None:
    submit(booking)
    expect(booking.locator("#drawer-frame")).to_be_hidden()

    assert [post["path"] for post in shell.posts] == ["/booking/"]
    assert shell.posts[0]["headers"]["X-Zubr-Role"] == "1.7"
    assert shell.posts[0]["headers"]["X-Csrftoken"] == "made-up-token"
    assert shell.posts[0]["data"]["patient"] == ["Ёлкин"]


def test_plain_form_carries_the_role(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/list/")

    page.locator("#plain button").click()
    page.wait_for_timeout(300)

    assert shell.posts[0]["data"]["_role"] == ["1.7"]


def test_success_closes_the_drawer_and_forgets_the_draft(booking: Page, shell: State) -> None:
    shell.answer = (204, {"HX-Trigger": json.dumps({"toast": {"text": "Booked", "tone": "success"}})}, "")
    booking.wait_for_timeout(400)

    submit(booking)

    expect(toast(booking, "success")).to_contain_text("Booked")
    expect(booking.locator("#drawer-frame")).to_be_hidden()
    expect(booking.locator("#drawer-parked")).to_be_hidden()
    assert booking.evaluate("() => Object.keys(sessionStorage).filter((key) => key.includes('draft'))") == []


def test_form_is_sent_once_however_often_it_is_pressed(booking: Page, shell: State) -> None:
    shell.delay_seconds = 0.6

    for _ in range(4):
        submit(booking)
    booking.keyboard.press("Enter")
    booking.locator("#booking-form button").first.click(force=True)
    expect(booking.locator("#drawer-frame")).to_be_hidden()

    assert len(shell.posts) == 1


def test_plain_form_is_sent_once(page: Page, address: str, shell: State) -> None:
    shell.delay_seconds = 0.6
    page.goto(f"{address}/list/")

    page.evaluate(
        "() => { const form = document.getElementById('plain'); for (let n = 0; n < 4; n += 1) form.requestSubmit(); }"
    )
    page.wait_for_timeout(1200)

    assert len(shell.posts) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "роли"), (404, "Этого больше нет"), (409, "Не сохранено"), (429, "Слишком много"), (500, "сломалось")],
)
def test_refusal_is_said_in_words_and_the_text_is_kept(booking: Page, shell: State, status: int, words: str) -> None:
    shell.answer = (status, {}, "<h1>page of an error</h1>")

    submit(booking)

    expect(toast(booking, "danger")).to_contain_text(words)
    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")
    expect(booking.locator("#booking-form button").first).to_be_enabled()


def test_the_server_own_words_replace_the_general_ones(booking: Page, shell: State) -> None:
    shell.answer = (409, {"HX-Trigger": json.dumps({"toast": {"text": "The slot is taken", "tone": "danger"}})}, "")

    submit(booking)

    expect(toast(booking, "danger")).to_have_count(1)
    expect(toast(booking, "danger")).to_contain_text("The slot is taken")


def test_lost_network_keeps_the_text(booking: Page, shell: State) -> None:
    booking.route("**/booking/", lambda route: route.abort())

    submit(booking)

    expect(toast(booking, "danger")).to_contain_text("Сервер не отвечает")
    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")
    assert shell.posts == []


def test_ended_session_does_not_lead_away_from_the_text(booking: Page, shell: State, address: str) -> None:
    shell.answer = (401, {"HX-Redirect": "/login/"}, "")

    submit(booking)

    expect(booking.locator("#banner-signed-out")).to_be_visible()
    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")
    assert booking.url == f"{address}/patient/"


def test_invalid_form_comes_back_in_place(booking: Page, shell: State) -> None:
    shell.answer = (
        422,
        {},
        '<form id="booking-form" hx-post="/booking/" hx-target="this"><p id="wrong">Занято</p></form>',
    )

    submit(booking)

    expect(booking.locator("#drawer #wrong")).to_have_text("Занято")
    expect(booking.locator("#booking-form")).to_have_count(1)


def test_escape_parks_what_is_typed(booking: Page) -> None:
    booking.keyboard.press("Escape")

    expect(booking.locator("#drawer-frame")).to_be_hidden()
    expect(booking.locator("#drawer-parked")).to_contain_text("Новая запись")
    booking.locator("#drawer-parked").click()
    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")


def test_escape_closes_what_is_untouched(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/")
    page.locator(".z-bar-book").click()
    page.locator("#id_patient").wait_for()

    page.keyboard.press("Escape")

    expect(page.locator("#drawer-frame")).to_be_hidden()
    expect(page.locator("#drawer-parked")).to_be_hidden()
    expect(page.locator(".z-bar-book")).to_be_focused()


def test_parked_text_is_not_replaced_without_a_question(booking: Page) -> None:
    booking.keyboard.press("Escape")

    booking.locator("#bell").click()
    expect(booking.locator("#confirm")).to_be_visible()
    booking.locator("[data-answer='no']").click()

    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")


def test_typed_text_survives_a_reload(booking: Page) -> None:
    booking.wait_for_timeout(400)

    booking.reload()
    booking.keyboard.press("n")

    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")
    expect(toast(booking, "info")).to_contain_text("возвращено")


def test_drafts_are_dropped_at_sign_out(booking: Page) -> None:
    booking.wait_for_timeout(400)

    booking.keyboard.press("Escape")
    booking.locator(".z-person-button").click()
    booking.locator("form[data-forget-drafts] button").click()
    booking.wait_for_timeout(200)

    assert booking.evaluate("() => Object.keys(sessionStorage).filter((key) => key.includes('draft'))") == []


# Confirmation and modal


def test_serious_act_waits_for_a_yes(any_page: Page, address: str, shell: State) -> None:
    any_page.goto(f"{address}/list/")

    any_page.locator("#ask").click()
    expect(any_page.locator("#confirm")).to_contain_text("Сотрудник уйдёт в архив")
    any_page.keyboard.press("Escape")
    any_page.wait_for_timeout(200)
    assert shell.posts == []
    any_page.locator("#ask").click()
    with any_page.expect_response("**/archive/"):
        any_page.locator("[data-answer='yes']").click()

    assert [post["path"] for post in shell.posts] == ["/archive/"]


def test_modal_opens_saves_and_closes(any_page: Page, address: str, shell: State) -> None:
    any_page.goto(f"{address}/list/")

    any_page.locator("#in-modal").click()
    expect(any_page.locator("#id_name")).to_be_focused()
    any_page.keyboard.type("Анна")
    any_page.keyboard.press("Enter")

    expect(any_page.locator("#modal-frame")).to_be_hidden()
    assert shell.posts[0]["data"]["name"] == ["Анна"]


# Live parts


def test_part_is_fetched_when_its_stamp_changes(any_page: Page, address: str, shell: State) -> None:
    any_page.goto(f"{address}/patient/")
    any_page.wait_for_timeout(1000)
    assert shell.polls >= 1

    shell.stamps = {**shell.stamps, "schedule:1": "1.2"}

    expect(any_page.locator("#probe #fetched")).to_have_text("новое", timeout=4000)


def test_unchanged_stamps_are_answered_by_304(page: Page, address: str, shell: State) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/probe/" in request.url else None)

    page.goto(f"{address}/patient/")
    page.wait_for_timeout(5000)

    assert shell.polls_unchanged >= 1 and shell.polls - shell.polls_unchanged == 1
    assert fetched == []


def test_lost_server_is_shown_and_its_return_too(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")
    expect(page.locator("#banner-network")).to_be_hidden()

    shell.is_down = True
    expect(page.locator("#banner-network")).to_be_visible(timeout=8000)
    shell.is_down = False

    expect(page.locator("#banner-network")).to_be_hidden(timeout=5000)


def test_role_changed_elsewhere_is_shown(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")

    shell.role_in_force = "1.8"

    expect(page.locator("#banner-role")).to_be_visible(timeout=5000)


def test_ended_session_is_shown(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")

    shell.is_signed_in = False

    expect(page.locator("#banner-signed-out")).to_be_visible(timeout=5000)


def test_locked_screen_covers_the_page_until_the_password_comes(booking: Page, shell: State) -> None:
    shell.is_locked = True
    expect(booking.locator("#lock")).to_be_visible(timeout=5000)
    expect(booking.locator("#id_unlock")).to_be_focused()

    for _ in range(3):
        booking.keyboard.press("Escape")
    expect(booking.locator("#lock")).to_be_visible()
    assert_accessible(booking, within="#lock")
    booking.keyboard.type("secret")
    booking.keyboard.press("Enter")

    expect(booking.locator("#lock")).to_be_hidden()
    expect(booking.locator("#id_patient")).to_have_value("Ёлкин")


def test_polls_say_whether_somebody_is_at_work(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")
    page.wait_for_timeout(1500)
    assert (shell.polls, shell.active_polls) == (1, 0)

    page.keyboard.press("Tab")
    page.wait_for_timeout(4500)

    assert shell.active_polls == 1


def test_bell_counts_and_rings_once_for_an_urgent_notice(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")
    page.locator(".z-tool-title").click()  # browsers allow sound after the first touch
    expect(page.locator("[data-bell-count]")).to_have_text("2")
    page.wait_for_timeout(1200)

    shell.stamps = {**shell.stamps, "notices": "57.3.57"}

    expect(page.locator("[data-bell-count]")).to_have_text("3", timeout=4000)
    expect(page.locator("#sound")).to_have_attribute("data-rang", "1")
    page.wait_for_timeout(2500)
    expect(page.locator("#sound")).to_have_attribute("data-rang", "1")


def test_sound_says_that_the_browser_holds_it_back(new_page: NewPage, address: str, shell: State) -> None:
    page = new_page()
    page.goto(f"{address}/patient/")

    expect(page.locator("#sound.is-blocked")).to_be_visible()
    page.locator(".z-tool-title").click()

    expect(page.locator("#sound.is-blocked")).to_have_count(0)


def test_switched_off_sound_stays_off(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")
    page.locator("#sound").click()

    page.reload()

    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")


def test_part_that_did_not_load_can_be_asked_again(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/patient/")
    shell.answer = (500, {}, "")
    page.evaluate("() => htmx.trigger('#lazy', 'zubr:start')")
    expect(page.locator("#lazy")).to_contain_text("Не загрузилось")

    shell.answer = (200, {}, "<p>Звонок 10:47</p>")
    with page.expect_request("**/missing-part/") as asked:
        page.locator("#lazy [data-retry]").click()

    assert isinstance(asked.value, Request)
    expect(page.locator("#lazy")).to_have_text("Звонок 10:47")


def test_a_panel_that_failed_with_its_page_is_asked_for_again_with_it(page: Page, address: str) -> None:
    page.goto(f"{address}/failed/")

    with page.expect_navigation():
        page.locator("#panel [data-retry]").click()

    expect(page.locator("#panel .z-failed")).to_be_visible()
