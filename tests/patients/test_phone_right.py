"""A whole phone number is nowhere to be found by a role that may not see it, whatever page, part, answer or file it asks for."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.clock import localdate
from organization.models import Role, RolePermission
from patients.services import PhoneEntry, set_phones
from tests.factories.billing import CashDeskFactory, a_shift, an_invoice, paid
from tests.factories.patients import PatientFactory
from tests.factories.schedule import AppointmentFactory

pytestmark = pytest.mark.django_db
WHOLE = re.compile(r"\+?7?[\s  -]*\(?916\)?[\s  -]*123")


@pytest.fixture
def patient(doctor):
    return PatientFactory(surname="Воробьёва", phone="+79161234567", attending=doctor)


@pytest.fixture
def addresses(patient, branch, doctor):
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0)
    appointment = AppointmentFactory(
        branch=branch, doctor=doctor, patient=patient, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)
    )
    invoice = an_invoice("100", branch=branch, doctor=doctor, patient=patient)
    payment = paid(a_shift(CashDeskFactory(branch=branch)), invoice, cash="100")
    day = localdate(branch.zone, starts_at).isoformat()
    return [
        "/patients/",
        "/patients/?q=Воробьёва",
        "/patients/suggest/?q=Воробьёва",
        "/patients/suggest/?q=4567",
        f"/patients/pick/?patient={patient.pk}",
        f"/patients/{patient.pk}/",
        f"/patients/{patient.pk}/overview/",
        f"/patients/{patient.pk}/part/contacts/",
        f"/patients/{patient.pk}/history/",
        f"/patients/{patient.pk}/change/",
        f"/schedule/?date={day}",
        f"/schedule/day.json?date={day}",
        "/schedule/waiting/",
        "/schedule/confirmations/",
        f"/schedule/{appointment.pk}/",
        f"/schedule/patients/{patient.pk}/",
        f"/schedule/book/?patient={patient.pk}",
        f"/billing/settle/{patient.pk}/",
        "/billing/patients/?q=Воробьёва",
        f"/billing/invoices/{invoice.pk}/",
        f"/billing/invoices/{invoice.pk}/print/",
        f"/billing/payments/{payment.pk}/print/",
        "/settings/log/changes/",
        f"/settings/log/changes/?patient={patient.pk}",
        "/settings/log/views/",
        "/api/v1/patients/",
        f"/api/v1/patients/{patient.pk}/",
        "/api/v1/patients/?q=4567",
        f"/api/v1/appointments/?day={day}",
    ]


def bodies(browser, addresses):
    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            answer = browser.get(address, headers=headers)
            yield address, answer.content.decode()


@pytest.mark.parametrize("who", ["director", "administrator", "doctor"])
def test_without_the_right_no_answer_holds_a_whole_number(
    who, request, addresses, client_of, director, registrar, doctor
):
    RolePermission.objects.filter(code="patients.view_phone").delete()
    RolePermission.objects.create(role=Role.objects.get(code="director"), code="patients.view_phone", effect="deny")
    browser = client_of({"director": director, "administrator": registrar, "doctor": doctor}[who])

    leaks = [address for address, body in bodies(browser, addresses) if WHOLE.search(body)]

    assert leaks == []


def test_with_the_right_the_card_the_list_and_the_schedule_show_it(addresses, client_of, registrar):
    shown = {address.split("?")[0] for address, body in bodies(client_of(registrar), addresses) if WHOLE.search(body)}

    assert {"/patients/", "/patients/suggest/", "/api/v1/patients/"} <= shown
    assert any(address.startswith("/schedule/") for address in shown)


def test_who_does_not_see_numbers_does_not_change_them(patient, registrar, client_of, as_actor):
    RolePermission.objects.filter(code="patients.view_phone").delete()
    browser = client_of(registrar)

    assert browser.get(f"/patients/{patient.pk}/phones/").status_code == 403
    body = {"version": patient.version, "phones": [{"number": "+79990000000"}]}
    assert browser.patch(f"/api/v1/patients/{patient.pk}/", body, content_type="application/json").status_code == 403
    with pytest.raises(PermissionDenied):
        set_phones(actor=as_actor(registrar), patient=patient, version=None, entries=[PhoneEntry("+79990000000")])
    assert list(patient.phones.values_list("number", flat=True)) == ["+79161234567"]
    assert "/phones/" not in browser.get(f"/patients/{patient.pk}/").content.decode()
