"""The logs of changes and of views, in a browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from organization.models import Branch
from patients.models import CardOpening, Patient
from tests.browser.accessibility import violations
from tests.browser.fixtures import DESK, NewPage
from tests.e2e.clinic import Clinic, sign_in
from tests.factories.patients import PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_logs_are_read_by_patient_and_are_accessible(
    clinic: Clinic, live_server, new_page: NewPage, theme, artifacts
):
    patient = PatientFactory(surname="Кедрова", name="Анна")
    Patient.objects.filter(pk=patient.pk).update(comment="Боится боли", booking_forbidden_reason="")
    Branch.objects.update(address="Москва, Ленинский пр., 42")
    CardOpening.objects.create(
        patient=patient, employee=clinic.director, role_name="Директор", page="card", address="10.0.0.7"
    )
    clinic.director.user.theme = theme
    clinic.director.user.save()
    page = new_page(size=DESK)
    sign_in(page, live_server.url, "director")

    page.goto(live_server.url + reverse("logs:change_log"))
    expect(page.locator("#change-log")).to_contain_text("Боится боли")
    assert violations(page) == []
    page.screenshot(path=artifacts / f"change-log-{theme}.png")

    page.locator("#patient-find").fill("кедр")
    page.locator("#patient-found [role=option]").first.click()
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("#change-log")).to_contain_text("Кедрова")
    expect(page.locator("#change-log")).not_to_contain_text("Ленинский")

    page.goto(live_server.url + reverse("logs:opening_log"))
    expect(page.locator("#opening-log")).to_contain_text("10.0.0.7")
    assert violations(page) == []
    page.screenshot(path=artifacts / f"opening-log-{theme}.png")
