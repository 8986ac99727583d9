"""Every main screen for every role: in Chromium 109 and today's, at both sizes, without script errors, sideways scroll or
accessibility faults; the page's main parts are reachable at 1280×670, too."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import assert_accessible
from tests.browser.fixtures import DESK, LAPTOP
from tests.e2e.clinic import Clinic, sign_in
from tests.factories.patients import PatientFactory
from tests.factories.schedule import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LOW = (1280, 670)  # what is left of 1280×800 under a browser's bars
SCREENS = {
    "director": ["/overview/", "/schedule/", "/patients/", "/prices/", "/billing/", "/settings/", "/settings/employees/"],
    "administrator": ["/schedule/", "/schedule/?view=chairs", "/patients/", "/patients/{patient}/", "/billing/",
                      "/billing/settle/{patient}/", "/billing/invoices/", "/prices/"],
    "doctor": ["/schedule/my-day/", "/schedule/", "/billing/orders/{appointment}/", "/patients/", "/patients/{patient}/", "/prices/"],
}  # fmt: skip


@pytest.fixture
def addresses(clinic: Clinic) -> dict[str, int]:
    """A patient with an appointment today, so that no screen is empty."""
    patient = PatientFactory(
        surname="Воробьёва-Ёлкина", name="Александра", patronymic="Вячеславовна", allergy="пенициллины"
    )
    appointment = AppointmentFactory(
        patient=patient,
        doctor=clinic.doctor,
        branch=clinic.branch,
        chair=clinic.chair,
        starts_at=clinic.shift.starts_at.replace(hour=0),
    )
    return {"patient": patient.pk, "appointment": appointment.pk}


def walk(page: Page, address: str, role: str, ids: dict[str, int]) -> list[str]:
    """Open each screen of a role; answers what is wrong with the layout."""
    wrong = []
    sign_in(page, address, role)
    for screen in SCREENS[role]:
        answer = page.goto(address + screen.format(**ids))
        page.wait_for_load_state("networkidle")
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{screen}: {answer.status}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{screen}: scrolls sideways")
    return wrong


@pytest.mark.parametrize("role", SCREENS)
@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1280x800", "1366x768"])
def test_every_screen_works_in_chromium_109(clinic, live_server, addresses, new_page109, role, size):
    assert walk(new_page109(size=size), live_server.url, role, addresses) == []


@pytest.mark.parametrize("role", SCREENS)
def test_every_screen_fits_a_low_window_and_is_accessible(
    clinic, live_server, addresses, new_page, artifacts: Path, role
):
    page = new_page(size=LOW)
    assert walk(page, live_server.url, role, addresses) == []
    for number, screen in enumerate(SCREENS[role]):
        page.goto(live_server.url + screen.format(**addresses))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=artifacts / f"screen-{role}-{number}.png")
        assert_accessible(page)


@pytest.mark.parametrize("role", SCREENS)
def test_every_screen_is_accessible_in_the_dark(clinic, live_server, addresses, new_page, role):
    from organization.models import User

    User.objects.update(theme="dark")
    page = sign_in(new_page(), live_server.url, role)
    for screen in SCREENS[role]:
        page.goto(live_server.url + screen.format(**addresses))
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        assert_accessible(page)


def test_the_frame_speaks_english_to_who_wants_it(clinic, live_server, addresses, page):
    from organization.models import User

    User.objects.update(language="en")
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/schedule/")

    text = page.locator("body").inner_text()
    assert "Schedule" in text
    for russian in ("Расписание", "Записать", "Пациенты", "Касса"):
        assert russian not in text
