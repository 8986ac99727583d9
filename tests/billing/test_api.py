"""Orders, invoices, payments and shifts over /api/v1/: the same services, the same rights."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import services
from billing.models import Payment, WorkOrder
from schedule.enums import AppointmentState
from tests.factories.billing import VisitFactory, an_invoice, an_order, paid, system
from tests.factories.organization import BranchFactory
from tests.factories.pricelist import ServiceFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


def post(browser, path, body):
    return browser.post(f"{API}{path}", body, content_type="application/json")


def test_a_day_of_money_over_the_api(at_chair, at_desk, visit, desk, patient):
    filling = ServiceFactory(on_surface=True, price="4200")

    opened = post(at_chair, "/orders/", {"appointment": visit.pk})
    assert opened.status_code == 201
    order = opened.json()["id"]
    written = post(at_chair, f"/orders/{order}/lines/", {"service": filling.pk, "teeth": "36:O", "version": 1})
    assert (written.status_code, written.json()["total"]) == (201, "4200.00")
    closed = post(at_chair, f"/orders/{order}/close/", {"version": written.json()["version"]})
    assert closed.json()["state"] == "closed"

    invoice = post(at_desk, "/invoices/", {"orders": [order]})
    assert invoice.status_code == 201
    shift = post(at_desk, "/shifts/", {"desk": desk.pk, "opening_cash": "0.00"}).json()
    body = {
        "key": str(uuid.uuid4()),
        "shift": shift["id"],
        "patient": patient.pk,
        "invoices": [invoice.json()["id"]],
        "parts": [{"means": "cash", "amount": "4200.00"}],
        "cash_received": "5000.00",
    }
    payment = post(at_desk, "/payments/", body)
    assert (payment.status_code, payment.json()["change_given"]) == (201, "800.00")
    assert post(at_desk, "/payments/", body).json()["id"] == payment.json()["id"]

    done = post(at_desk, f"/shifts/{shift['id']}/close/", {"counted_cash": "4200.00", "version": shift["version"]})
    assert done.json()["totals"] == [{"means": "cash", "taken": "4200.00", "refunded": "0.00", "payments": 1}]
    visit.refresh_from_db()
    assert visit.state == AppointmentState.SETTLED


def test_a_broken_rule_answers_409_with_its_code(at_desk, shift, patient, branch):
    invoice = an_invoice("100", branch=branch, patient=patient)
    body = {
        "shift": shift.pk,
        "patient": patient.pk,
        "invoices": [invoice.pk],
        "parts": [{"means": "cash", "amount": "200.00"}],
    }

    response = post(at_desk, "/payments/", body)

    assert (response.status_code, response.json()["code"]) == (409, "more_than_due")
    assert not Payment.objects.exists()


def test_writing_over_a_newer_version_answers_412(at_chair, visit):
    order = services.open_work_order(actor=system(), appointment=visit)
    services.add_line(actor=system(), order=order, service=ServiceFactory())

    response = post(at_chair, f"/orders/{order.pk}/lines/", {"service": ServiceFactory().pk, "version": 1})

    assert (response.status_code, response.json()["code"]) == (412, "changed_by_other")


def test_a_tooth_that_does_not_exist_answers_400(at_chair, visit):
    order = services.open_work_order(actor=system(), appointment=visit)

    assert (
        post(at_chair, f"/orders/{order.pk}/lines/", {"service": ServiceFactory().pk, "teeth": "99"}).status_code == 400
    )


def test_the_same_means_twice_answers_400(at_desk, shift, patient):
    part = {"means": "cash", "amount": "1.00"}
    body = {"shift": shift.pk, "patient": patient.pk, "parts": [part, part], "rest_to_advance": True}

    assert post(at_desk, "/payments/", body).status_code == 400


def test_a_doctor_reads_own_orders_alone_and_no_money(at_chair, doctor, branch):
    own = an_order("1", branch=branch, doctor=doctor)
    an_order("1", branch=branch)

    assert [row["id"] for row in at_chair.get(f"{API}/orders/").json()["results"]] == [own.pk]
    assert at_chair.get(f"{API}/invoices/").status_code == 403
    assert at_chair.get(f"{API}/payments/").status_code == 403
    assert at_chair.get(f"{API}/shifts/").status_code == 403


def test_a_doctor_opens_no_order_for_another_s_appointment(at_chair, branch):
    assert post(at_chair, "/orders/", {"appointment": VisitFactory(branch=branch).pk}).status_code == 400
    assert not WorkOrder.objects.exists()


def test_a_shift_of_another_branch_is_not_there(at_desk, patient):
    from tests.factories.billing import CashDeskFactory, a_shift

    foreign = a_shift(CashDeskFactory(branch=BranchFactory()))
    body = {"shift": foreign.pk, "patient": patient.pk, "parts": [], "rest_to_advance": True}

    assert post(at_desk, "/payments/", body).status_code == 400
    assert at_desk.get(f"{API}/shifts/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["orders", "invoices", "payments", "shifts"])
def test_lists_ask_the_same_queries_for_any_number_of_rows(at_office, shift, branch, path):
    counts = []
    for _ in range(2):
        paid(shift, an_invoice("10", "5", branch=branch), cash="5", card="1")
        at_office.get(f"{API}/{path}/")
        with CaptureQueriesContext(connection) as queries:
            at_office.get(f"{API}/{path}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
