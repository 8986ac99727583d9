"""The steps of setting up and the wizard of leaving in a real browser, by keyboard."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organization.models import Branch, Chair, Employee
from tests.browser.accessibility import assert_accessible
from tests.factories.organization import EmployeeFactory
from tests.factories.patients import PatientFactory
from tests.factories.schedule import AppointmentFactory, WorkShiftFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_clinic_is_set_up_by_keyboard(page, live_server, sign_in, transactional_db):
    founder = EmployeeFactory(user__username="maria", surname="Орлова", name="Мария", role="director")
    sign_in(page, founder).goto(f"{live_server.url}/")
    assert page.url.endswith(reverse("setup:entity"))
    assert_accessible(page)

    page.fill("#id_short_name", "ООО «Улыбка»")
    page.fill("#id_name", "ООО «Улыбка»")
    page.fill("#id_inn", "7707083890")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".z-error")
    assert page.input_value("#id_short_name") == "ООО «Улыбка»"
    page.fill("#id_inn", "7707083893")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{reverse('setup:branch')}")

    page.fill("#id_name", "Мира, 5")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{reverse('setup:rooms')}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".z-rooms")
    assert Chair.objects.count() == 3
    page.keyboard.press("Control+Enter")

    page.wait_for_url(f"**{reverse('setup:staff')}")
    assert_accessible(page)
    page.fill("#id_p0-surname", "Аксёнов")
    page.fill("#id_p0-name", "Дмитрий")
    page.select_option("#id_p0-specialty", "Терапевт")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#new-logins")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")

    page.wait_for_url(f"**{reverse('setup:hours')}")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{reverse('setup:prices')}")
    assert_accessible(page)
    page.go_back()
    page.wait_for_url(f"**{reverse('setup:hours')}")

    assert Branch.objects.get().name == "Мира, 5"
    assert Employee.objects.get(surname="Аксёнов").shifts.exists()


def test_an_employee_is_let_go_after_a_look_at_what_comes_of_it(page, live_server, sign_in, branch):
    chief = EmployeeFactory(role="director", branch=branch)
    leaver, successor = (EmployeeFactory(role="doctor", branch=branch, specialty=True) for _person in range(2))
    tomorrow = timezone.localdate() + timedelta(days=1)
    for person in (leaver, successor):
        WorkShiftFactory(doctor=person, branch=branch, on=tomorrow)
    PatientFactory(attending=leaver)
    appointment = AppointmentFactory(doctor=leaver, branch=branch, on=tomorrow)

    sign_in(page, chief).goto(live_server.url + reverse("organization:employee_detail", args=[leaver.pk]))
    page.click(f"a[href='{reverse('organization:employee_leaving', args=[leaver.pk])}']")
    assert_accessible(page)
    page.select_option("#id_to-everything", str(successor.pk))
    page.click("#leaving button[type=submit]")
    page.wait_for_selector("#leaving-result")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    page.click("dialog[open] .btn-danger")
    page.wait_for_url(f"**{reverse('organization:employee_detail', args=[leaver.pk])}")

    appointment.refresh_from_db()
    leaver.refresh_from_db()
    assert (appointment.doctor, leaver.is_archived) == (successor, True)
