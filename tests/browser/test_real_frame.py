"""The frame on the running product: sign-in, role in force, lock, preferences, live bell."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import notices
from organization.models import Employee, EmployeeRole, Role, User
from tests.browser.accessibility import assert_accessible
from tests.browser.fixtures import NewPage
from tests.factories.organization import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: LiveServer) -> str:
    return live_server.url


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/patients/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".z-rail")).to_be_visible()


def test_administrator_signs_in_and_sees_the_frame(any_page: Page, site: str, registrar: Employee) -> None:
    sign_in(any_page, site, "registrar")

    expect(any_page.locator(".z-person-name")).to_have_text(registrar.short_name)
    expect(any_page.locator("#patient-search")).to_be_visible()
    assert any_page.locator(".z-rail-item").count() >= 3
    assert_accessible(any_page)


def test_theme_and_language_follow_the_person_to_another_pc(new_page: NewPage, site: str, registrar: Employee) -> None:
    page = new_page()
    sign_in(page, site, "registrar")
    page.locator(".z-person-button").click()
    with page.expect_response("**/preference*/**"):
        page.locator("[data-theme-switch]").click()
    page.locator(".z-person-button").click()
    page.locator("[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    other = new_page()
    sign_in(other, site, "registrar")

    expect(other.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(other.locator("html")).to_have_attribute("lang", "en")


def test_locked_screen_opens_by_the_password_alone(page: Page, site: str, registrar: Employee) -> None:
    sign_in(page, site, "registrar")
    page.locator(".z-person-button").click()

    page.get_by_role("button", name="Заблокировать экран").click()
    expect(page.locator("#lock [name=password]")).to_be_focused()
    page.keyboard.type("a wrong one")
    page.keyboard.press("Enter")
    expect(page.locator("#lock [role=alert]")).to_be_visible()
    page.locator("#lock [name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#lock")).to_be_hidden()
    page.reload()
    expect(page.locator(".z-rail")).to_be_visible()


def test_page_of_the_former_role_says_so(new_page: NewPage, site: str, registrar: Employee) -> None:
    EmployeeRole.objects.create(employee=registrar, role=Role.objects.get(code="director"))
    User.objects.filter(username="registrar").update(last_role=Role.objects.get(code="administrator"))
    page = new_page()
    page.goto(f"{site}/patients/")
    page.locator("[name=username]").fill("registrar")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("button[name=role]").first.click()
    expect(page.locator(".z-rail")).to_be_visible()
    second = page.context.new_page()
    second.goto(f"{site}/patients/")

    second.locator(".z-person-button").click()
    second.locator(".z-person-menu [name=role]:not([aria-current])").click()

    expect(page.locator("#banner-role")).to_be_visible(timeout=6000)
    expect(second.locator("#banner-role")).to_be_hidden()


def test_notice_reaches_the_bell_within_three_seconds(page: Page, site: str, registrar: Employee) -> None:
    sign_in(page, site, "registrar")
    expect(page.locator("[data-bell-count]")).to_be_hidden()
    page.wait_for_timeout(1000)

    notices.notify(user_ids=[registrar.user_id], title="Пациент пришёл", is_urgent=True)

    expect(page.locator("[data-bell-count]")).to_have_text("1", timeout=3000)
    page.locator("#bell").click()
    expect(page.locator("#drawer")).to_contain_text("Пациент пришёл")
    page.locator("#drawer").get_by_role("button", name="Прочитать все").click()
    expect(page.locator("[data-bell-count]")).to_be_hidden(timeout=4000)
