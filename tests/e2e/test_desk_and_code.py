"""A shared desk and the code from a phone, by keyboard in a real browser."""

import time

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from organization import services
from tests.browser.accessibility import assert_accessible
from tests.e2e.clinic import Clinic, sign_in
from tests.factories.organization import PASSWORD, actor_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PINS = {"administrator": "4816", "doctor": "5927"}


@pytest.fixture
def desk(clinic: Clinic, live_server, page: Page) -> Page:
    """Administrator and doctor gave their passwords in this browser and have PINs; the doctor works."""
    for employee in (clinic.registrar, clinic.doctor):
        services.set_pin(actor=actor_of(employee), pin=PINS[employee.user.username])
    sign_in(page, live_server.url, "administrator")
    page.context.clear_cookies(name="sessionid")  # as the next one finds the PC: not signed out, only left
    sign_in(page, live_server.url, "doctor")
    return page


def test_the_person_changes_by_keyboard_alone(desk: Page, clinic: Clinic):
    desk.keyboard.press("F9")
    expect(desk.locator("[name=pin]")).to_be_focused()
    assert_accessible(desk)

    desk.keyboard.type(PINS["administrator"])
    desk.keyboard.press("Enter")

    expect(desk.locator(".z-person-name")).to_have_text(clinic.registrar.short_name)


def test_the_pin_opens_the_lock_and_what_is_typed_stays(desk: Page):
    desk.locator("#patient-search").fill("Иван")
    desk.locator(".z-person-button").click()
    desk.locator("[hx-post='/lock/']").click()
    field = desk.locator("#lock [name=password]")
    expect(field).to_be_focused()

    desk.keyboard.type(PINS["doctor"])
    desk.keyboard.press("Enter")

    expect(desk.locator("#lock")).to_be_hidden()
    expect(desk.locator("#patient-search")).to_have_value("Иван")


def test_a_phone_is_connected_and_its_code_asked_at_the_next_sign_in(clinic: Clinic, live_server, page: Page):
    sign_in(page, live_server.url, "director")
    page.goto(live_server.url + reverse("organization:second_factor"))
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".z-qr svg")).to_be_visible()
    assert_accessible(page)
    totp = pyotp.TOTP(page.locator(".z-qr-key").inner_text().replace(" ", ""))
    page.fill("[name=code]", totp.at(int(time.time()) - 30))
    page.keyboard.press("Enter")
    expect(page.locator(".z-recovery li")).to_have_count(10)

    page.context.clear_cookies(name="sessionid")
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "director")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[name=code]")).to_be_focused()
    page.keyboard.type(totp.now())
    page.keyboard.press("Enter")

    expect(page.locator(".z-person-role")).to_have_text("Директор")
