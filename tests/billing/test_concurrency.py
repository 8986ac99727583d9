"""Money under parallel connections: the database decides, nobody pays twice, numbers have no gaps."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from billing import errors, services
from billing.books import differences
from billing.enums import Means
from billing.models import Allocation, CashShift, Invoice, Payment, Refund, WorkOrder
from billing.selectors import account_state
from organization.roles import ensure_built_in_roles
from tests.factories.billing import (
    CashDeskFactory,
    OtherEntityFactory,
    PayerFactory,
    VisitFactory,
    a_shift,
    an_invoice,
    an_order,
    money,
    system,
)
from tests.factories.organization import BranchFactory
from tests.factories.pricelist import ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


@pytest.fixture(autouse=True)
def roles(transactional_db):
    ensure_built_in_roles()  # a flush takes what migrations wrote


@pytest.fixture
def branch(transactional_db):
    return BranchFactory()


@pytest.fixture
def shift(branch):
    return a_shift(CashDeskFactory(branch=branch), cash="10000")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts on parallel connections, started together; each answers its result or its refusal."""
    start = Barrier(len(acts), timeout=60)

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except errors.DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results: list[Any]) -> list[type]:
    return [type(result) for result in results if isinstance(result, Exception)]


def test_the_same_form_sent_twenty_times_pays_once(shift, branch):
    invoice = an_invoice("1000", branch=branch)
    key = uuid.uuid4()

    def pay():
        return services.take_payment(
            actor=system(), shift=shift, patient=invoice.patient, invoices=[invoice], parts=money(cash="1000"), key=key
        )

    results = at_once(*[pay] * 20)

    assert {payment.pk for payment in results} == {Payment.objects.get().pk}
    assert Allocation.objects.get().amount == D(1000)
    assert differences() == []


def test_settling_the_same_form_twenty_times_issues_and_pays_once(shift, branch):
    order = an_order("1000", branch=branch)
    key = uuid.uuid4()

    def settle():
        return services.settle(
            actor=system(),
            shift=shift,
            patient=order.patient,
            order_ids=[order.pk],
            invoice_ids=[],
            parts=money(card="1000"),
            key=key,
        )

    results = at_once(*[settle] * 20)

    assert {payment.pk for payment in results} == {Payment.objects.get().pk}
    assert Invoice.objects.get().is_paid
    assert differences() == []


def test_twenty_clerks_pay_an_invoice_once(branch):
    invoice = an_invoice("1000", branch=branch)
    shifts = [a_shift(CashDeskFactory(branch=branch)) for _ in range(20)]

    def pay_at(shift):
        return lambda: services.take_payment(
            actor=system(),
            shift=shift,
            patient=invoice.patient,
            invoices=[invoice],
            parts=money(cash="1000"),
            key=uuid.uuid4(),
        )

    results = at_once(*[pay_at(shift) for shift in shifts])

    assert refusals(results) == [errors.AlreadyPaid] * 19
    assert Payment.objects.count() == 1
    assert account_state(invoice.patient_id).debt == 0
    assert differences() == []


def test_twenty_clerks_cannot_spend_one_advance_twice(shift, branch):
    patient = PayerFactory()
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="1000"), key=uuid.uuid4())
    invoices = [an_invoice("1000", branch=branch, patient=patient) for _ in range(10)]

    def set_off(invoice):
        return lambda: services.take_payment(
            actor=system(),
            shift=shift,
            patient=patient,
            invoices=[invoice],
            parts=money(advance="1000"),
            key=uuid.uuid4(),
        )

    def give_back():
        return services.refund_advance(
            actor=system(),
            shift=shift,
            patient=patient,
            means=Means.CASH,
            amount=D(1000),
            reason="просит",
            key=uuid.uuid4(),
        )

    results = at_once(*[set_off(invoice) for invoice in invoices], *[give_back] * 10)

    assert set(refusals(results)) == {errors.AdvanceTooSmall}
    assert len(refusals(results)) == 19
    assert account_state(patient.pk).advance == 0
    assert differences() == []


def test_a_refund_form_sent_ten_times_gives_back_once(shift):
    patient = PayerFactory()
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(cash="1000"), key=uuid.uuid4())
    key = uuid.uuid4()

    def give_back():
        return services.refund_advance(
            actor=system(), shift=shift, patient=patient, means=Means.CASH, amount=D(100), reason="просит", key=key
        )

    at_once(*[give_back] * 10)

    assert Refund.objects.get().amount == D(100)
    assert account_state(patient.pk).advance == D(900)


def test_a_shift_closes_once_however_many_close_it(shift):
    def close():
        return services.close_shift(actor=system(), shift=shift, counted_cash=D(10000))

    results = at_once(*[close] * 10)

    assert refusals(results) == [errors.ShiftAlreadyClosed] * 9


def test_a_desk_opens_one_shift_however_many_open_it(branch):
    desk = CashDeskFactory(branch=branch)

    def open_it():
        return services.open_shift(actor=system(), desk=desk, opening_cash=D(0))

    results = at_once(*[open_it] * 10)

    assert refusals(results) == [errors.ShiftAlreadyOpen] * 9
    assert CashShift.objects.get(desk=desk).number == 1


def test_a_payment_racing_with_the_close_is_counted_or_refused(branch):
    for _ in range(8):
        shift = a_shift(CashDeskFactory(branch=branch))
        invoice = an_invoice("100", branch=branch)

        def pay(shift=shift, invoice=invoice):
            return services.take_payment(
                actor=system(),
                shift=shift,
                patient=invoice.patient,
                invoices=[invoice],
                parts=money(cash="100"),
                key=uuid.uuid4(),
            )

        def close(shift=shift):
            return services.close_shift(actor=system(), shift=shift, counted_cash=D(100), reason="гонка")

        paid, _closed = at_once(pay, close)

        shift.refresh_from_db()
        assert shift.state == "closed"
        if isinstance(paid, errors.ShiftNotOpen):
            assert shift.expected_cash == 0
            assert not Payment.objects.filter(shift=shift).exists()
        else:
            assert shift.expected_cash == D(100)
    assert differences() == []


def test_numbers_have_no_gaps_when_others_give_up(branch):
    orders = [an_order("10", branch=branch) for _ in range(12)]

    class GaveUp(Exception):
        pass

    def issue(order):
        return lambda: services.issue_invoice(actor=system(), orders=[order])

    def give_up(order):
        def act():
            from django.db import transaction

            try:
                with transaction.atomic():
                    services.issue_invoice(actor=system(), orders=[order])
                    raise GaveUp
            except GaveUp:
                return

        return act

    at_once(*[issue(order) if place % 3 else give_up(order) for place, order in enumerate(orders)])

    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_an_appointment_gets_one_order_however_many_open_it(branch):
    visit = VisitFactory(branch=branch)

    def open_it():
        return services.open_work_order(actor=system(), appointment=visit)

    results = at_once(*[open_it] * 10)

    assert {order.pk for order in results} == {WorkOrder.objects.get().pk}
    assert WorkOrder.objects.get().number == 1


def test_an_order_is_invoiced_once_however_many_issue_it(branch):
    order = an_order("10", branch=branch)

    def issue():
        return services.issue_invoice(actor=system(), orders=[order])

    results = at_once(*[issue] * 10)

    assert refusals(results) == [errors.OrderInvoiced] * 9
    assert Invoice.objects.get().number == 1


def test_closing_reopening_and_issuing_at_once_leave_one_truth(branch):
    for _ in range(6):
        order = an_order("10", branch=branch)

        def issue(order=order):
            return services.issue_invoice(actor=system(), orders=[order])

        def reopen(order=order):
            return services.reopen_work_order(actor=system(), order=order)

        results = at_once(issue, reopen)

        assert len(refusals(results)) == 1
    assert differences() == []


def test_lines_written_at_once_all_count(branch):
    order = services.open_work_order(actor=system(), appointment=VisitFactory(branch=branch))
    service = ServiceFactory(price="7")

    at_once(*[lambda: services.add_line(actor=system(), order=order, service=service)] * 10)

    order.refresh_from_db()
    assert (order.total, order.lines.count()) == (D(70), 10)
    assert sorted(order.lines.values_list("position", flat=True)) == list(range(1, 11))


def test_paying_several_visits_of_several_doctors_at_once_never_deadlocks(branch):
    """Each payment settles three appointments; one by one, their doctors would be waited for crosswise.

    Two legal entities, because payments of one wait for each other's number anyway.
    """
    other = BranchFactory(legal_entity=OtherEntityFactory())
    a, b, c, d = (VisitFactory(branch=branch).doctor for _ in range(4))
    acts = []
    for place, doctors in [(branch, (a, b, c)), (other, (c, d, a))] * 5:
        patient, shift = PayerFactory(), a_shift(CashDeskFactory(branch=place))
        invoices = [an_invoice("10", branch=place, patient=patient, doctor=doctor) for doctor in doctors]
        acts.append(
            lambda shift=shift, patient=patient, invoices=invoices: services.take_payment(
                actor=system(),
                shift=shift,
                patient=patient,
                invoices=invoices,
                parts=money(cash="30"),
                key=uuid.uuid4(),
            )
        )

    results = at_once(*acts)

    assert refusals(results) == []
    assert Payment.objects.count() == len(acts)


def test_finishing_while_the_schedule_moves_the_same_appointment_never_deadlocks(branch):
    from core.errors import DomainError
    from schedule import services as schedule_services
    from schedule.models import Appointment

    def finish(visit):
        return lambda: services.finish_appointment(actor=system(), appointment=visit, no_services_reason="гонка")

    def step_back(visit):
        def act():
            try:
                return schedule_services.change_state(actor=system(), appointment=visit, to="arrived")
            except DomainError as refusal:
                return refusal

        return act

    for _ in range(10):
        visit = VisitFactory(branch=branch)

        at_once(finish(visit), step_back(visit), step_back(visit))

        assert Appointment.objects.get(pk=visit.pk).state == "settled"
