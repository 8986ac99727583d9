"""Settlement, invoices and the cash desk in the browser."""

import json
import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import places, services
from billing.models import CashDesk, CashShift, Invoice, Payment, Refund, WorkOrder
from core import live
from core.printing import PdfSwitchedOff
from schedule.enums import AppointmentState
from tests.factories.billing import (
    CashDeskFactory,
    OtherEntityFactory,
    PayerFactory,
    a_shift,
    an_invoice,
    an_order,
    money,
    paid,
    system,
)
from tests.factories.organization import BranchFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"billing:{name}", args=args)


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


@pytest.fixture
def order(branch, doctor, patient):
    return an_order("4200", "900.50", branch=branch, doctor=doctor, patient=patient)


def form_of(desk, *, orders=(), invoices=(), key=None, **fields):
    return {
        "key": key or uuid.uuid4(),
        "desk": desk.pk,
        "order": [order.pk for order in orders],
        "invoice": [invoice.pk for invoice in invoices],
        **fields,
    }


def test_the_settlement_shows_old_debts_and_orders_to_invoice(at_desk, shift, patient, order, branch):
    old = an_invoice("6400", branch=branch, patient=patient)

    page = text(at_desk.get(url("settle", patient.pk)))

    assert f'name="order" id="order-{order.pk}"' in page
    assert f'name="invoice" id="invoice-{old.pk}"' in page
    assert "11 500,50 ₽" in page


def test_looking_at_the_settlement_changes_nothing(at_desk, shift, patient, order):
    at_desk.get(url("settle", patient.pk))

    assert not Invoice.objects.exists()


def test_a_draft_adds_up_on_the_server_and_writes_nothing(at_desk, desk, shift, patient, order):
    form = form_of(desk, orders=[order], cash="5 100,50", cash_received="6000")

    answer = text(at_desk.get(url("settle_draft", patient.pk), form, **HTMX))

    assert "899,50 ₽" in answer
    assert "data-settle" not in answer
    assert not Payment.objects.exists()


def test_a_draft_fills_one_means_with_the_rest(at_desk, desk, shift, patient, order):
    answer = text(
        at_desk.get(
            url("settle_draft", patient.pk), form_of(desk, orders=[order], cash="100") | {"fill": "card"}, **HTMX
        )
    )

    assert 'id="means-card" value="5000,50"' in answer


def test_a_draft_says_why_it_cannot_be_confirmed(at_desk, desk, shift, patient, order):
    answer = text(at_desk.get(url("settle_draft", patient.pk), form_of(desk, orders=[order], cash="9000"), **HTMX))

    assert "disabled" in answer.split("z-settle-go", 1)[1]
    assert "5 100,50 ₽" in answer


def test_confirming_issues_the_invoice_and_takes_the_money(at_desk, desk, shift, patient, order):
    form = form_of(desk, orders=[order], cash="100,50", card="5 000", cash_received="1000")

    response = at_desk.post(url("settle_pay", patient.pk), form, **HTMX)

    payment = Payment.objects.get()
    assert response.headers["HX-Redirect"] == f"{url('settle', patient.pk)}?desk={desk.pk}&paid={payment.pk}"
    assert Invoice.objects.get().is_paid
    assert order.appointment.__class__.objects.get(pk=order.appointment_id).state == AppointmentState.SETTLED
    assert "899,50 ₽" in text(at_desk.get(response.headers["HX-Redirect"]))


def test_the_same_form_sent_again_pays_once_and_answers_the_same(at_desk, desk, shift, patient, order):
    form = form_of(desk, orders=[order], card="5100,50")

    first, again = (at_desk.post(url("settle_pay", patient.pk), form, **HTMX) for _ in range(2))

    assert first.headers["HX-Redirect"] == again.headers["HX-Redirect"]
    assert Payment.objects.count() == 1


def test_a_wrong_sum_is_refused_and_stays_as_typed(at_desk, desk, shift, patient, order):
    response = at_desk.post(url("settle_pay", patient.pk), form_of(desk, orders=[order], cash="много"), **HTMX)

    assert response.status_code == 422
    assert 'value="много"' in text(response)
    assert not Payment.objects.exists()


def test_more_than_due_is_refused_in_words(at_desk, desk, shift, patient, order):
    response = at_desk.post(url("settle_pay", patient.pk), form_of(desk, orders=[order], cash="9000"), **HTMX)

    assert response.status_code == 422
    assert "9 000,00 ₽" in text(response)
    assert 'value="9000"' in text(response)
    assert not Invoice.objects.exists()


def test_a_shift_closed_meanwhile_refuses_with_the_text_kept(at_desk, desk, shift, patient, order):
    services.close_shift(actor=system(), shift=shift, counted_cash=Decimal(1000))

    response = at_desk.post(url("settle_pay", patient.pk), form_of(desk, orders=[order], cash="5100,50"), **HTMX)

    assert response.status_code == 422
    assert 'value="5100,50"' in text(response)
    assert url("shift_open", desk.pk) in text(response)
    assert not Invoice.objects.exists()


def test_an_advance_is_taken_when_nothing_is_due(at_desk, desk, shift, patient):
    at_desk.post(url("settle_pay", patient.pk), form_of(desk, card="3000", rest_to_advance="on"), **HTMX)

    assert Payment.objects.get().to_advance == 3000


def test_an_invoice_without_payment_becomes_a_debt(at_desk, desk, shift, patient, order):
    response = at_desk.post(url("settle_issue", patient.pk), form_of(desk, orders=[order]), **HTMX)

    invoice = Invoice.objects.get()
    assert response.headers["HX-Redirect"] == url("invoice", invoice.pk)
    assert invoice.due == Decimal("5100.50")


def test_an_order_of_somebody_else_is_not_settled(at_desk, desk, shift, patient, branch):
    foreign = an_order("10", branch=branch)

    response = at_desk.post(url("settle_pay", patient.pk), form_of(desk, orders=[foreign], cash="10"), **HTMX)

    assert response.status_code == 422
    assert not Payment.objects.exists()


def test_debts_to_another_legal_entity_are_named_apart(at_desk, shift, patient):
    an_invoice("777", branch=BranchFactory(legal_entity=OtherEntityFactory()), patient=patient)

    page = text(at_desk.get(url("settle", patient.pk)))

    assert "777,00 ₽" in page
    assert 'name="invoice"' not in page


def test_a_doctor_has_no_settlement(at_chair, visit, patient):
    assert at_chair.get(url("settle", patient.pk)).status_code == 403


def test_a_refund_asks_for_a_reason_and_gives_back_once(at_office, desk, shift, patient):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="500"), key=uuid.uuid4())
    form = {"key": uuid.uuid4(), "desk": desk.pk, "amount": "200", "means": "cash", "reason": ""}
    address = url("advance_refund", patient.pk)

    assert at_office.get(address, {"desk": desk.pk}, **HTMX).status_code == 200
    assert at_office.post(address, form, **HTMX).status_code == 422
    for _ in range(2):
        assert at_office.post(address, {**form, "reason": "уезжает"}, **HTMX).status_code == 204
    assert Refund.objects.get().amount == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_settlement_asks_the_same_queries_for_any_number_of_debts(at_desk, shift, patient, branch, count):
    for _ in range(count):
        an_invoice("10", "20", branch=branch, patient=patient)
        an_order("5", branch=branch, patient=patient)
    at_desk.get(url("settle", patient.pk))

    with CaptureQueriesContext(connection) as queries:
        at_desk.get(url("settle", patient.pk))

    assert len(queries) == 10


# The desk


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_the_same_queries_for_any_number_of_orders(at_desk, shift, branch, count):
    for _ in range(count):
        an_order("5", branch=branch)
        paid(shift, an_invoice("10", branch=branch), cash="5", card="1")
    at_desk.get(url("desk"))

    with CaptureQueriesContext(connection) as queries:
        at_desk.get(url("desk"))

    assert len(queries) == 12


def test_a_closed_order_waits_at_the_desk_and_counts_on_the_rail(at_desk, registrar, as_actor, shift, order):
    page = text(at_desk.get(url("desk")))

    assert f"№ {order.number}" in page
    assert places.waiting_count(as_actor(registrar)) == 1


def test_the_desk_learns_of_a_closed_order_by_the_live_stamp(registrar, as_actor, branch, order):
    actor = as_actor(registrar)
    watched = f"orders:{branch.pk}:2026-11-23"
    first = live.stamps(actor=actor, watched=[watched])

    assert first == live.stamps(actor=actor, watched=[watched])
    an_order("10", branch=branch)
    second = live.stamps(actor=actor, watched=[watched])
    services.issue_invoice(actor=system(), orders=[order])
    third = live.stamps(actor=actor, watched=[watched])

    assert len({first[watched], second[watched], third[watched]}) == 3


def test_the_live_stamp_tells_nothing_of_another_branch(registrar, as_actor):
    elsewhere = BranchFactory()
    an_order("10", branch=elsewhere)

    assert places.orders_stamp(actor=as_actor(registrar), argument=f"{elsewhere.pk}:2026-11-23") == ""
    assert places.orders_stamp(actor=as_actor(registrar), argument="x:y") == ""


def test_a_shift_is_opened_and_closed_in_the_drawer(at_desk, desk):
    opened = at_desk.post(url("shift_open", desk.pk), {"opening_cash": "1 000"}, **HTMX)
    shift = CashShift.objects.get()
    assert (opened.status_code, shift.opening_cash) == (204, 1000)

    refused = at_desk.post(url("shift_close", shift.pk), {"counted_cash": "990", "version": shift.version}, **HTMX)
    assert refused.status_code == 422
    assert 'value="990"' in text(refused)

    at_desk.post(url("shift_close", shift.pk), {"counted_cash": "990", "reason": "размен"}, **HTMX)
    shift.refresh_from_db()
    assert shift.difference == -10
    assert "−10,00 ₽" in text(at_desk.get(url("shift", shift.pk)))

    again = at_desk.post(url("shift_close", shift.pk), {"counted_cash": "990", "reason": "размен"}, **HTMX)
    assert again.status_code == 422


def test_the_next_shift_proposes_what_was_counted(at_desk, desk, shift):
    services.close_shift(actor=system(), shift=shift, counted_cash=Decimal(1000))

    assert 'value="1000,00"' in text(at_desk.get(url("shift_open", desk.pk), **HTMX))


def test_a_desk_of_another_branch_is_not_there(at_desk):
    foreign = CashDeskFactory(branch=BranchFactory())

    assert at_desk.post(url("shift_open", foreign.pk), {"opening_cash": "0"}, **HTMX).status_code == 404
    assert at_desk.get(url("shift", a_shift(foreign).pk)).status_code == 404


def test_patients_are_found_at_the_desk(at_desk, patient):
    from tests.factories.patients import PatientFactory

    found = PatientFactory(surname="Щёголева")

    assert url("settle", found.pk) in text(at_desk.get(url("patient_find"), {"q": "щёгол"}, **HTMX))
    assert url("settle", patient.pk) not in text(at_desk.get(url("patient_find"), {"q": "щёгол"}, **HTMX))


# Invoices and papers


def test_the_list_of_invoices_filters_and_adds_up(at_desk, shift, branch, patient):
    an_invoice("100", branch=branch, patient=patient)
    settled = an_invoice("300", branch=branch)
    paid(shift, settled, cash="300")

    everything = text(at_desk.get(url("invoice_list")))
    unpaid = text(at_desk.get(url("invoice_list"), {"state": "unpaid"}))
    by_number = text(at_desk.get(url("invoice_list"), {"q": f"{settled.year}/{settled.number}"}))

    assert "400,00 ₽" in everything
    assert patient.full_name in unpaid
    assert settled.patient.full_name not in unpaid
    assert settled.patient.full_name in by_number
    assert patient.full_name not in by_number


def test_the_list_of_invoices_is_sorted_and_paged_by_the_url(at_desk, branch, monkeypatch):
    monkeypatch.setattr("billing.selectors.invoice_list.ON_A_PAGE", 2)
    cheap, dear, middling = (an_invoice(price, branch=branch) for price in ("100", "900", "500"))

    def listed(**query) -> list[str]:
        return re.findall(r">(\d{4}/\d+)</a>", text(at_desk.get(url("invoice_list"), query)))

    assert listed() == [str(middling), str(dear)]
    assert listed(page=2) == [str(cheap)]
    assert listed(sort="total") == [str(cheap), str(middling)]
    assert listed(sort="-total", page=2) == [str(cheap)]
    assert listed(sort="nonsense", page="nonsense") == [str(middling), str(dear)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_invoices_asks_the_same_queries_for_any_number(at_desk, branch, count):
    for _ in range(count):
        an_invoice("100", branch=branch)
    at_desk.get(url("invoice_list"))

    with CaptureQueriesContext(connection) as queries:
        at_desk.get(url("invoice_list"))

    assert len(queries) == 6


def test_an_invoice_shows_lines_payments_and_what_is_left(at_desk, shift, order):
    invoice = services.issue_invoice(actor=system(), orders=[order])
    paid(shift, invoice, cash="100", card="0.50")

    page = text(at_desk.get(url("invoice", invoice.pk)))

    assert "5 000,00 ₽" in page
    assert "100,50 ₽" in page


def test_only_the_director_voids_an_unpaid_invoice(at_desk, at_office, branch):
    invoice = an_invoice("100", branch=branch)

    assert at_desk.post(url("invoice_void", invoice.pk), {"reason": "x"}, **HTMX).status_code == 403
    assert at_office.post(url("invoice_void", invoice.pk), {"reason": ""}, **HTMX).status_code == 422
    assert at_office.post(url("invoice_void", invoice.pk), {"reason": "ошибка"}, **HTMX).status_code == 204
    assert WorkOrder.objects.waiting().count() == 1


def test_the_invoice_prints_sum_in_words_codes_and_clinic(at_desk, order):
    invoice = services.issue_invoice(actor=system(), orders=[order])

    paper = text(at_desk.get(url("invoice_print", invoice.pk)))

    assert "Пять тысяч сто рублей 50 копеек" in paper
    assert invoice.legal_entity.inn in paper
    assert invoice.payer_name in paper


def test_papers_are_in_the_clinic_s_language_whatever_the_screen_s_is(at_desk, registrar, order):
    registrar.user.language = "en"
    registrar.user.save()
    invoice = services.issue_invoice(actor=system(), orders=[order])

    assert "Пять тысяч сто рублей 50 копеек" in text(at_desk.get(url("invoice_print", invoice.pk)))


def test_a_pdf_is_answered_when_the_server_can(at_desk, order, settings):
    settings.PDF_ENABLED = True
    invoice = services.issue_invoice(actor=system(), orders=[order])

    response = at_desk.get(url("invoice_print", invoice.pk), {"pdf": "1"})

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_without_pdf_the_preview_says_so(at_desk, order, settings):
    settings.PDF_ENABLED = False
    invoice = services.issue_invoice(actor=system(), orders=[order])

    paper = text(at_desk.get(url("invoice_print", invoice.pk), {"pdf": "1"}))

    assert str(PdfSwitchedOff.text) in paper
    assert "Пять тысяч сто рублей 50 копеек" in paper


def test_a_payment_receipt_says_that_it_is_not_fiscal(at_desk, shift, branch):
    payment = paid(shift, an_invoice("100", branch=branch), cash="100")

    paper = text(at_desk.get(url("payment_print", payment.pk)))

    assert 'class="voided"' in paper
    assert "Сто рублей 00 копеек" in paper


# The desks in the settings


def test_desks_are_added_renamed_and_archived_by_the_director(at_office, branch):
    entity = branch.legal_entity_id
    data = {"name": "Касса 2", "branch": branch.pk, "legal_entity": entity}

    assert at_office.get(url("desk_list")).status_code == 200
    assert at_office.post(url("desk_add"), data, **HTMX).status_code == 204
    assert at_office.post(url("desk_add"), data, **HTMX).status_code == 422
    desk = CashDesk.objects.get()
    at_office.post(url("desk_change", desk.pk), {"name": "Главная"}, **HTMX)
    at_office.post(url("desk_archive", desk.pk), **HTMX)
    desk.refresh_from_db()
    assert (desk.name, desk.is_archived) == ("Главная", True)


def test_a_desk_with_an_open_shift_is_not_archived(at_office, shift):
    response = at_office.post(url("desk_archive", shift.desk_id), **HTMX)

    assert json.loads(response.headers["HX-Trigger"])["toast"]["tone"] == "danger"
    shift.desk.refresh_from_db()
    assert not shift.desk.is_archived


# Places on other pages


def test_facts_and_marks_are_answered_for_many_by_one_query(
    director, as_actor, shift, branch, django_assert_num_queries
):
    actor = as_actor(director)
    invoices = [an_invoice("100", branch=branch) for _ in range(3)]
    patient_ids = [invoice.patient_id for invoice in invoices]
    appointments = [invoice.patient.appointments.get().pk for invoice in invoices]

    with django_assert_num_queries(1):
        facts = places.account_facts(actor=actor, patient_ids=patient_ids)
    with django_assert_num_queries(1):
        marks = places.debt_marks(actor=actor, appointment_ids=appointments)

    assert {pk: values["debt"].tone for pk, values in facts.items()} == dict.fromkeys(patient_ids, "danger")
    assert {values["advance"].text for values in facts.values()} == {"0,00\xa0₽"}
    assert {mark.icon for mark in marks.values()} == {"currency-ruble"}


def test_a_patient_without_a_debt_has_no_mark(director, as_actor, shift, branch):
    invoice = an_invoice("100", branch=branch)
    paid(shift, invoice, cash="100")

    marks = places.debt_marks(actor=as_actor(director), appointment_ids=[invoice.patient.appointments.get().pk])

    assert marks == {}


def test_the_card_shows_debt_and_advance_side_by_side(at_office, director, as_actor, shift, branch):
    patient = PayerFactory()
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="300"), key=uuid.uuid4())
    an_invoice("1000", branch=branch, patient=patient)

    part = places.patient_money(actor=as_actor(director), subject=patient)

    state = part.context["money"].state
    assert (state.debt, state.advance) == (1000, 300)


# What the settlement, the desk and its parts ask: literal numbers, equal for one row and for three


def queries_of(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


PAYING = {"draft": 8, "pay": 38, "paid": 12}
PARTS = {"waiting": 5, "shift": 8, "invoice": 10}


@pytest.mark.parametrize("count", [1, 3])
def test_paying_asks_the_same_queries_for_any_number_of_lines(at_desk, desk, shift, patient, branch, count):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="1"), key=uuid.uuid4())
    order = an_order(*["100"] * count, branch=branch, patient=patient)
    page = text(at_desk.get(url("settle", patient.pk)))
    form = {
        "key": re.search(r'name="key" value="([^"]+)"', page)[1],
        "desk": desk.pk,
        "order": order.pk,
        "cash": "40",
        "card": str(100 * count - 40),
    }
    draft = url("settle_draft", patient.pk)
    at_desk.get(draft, form, **HTMX)

    asked = {"draft": queries_of(lambda: at_desk.get(draft, form, **HTMX))}
    asked["pay"] = queries_of(lambda: at_desk.post(url("settle_pay", patient.pk), form, **HTMX))
    payment = Payment.objects.latest("pk")
    asked["paid"] = queries_of(lambda: at_desk.get(f"{url('settle', patient.pk)}?paid={payment.pk}"))

    assert (payment.total, Invoice.objects.get().paid) == (100 * count, 100 * count)
    assert asked == PAYING


@pytest.mark.parametrize("count", [1, 3])
def test_parts_of_the_desk_ask_the_same_queries_for_any_number_of_rows(at_desk, shift, branch, count):
    for _ in range(count):
        an_order("5", branch=branch)
        invoice = an_invoice("10", "20", branch=branch)
        paid(shift, invoice, cash="5", card="1")
    at_desk.get(url("desk"))

    asked = {
        "waiting": queries_of(lambda: at_desk.get(url("desk_waiting"), **HTMX)),
        "shift": queries_of(lambda: at_desk.get(url("shift", shift.pk))),
        "invoice": queries_of(lambda: at_desk.get(url("invoice", invoice.pk))),
    }
    assert asked == PARTS


def test_the_printed_invoice_shows_the_clinic_s_phone_as_people_write_it(at_desk, branch):
    branch.phone = "+74951234567"
    branch.save()
    invoice = an_invoice("100", branch=branch)

    assert "+7 (495) 123-45-67" in text(at_desk.get(url("invoice_print", invoice.pk)))
