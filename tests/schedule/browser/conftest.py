"""The schedule served for real: a doctor who works tomorrow from nine to three, and people at their screens."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from core import clock
from organization.models import Branch, Chair, Employee
from patients import lexemes
from patients.models import Patient, PatientPhone
from schedule.models import WorkShift
from tests.browser.fixtures import (  # noqa: F401
    any_page,
    browser,
    browser109,
    new_page,
    new_page109,
    page,
    page109,
    playwright,
    pytest_runtest_makereport,
)
from tests.factories.organization import BranchFactory
from tests.factories.schedule import BookedPatientFactory, WorkShiftFactory

SignIn = Callable[[Page, Employee], Page]


@pytest.fixture
def branch(transactional_db: None) -> Branch:
    return BranchFactory(name="Ленинский, 42")


@pytest.fixture
def sign_in(live_server, client_of) -> SignIn:
    """Seat an employee at a page: the page carries their session."""

    def sit(page: Page, employee: Employee) -> Page:  # noqa: F811  fixtures are named like what they are
        session = client_of(employee).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return sit


@pytest.fixture
def tomorrow(branch: Branch) -> date:
    return clock.localdate(branch.zone) + timedelta(days=1)


@pytest.fixture
def shift(branch: Branch, doctor: Employee, chair: Chair, tomorrow: date) -> WorkShift:
    return WorkShiftFactory(branch=branch, doctor=doctor, chair=chair, on=tomorrow)


@pytest.fixture
def patient(branch: Branch) -> Patient:
    """Findable by name and phone, as one added at the desk."""
    found = BookedPatientFactory(surname="Соколова", name="Вера")
    PatientPhone.objects.create(patient=found, number="+79161234567", is_main=True)
    found.search = lexemes.card_lexemes(found, ["+79161234567"])
    found.save()
    return found
