"""The chairside work order in the browser: acts, answers, refusals, rights."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import services
from billing.enums import OrderState
from billing.models import WorkOrder
from schedule.enums import AppointmentState
from tests.factories.billing import VisitFactory, an_invoice, an_order, system
from tests.factories.pricelist import NO_PRICE, ServiceCategoryFactory, ServiceFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
D = Decimal


def url(name, *args):
    return reverse(f"billing:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def add(browser, visit, service, *, teeth="", version=""):
    data = {"service": service.pk, "surfaces": teeth, "version": version}
    return browser.post(url("line_add", visit.pk), data, **HTMX)


def test_looking_at_an_appointment_opens_no_order(at_chair, visit):
    response = at_chair.get(url("order", visit.pk))

    assert response.status_code == 200
    assert not WorkOrder.objects.exists()


def test_a_click_on_a_service_writes_it_for_the_chosen_teeth(at_chair, visit):
    filling = ServiceFactory(on_surface=True, name="Пломба световая", price="4200")

    response = add(at_chair, visit, filling, teeth="36:MO,37:O")

    assert response.status_code == 200
    assert [(line.teeth, line.surfaces) for line in WorkOrder.objects.get().lines.all()] == [
        (["36"], "MO"),
        (["37"], "O"),
    ]
    assert "8\u00a0400,00" in text(response)
    assert 'id="order-chart-data"' in text(response)


def test_teeth_with_the_same_surfaces_share_a_line(at_chair, visit):
    add(at_chair, visit, ServiceFactory(on_surface=True), teeth="36:O,46:O")

    assert WorkOrder.objects.get().lines.get().quantity == 2


def test_a_filling_without_a_surface_is_asked_for_one_and_nothing_is_written(at_chair, visit):
    response = add(at_chair, visit, ServiceFactory(on_surface=True, name="Пломба"), teeth="36:O,37")

    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    assert "37" in text(response)
    assert not WorkOrder.objects.exists()


def test_a_service_without_a_price_is_refused_in_words(at_chair, visit):
    response = add(at_chair, visit, ServiceFactory(name="Без цены", price=NO_PRICE))

    assert response.status_code == 422
    assert "Без цены" in text(response)


def test_an_act_over_a_newer_version_shows_the_newer_lines(at_chair, visit):
    order = services.open_work_order(actor=system(), appointment=visit)
    service = ServiceFactory(name="Снимок зуба")
    services.add_line(actor=system(), order=order, service=service)

    response = add(at_chair, visit, ServiceFactory(), version=order.version)

    assert response.status_code == 422
    assert "Снимок зуба" in text(response)
    assert WorkOrder.objects.get().lines.count() == 1


def test_quantity_and_removal_answer_the_new_total(at_chair, visit):
    add(at_chair, visit, ServiceFactory(price="100"))
    line = WorkOrder.objects.get().lines.get()

    response = at_chair.post(url("line_change", line.pk), {"quantity": "3", "version": line.order.version}, **HTMX)
    assert "300,00" in text(response)

    refused = at_chair.post(url("line_change", line.pk), {"quantity": "0"}, **HTMX)
    assert refused.status_code == 422

    at_chair.post(url("line_remove", line.pk), {}, **HTMX)
    assert WorkOrder.objects.get().lines.count() == 0


def test_finishing_closes_the_order_and_the_appointment(at_chair, visit):
    add(at_chair, visit, ServiceFactory())

    response = at_chair.post(url("order_close", visit.pk), {"version": WorkOrder.objects.get().version}, **HTMX)

    assert response.headers["HX-Redirect"] == url("order", visit.pk)
    visit.refresh_from_db()
    assert visit.state == AppointmentState.FINISHED
    closed = text(at_chair.get(url("order", visit.pk)))
    assert 'name="quantity"' not in closed
    assert "data-service" not in closed


def test_finishing_with_nothing_written_asks_why(at_chair, visit):
    refused = at_chair.post(url("order_close", visit.pk), {}, **HTMX)
    assert refused.status_code == 422
    assert not WorkOrder.objects.exists()

    at_chair.post(url("order_close", visit.pk), {"no_services_reason": "Отказ пациента"}, **HTMX)
    assert WorkOrder.objects.get().no_services_reason == "Отказ пациента"


def test_a_doctor_reopens_until_the_invoice_is_issued(at_chair, branch, doctor):
    order = an_order("100", branch=branch, doctor=doctor)
    at_chair.post(url("order_reopen", order.appointment_id), {}, **HTMX)
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT

    services.close_work_order(actor=system(), order=order)
    services.issue_invoice(actor=system(), orders=[order])
    assert at_chair.post(url("order_reopen", order.appointment_id), {}, **HTMX).status_code == 422


def test_another_doctor_s_order_is_not_there(other_doctor, client_of, visit):
    stranger = client_of(other_doctor)

    assert stranger.get(url("order", visit.pk)).status_code == 404
    assert add(stranger, visit, ServiceFactory()).status_code == 404


def test_the_desk_reads_orders_and_cannot_write_them(at_desk, visit):
    assert "data-service" not in text(at_desk.get(url("order", visit.pk)))
    assert add(at_desk, visit, ServiceFactory()).status_code == 403


def test_the_desk_gives_a_discount_in_the_drawer(at_desk, branch, doctor):
    line = an_order("1000", branch=branch, doctor=doctor).lines.get()
    address = url("line_discount", line.pk)

    assert at_desk.get(address, **HTMX).status_code == 200
    refused = at_desk.post(address, {"percent": "7", "reason": ""}, **HTMX)
    assert refused.status_code == 422
    assert 'value="7"' in text(refused)

    done = at_desk.post(address, {"percent": "7", "reason": "семейная", "version": line.order.version}, **HTMX)
    assert done.status_code == 204
    line.refresh_from_db()
    assert line.amount == 930


def test_a_doctor_gives_no_discounts(at_chair, branch, doctor):
    line = an_order("1000", branch=branch, doctor=doctor).lines.get()

    assert at_chair.post(url("line_discount", line.pk), {"percent": "7", "reason": "x"}, **HTMX).status_code == 403


def test_the_palette_lists_favourites_categories_and_what_is_found(at_chair, branch, doctor, visit):
    from pricelist.services import lexemes_of

    order = an_order("4200", branch=branch, doctor=doctor)
    used = order.lines.get().service
    other = ServiceFactory(name="Отбеливание", category=ServiceCategoryFactory(name="Гигиена"))
    type(other).objects.filter(pk=other.pk).update(search=lexemes_of(other.code, other.name, []))
    address = url("order_services", visit.pk)

    assert used.name in text(at_chair.get(address, **HTMX))
    in_category = text(at_chair.get(f"{address}?tab={other.category_id}", **HTMX))
    assert other.name in in_category
    assert used.name not in in_category
    assert other.name in text(at_chair.get(f"{address}?q=отбел", **HTMX))


@pytest.mark.parametrize("lines", [1, 3])
def test_the_number_of_queries_does_not_depend_on_lines(at_chair, visit, lines):
    for _ in range(lines):
        add(at_chair, visit, ServiceFactory(on_tooth=True), teeth="36")
    at_chair.get(url("order", visit.pk))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        at_chair.get(url("order", visit.pk))

    assert len(queries) == PAGE_QUERIES


PAGE_QUERIES = 10


def test_the_history_of_an_order_says_who_wrote_what(at_office, at_chair, visit):
    add(at_chair, visit, ServiceFactory(name="Снимок зуба"))

    response = at_office.get(url("order_history", visit.pk), **HTMX)

    assert "Снимок зуба" in text(response)
    assert "Аксёнов" in text(response)


def test_an_order_of_an_appointment_that_did_not_take_place_is_refused(at_chair, branch, doctor):
    visit = VisitFactory(branch=branch, doctor=doctor, state=AppointmentState.NO_SHOW)

    assert add(at_chair, visit, ServiceFactory()).status_code == 422


def test_an_invoiced_order_names_who_can_void_its_invoice(at_chair, at_office, branch, doctor):
    invoice = an_invoice("100", branch=branch, doctor=doctor)
    order = WorkOrder.objects.get(lines__invoice_lines__invoice=invoice)

    seen_by_doctor, seen_by_director = (
        text(browser.get(url("order", order.appointment_id))) for browser in (at_chair, at_office)
    )

    assert "попросите директора аннулировать счёт" in seen_by_doctor
    assert "попросите директора" not in seen_by_director
    assert f"{invoice}: чтобы что-то изменить, аннулируйте счёт" in seen_by_director


# Queries of each act, the same for any number of lines; those of the page are above.
ACTS = {"first line": 16, "line": 12, "change": 11, "remove": 12, "close": 21}


@pytest.mark.parametrize("lines", [1, 3])
def test_acts_on_an_order_ask_the_same_queries_for_any_number_of_lines(at_chair, visit, lines):
    tooth = ServiceFactory(on_tooth=True, price="100")
    add(at_chair, VisitFactory(branch=visit.branch, doctor=visit.doctor), tooth, teeth="36")  # warms what is remembered

    def queries(act) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert act().status_code < 300
        return len(captured)

    asked = {"first line": queries(lambda: add(at_chair, visit, tooth, teeth="36"))}
    for _ in range(lines - 1):
        add(at_chair, visit, tooth, teeth="36")
    line = WorkOrder.objects.get(appointment=visit).lines.first()
    asked["line"] = queries(lambda: add(at_chair, visit, tooth, teeth="36,37"))
    asked["change"] = queries(lambda: at_chair.post(url("line_change", line.pk), {"quantity": 2}, **HTMX))
    asked["remove"] = queries(lambda: at_chair.post(url("line_remove", line.pk), **HTMX))
    asked["close"] = queries(lambda: at_chair.post(url("order_close", visit.pk), **HTMX))

    assert asked == ACTS
    order = WorkOrder.objects.get(appointment=visit)
    assert (order.state, order.total) == (OrderState.CLOSED, D(100) * (lines + 1))
