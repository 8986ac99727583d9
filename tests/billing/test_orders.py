"""Work orders: copies of the price list, teeth and surfaces, versions, closing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing import errors, services
from billing.enums import OrderState
from billing.facts import WorkOrderClosed
from billing.models import WorkOrder
from core.dentition.errors import SurfaceNotOnTooth, UnknownTooth
from core.errors import ChangedByOther
from core.models import PublishedFact
from schedule.enums import AppointmentState
from tests.factories.billing import SERVED_AT, VisitFactory, an_invoice, an_order, system
from tests.factories.organization import BranchFactory
from tests.factories.pricelist import NO_PRICE, PriceFactory, ServiceFactory


@pytest.fixture
def visit(branch, doctor):
    return VisitFactory(branch=branch, doctor=doctor, starts_at=SERVED_AT)


@pytest.fixture
def order(visit):
    return services.open_work_order(actor=system(), appointment=visit)


def test_an_appointment_has_one_order_however_often_it_is_opened(visit):
    first = services.open_work_order(actor=system(), appointment=visit)

    assert services.open_work_order(actor=system(), appointment=visit) == first


def test_orders_are_numbered_per_legal_entity_and_year(branch):
    here = [an_order("100", branch=branch).number for _ in range(2)]
    next_year = an_order("100", branch=branch, starts_at=datetime(2027, 1, 11, 9, tzinfo=UTC))

    assert here == [1, 2]
    assert (next_year.year, next_year.number) == (2027, 1)


def test_the_day_of_service_is_the_branch_s_day(db):
    late = VisitFactory(
        branch=BranchFactory(time_zone="Asia/Vladivostok"), starts_at=datetime(2026, 11, 23, 20, tzinfo=UTC)
    )

    assert str(services.open_work_order(actor=system(), appointment=late).served_on) == "2026-11-24"


def test_a_doctor_writes_orders_of_own_appointments_only(visit, other_doctor, doctor, as_actor):
    with pytest.raises(errors.NotOwnAppointment):
        services.open_work_order(actor=as_actor(other_doctor), appointment=visit)

    assert services.open_work_order(actor=as_actor(doctor), appointment=visit).doctor == doctor


def test_no_order_is_written_for_a_cancelled_appointment(visit):
    visit.state = AppointmentState.CANCELLED
    visit.save()

    with pytest.raises(errors.AppointmentNotHeld):
        services.open_work_order(actor=system(), appointment=visit)


def test_a_line_copies_the_price_list(order):
    service = ServiceFactory(code="Т-002", name="Пломба", price="4200", codes=["A16.07.082", "A16.07.002.010"])

    line = services.add_line(actor=system(), order=order, service=service)
    service.name = "Переименована"
    service.save()

    line.refresh_from_db()
    assert (line.code, line.name, line.price, line.amount) == ("Т-002", "Пломба", Decimal("4200"), Decimal("4200"))
    assert line.nomenclature == "A16.07.082, A16.07.002.010"
    assert line.direction == "Терапия"
    assert line.performer == order.doctor


def test_the_price_is_that_of_the_service_date(branch, doctor):
    service = ServiceFactory(price=NO_PRICE)
    border = datetime(2026, 12, 1, tzinfo=UTC)
    PriceFactory(service=service, amount="1000", during=DateTimeTZRange(datetime(2026, 1, 1, tzinfo=UTC), border))
    PriceFactory(service=service, amount="1200", during=DateTimeTZRange(border, None))
    before = VisitFactory(branch=branch, starts_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    after = VisitFactory(branch=branch, starts_at=datetime(2026, 12, 1, 10, tzinfo=UTC))

    prices = [
        services.add_line(
            actor=system(), order=services.open_work_order(actor=system(), appointment=visit), service=service
        ).price
        for visit in (before, after)
    ]

    assert prices == [Decimal("1000"), Decimal("1200")]


def test_a_service_without_a_price_is_refused_and_zero_is_a_price(order):
    with pytest.raises(errors.NoPrice):
        services.add_line(actor=system(), order=order, service=ServiceFactory(price=NO_PRICE))

    assert services.add_line(actor=system(), order=order, service=ServiceFactory(price="0")).amount == 0


def test_a_withdrawn_service_is_refused(order):
    with pytest.raises(errors.ServiceWithdrawn):
        services.add_line(
            actor=system(), order=order, service=ServiceFactory(archived_at=datetime(2026, 1, 1, tzinfo=UTC))
        )


def test_a_tooth_service_counts_its_teeth_and_keeps_no_surfaces(order):
    line = services.add_line(
        actor=system(),
        order=order,
        service=ServiceFactory(on_tooth=True, price="900"),
        teeth=["37", "36"],
        surfaces="O",
    )

    assert (line.teeth, line.surfaces, line.quantity, line.amount) == (["36", "37"], "", 2, Decimal("1800"))


def test_a_tooth_service_asks_for_a_tooth(order):
    with pytest.raises(errors.ToothNeeded):
        services.add_line(actor=system(), order=order, service=ServiceFactory(on_tooth=True))


def test_a_filling_asks_for_a_surface(order):
    with pytest.raises(errors.SurfaceNeeded, match="36"):
        services.add_line(actor=system(), order=order, service=ServiceFactory(on_surface=True), teeth=["36"])


def test_surfaces_are_kept_in_the_printed_order(order):
    line = services.add_line(
        actor=system(), order=order, service=ServiceFactory(on_surface=True), teeth=["36"], surfaces="DOM"
    )

    assert line.surfaces == "MOD"


@pytest.mark.parametrize(
    ("teeth", "surfaces", "error"), [(["36"], "I", SurfaceNotOnTooth), (["99"], "O", UnknownTooth)]
)
def test_teeth_and_surfaces_that_do_not_exist_are_refused(order, teeth, surfaces, error):
    with pytest.raises(error):
        services.add_line(
            actor=system(), order=order, service=ServiceFactory(on_surface=True), teeth=teeth, surfaces=surfaces
        )


def test_a_jaw_service_counts_jaws(order):
    line = services.add_line(actor=system(), order=order, service=ServiceFactory(on_jaw=True), teeth=["16", "11", "46"])

    assert line.quantity == 2


def test_a_service_of_no_tooth_ignores_what_is_chosen_on_the_chart(order):
    line = services.add_line(actor=system(), order=order, service=ServiceFactory(), teeth=["36", "37"], surfaces="O")

    assert (line.teeth, line.surfaces, line.quantity) == ([], "", 1)


def test_the_total_follows_quantity_and_removal(order):
    first = services.add_line(actor=system(), order=order, service=ServiceFactory(price="100.50"))
    second = services.add_line(actor=system(), order=order, service=ServiceFactory(price="50"))

    services.change_line(actor=system(), line=first, quantity=3)
    order.refresh_from_db()
    assert order.total == Decimal("351.50")

    services.remove_line(actor=system(), line=second)
    order.refresh_from_db()
    assert order.total == Decimal("301.50")


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_quantity_is_between_1_and_99(order, quantity):
    line = services.add_line(actor=system(), order=order, service=ServiceFactory())

    with pytest.raises(errors.BadQuantity):
        services.change_line(actor=system(), line=line, quantity=quantity)


def test_writing_over_a_newer_version_is_refused(order):
    services.add_line(actor=system(), order=order, service=ServiceFactory(), version=order.version)

    with pytest.raises(ChangedByOther):
        services.add_line(actor=system(), order=order, service=ServiceFactory(), version=order.version)

    assert order.lines.count() == 1


def test_a_discount_needs_the_right_a_reason_and_a_service_that_takes_it(order, registrar, doctor, as_actor):
    line = services.add_line(actor=system(), order=order, service=ServiceFactory(price="999.99"))
    fixed = services.add_line(actor=system(), order=order, service=ServiceFactory(is_discountable=False))
    desk = as_actor(registrar)

    with pytest.raises(errors.MayNotDiscount):
        services.give_discount(actor=as_actor(doctor), line=line, percent=Decimal(5), reason="просьба")
    with pytest.raises(errors.DiscountWithoutReason):
        services.give_discount(actor=desk, line=line, percent=Decimal(5), reason=" ")
    with pytest.raises(errors.NotDiscountable):
        services.give_discount(actor=desk, line=fixed, percent=Decimal(5), reason="просьба")
    with pytest.raises(errors.BadDiscount):
        services.give_discount(actor=desk, line=line, percent=Decimal(101), reason="просьба")

    line = services.give_discount(actor=desk, line=line, percent=Decimal("7"), reason="семейная")
    assert (line.amount, line.discount_reason) == (Decimal("929.99"), "семейная")


def test_closing_finishes_the_appointment_and_tells_the_others(visit, order, doctor, as_actor):
    services.add_line(actor=as_actor(doctor), order=order, service=ServiceFactory())

    closed = services.close_work_order(actor=as_actor(doctor), order=order)

    visit.refresh_from_db()
    assert (closed.state, closed.closed_by, visit.state) == (OrderState.CLOSED, doctor, AppointmentState.FINISHED)
    assert PublishedFact.objects.filter(name=WorkOrderClosed.dotted_name()).count() == 1


def test_an_empty_order_closes_only_with_a_reason_and_is_settled_at_once(visit, order):
    with pytest.raises(errors.NoServices):
        services.close_work_order(actor=system(), order=order)

    services.close_work_order(actor=system(), order=order, no_services_reason="Бесплатная консультация")

    visit.refresh_from_db()
    assert visit.state == AppointmentState.SETTLED
    assert list(WorkOrder.objects.waiting()) == []


def test_an_order_cannot_finish_a_visit_nobody_came_to(visit, order):
    visit.state = AppointmentState.PLANNED
    visit.save()
    services.add_line(actor=system(), order=order, service=ServiceFactory())

    with pytest.raises(errors.PatientNotArrived):
        services.close_work_order(actor=system(), order=order)

    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_a_closed_order_is_read_only_until_it_is_reopened(visit, order):
    services.add_line(actor=system(), order=order, service=ServiceFactory())
    services.close_work_order(actor=system(), order=order)

    with pytest.raises(errors.OrderNotDraft):
        services.add_line(actor=system(), order=order, service=ServiceFactory())

    services.reopen_work_order(actor=system(), order=order)
    services.add_line(actor=system(), order=order, service=ServiceFactory())
    visit.refresh_from_db()
    assert visit.state == AppointmentState.IN_CHAIR


def test_an_invoiced_order_is_not_reopened(db):
    invoice = an_invoice("100")

    with pytest.raises(errors.OrderInvoiced):
        services.reopen_work_order(actor=system(), order=WorkOrder.objects.get(lines__invoice_lines__invoice=invoice))
