"""The frame in a real browser: it draws, obeys the keyboard, and can be read by everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.fixtures import DESK, LAPTOP, NewPage
from tests.browser.shell_server import State

pytestmark = pytest.mark.browser


def inner_size(page: Page) -> dict[str, int]:
    return page.evaluate(
        "() => ({wide: document.documentElement.scrollWidth - innerWidth,"
        " tall: document.documentElement.scrollHeight - innerHeight})"
    )


@pytest.mark.parametrize("size", [DESK, LAPTOP, (1280, 670)])
@pytest.mark.parametrize("name", ["patient", "list"])
def test_frame_fits_the_window_without_page_scroll(new_page: NewPage, address: str, name: str, size) -> None:
    page = new_page(size=size)

    page.goto(f"{address}/{name}/")

    assert inner_size(page) == {"wide": 0, "tall": 0}
    for part in (".z-rail", ".z-bar", "#main", ".z-rail-foot", ".z-person-button"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= size[1] and box["x"] + box["width"] <= size[0], part


def test_every_rail_title_is_whole(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/")

    cut = page.evaluate(
        "() => [...document.querySelectorAll('.z-rail-title')]"
        ".filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent)"
    )

    assert cut == []


def test_frame_is_drawn_in_both_browsers(any_page: Page, address: str) -> None:
    any_page.goto(f"{address}/patient/")

    expect(any_page.locator(".z-rail-item.is-active")).to_contain_text("Пациенты")
    expect(any_page.locator(".z-rail")).to_have_css("background-color", "rgb(18, 48, 58)")
    expect(any_page.locator(".z-bar-book")).to_have_css("background-color", "rgb(11, 114, 133)")
    assert any_page.evaluate("() => document.fonts.ready.then(() => document.fonts.check('13px \"Inter Variable\"'))")
    assert inner_size(any_page) == {"wide": 0, "tall": 0}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["patient", "list", "form", "login", "403", "409", "500"])
def test_page_is_accessible(new_page: NewPage, address: str, name: str, theme: str) -> None:
    page = new_page(theme=theme, url=address)

    page.goto(f"{address}/{name}/")
    page.wait_for_timeout(400)  # the skeleton is drawn

    assert_accessible(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_the_page_is_accessible(new_page: NewPage, address: str, theme: str) -> None:
    page = new_page(theme=theme, url=address)
    page.goto(f"{address}/patient/")

    page.keyboard.press("n")
    page.locator("#booking-form").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.locator(".z-person-button").click()
    assert_accessible(page, within=".z-person-menu")
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Сохранено', tone: 'danger'}}))"
    )
    page.evaluate("document.querySelectorAll('.z-banner').forEach((banner) => { banner.hidden = false; })")
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    assert_accessible(page)
    page.locator("#keys-sheet [data-dialog-close]").click()
    page.keyboard.press("/")
    page.keyboard.type("вор")
    page.locator("#option-1").wait_for()
    assert_accessible(page)


def test_theme_is_kept_over_a_reload(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/")

    page.locator(".z-person-button").click()
    page.locator("[data-theme-switch]").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_page_is_english_when_asked(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/?lang=en")

    expect(page.locator(".z-bar-book")).to_have_text("Book")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_print_shows_the_page_without_the_frame(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/")

    page.emulate_media(media="print")

    for part in (".z-rail", ".z-bar", ".z-tabs"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".z-column").first).to_be_visible()


# Keyboard


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_patient_search_is_reached_from_anywhere(any_page: Page, address: str, key: str) -> None:
    any_page.goto(f"{address}/patient/")

    any_page.keyboard.press(key)

    expect(any_page.locator("#patient-search")).to_be_focused()
    expect(any_page.locator("#patient-search")).to_have_value("")


def test_letters_work_on_the_russian_layout(page: Page, address: str) -> None:
    page.goto(f"{address}/patient/")

    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true, cancelable: true}))"
    )

    expect(page.locator("#drawer-frame")).to_be_visible()


def test_letters_typed_into_a_field_stay_text(page: Page, address: str) -> None:
    page.goto(f"{address}/list/")

    page.keyboard.press("F2")
    expect(page.locator("#page-search")).to_be_focused()
    page.keyboard.type("n/?")

    expect(page.locator("#page-search")).to_have_value("n/?")
    expect(page.locator("#drawer-frame")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#patient-search")).to_be_focused()


def test_alt_and_a_digit_choose_in_a_numbered_list(page: Page, address: str) -> None:
    page.goto(f"{address}/list/")
    page.evaluate(
        "document.getElementById('choice-2').addEventListener('click', (e) => { e.target.dataset.chosen = 'yes'; })"
    )

    page.keyboard.press("Alt+2")

    expect(page.locator("#choice-2")).to_have_attribute("data-chosen", "yes")


def test_found_patient_opens_by_arrow_and_enter(any_page: Page, address: str) -> None:
    any_page.goto(f"{address}/list/")

    any_page.keyboard.press("/")
    any_page.keyboard.type("вор")
    expect(any_page.locator("#option-1")).to_have_attribute("aria-selected", "true")
    any_page.keyboard.press("ArrowDown")
    expect(any_page.locator("#patient-search")).to_have_attribute("aria-activedescendant", "option-2")
    any_page.keyboard.press("Enter")

    any_page.wait_for_url("**/patient/?id=2")


def test_enter_ahead_of_the_answer_opens_the_only_patient_found(page: Page, address: str) -> None:
    page.goto(f"{address}/list/")

    page.keyboard.press("/")
    page.keyboard.type("иванова")
    page.keyboard.press("Enter")

    page.wait_for_url("**/patient/?id=3")


def test_enter_ahead_of_the_answer_opens_nobody_when_several_are_found(page: Page, address: str) -> None:
    page.goto(f"{address}/list/")

    page.keyboard.press("/")
    page.keyboard.type("воробь")
    page.keyboard.press("Enter")
    page.locator("#option-2").wait_for()
    page.wait_for_timeout(300)

    assert page.url == f"{address}/list/"


def test_one_letter_asks_nothing(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto(f"{address}/list/")

    page.keyboard.press("/")
    page.keyboard.type("в")
    page.wait_for_timeout(400)

    assert asked == []
    expect(page.locator("#patient-results")).to_be_hidden()


def test_escape_closes_the_list_then_empties_then_leaves(page: Page, address: str) -> None:
    page.goto(f"{address}/list/")
    page.keyboard.press("/")
    page.keyboard.type("вор")
    page.locator("#option-1").wait_for()

    page.keyboard.press("Escape")
    expect(page.locator("#patient-results")).to_be_hidden()
    expect(page.locator("#patient-search")).to_have_value("вор")
    page.keyboard.press("Escape")
    expect(page.locator("#patient-search")).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("#patient-search")).not_to_be_focused()


# Url


def test_back_and_reload_show_what_the_url_says(any_page: Page, address: str) -> None:
    any_page.goto(f"{address}/list/")
    any_page.locator(".z-sort").click()
    expect(any_page.locator("#sorted")).to_have_text("name")
    assert any_page.url == f"{address}/list/?sort=name"

    any_page.reload()
    expect(any_page.locator("#sorted")).to_have_text("name")
    any_page.go_back()
    expect(any_page.locator("#sorted")).to_have_text("без порядка")
    expect(any_page.locator(".z-rail")).to_be_visible()
    any_page.go_forward()
    expect(any_page.locator("#sorted")).to_have_text("name")


def test_no_page_is_kept_in_the_browser_storage(page: Page, address: str, shell: State) -> None:
    page.goto(f"{address}/list/")
    page.locator(".z-sort").click()
    expect(page.locator("#sorted")).to_have_text("name")

    kept = page.evaluate("() => [...Object.values({...localStorage}), ...Object.values({...sessionStorage})].join('')")

    assert "Воробьёва" not in kept
