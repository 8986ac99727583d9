"""Invoices, payments, advances, refunds and shifts, and the proof of the books after each."""

import uuid
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing import errors, services
from billing.books import differences
from billing.enums import InvoiceState, Means, ReceiptState
from billing.models import Account, Allocation, Invoice, LedgerEntry, Payment, Refund, WorkOrder
from billing.selectors import account_state, cash_in_drawer, debtors, means_totals, unpaid_lines
from schedule.enums import AppointmentState
from tests.factories.billing import (
    CashDeskFactory,
    OtherEntityFactory,
    PayerFactory,
    VisitFactory,
    a_shift,
    an_invoice,
    an_order,
    money,
    paid,
    system,
)
from tests.factories.organization import BranchFactory
from tests.factories.pricelist import ServiceFactory

D = Decimal


@pytest.fixture
def patient(db):
    return PayerFactory()


@pytest.fixture
def shift(branch):
    return a_shift(CashDeskFactory(branch=branch), cash="1000")


def figures(patient):
    state = account_state(patient.pk)
    return state.debt, state.advance


def take(shift, patient, *invoices, key=None, **options):
    parts = {name: options.pop(name) for name in list(options) if name in Means.values}
    return services.take_payment(
        actor=system(),
        shift=shift,
        patient=patient,
        invoices=invoices,
        parts=money(**parts),
        key=key or uuid.uuid4(),
        **options,
    )


# Invoices


def test_an_invoice_copies_its_orders_and_becomes_the_debt(branch, patient):
    first, second = (an_order(price, "50.25", branch=branch, patient=patient) for price in ("1000", "2000"))

    invoice = services.issue_invoice(actor=system(), orders=[first, second])

    assert invoice.total == D("3100.50")
    assert [line.amount for line in invoice.lines.all()] == [D("1000"), D("50.25"), D("2000"), D("50.25")]
    assert invoice.payer_name == patient.full_name
    assert figures(patient) == (D("3100.50"), 0)
    assert list(WorkOrder.objects.waiting()) == []
    assert differences() == []


def test_teeth_are_printed_in_the_clinic_s_letters(branch):
    order = services.open_work_order(actor=system(), appointment=VisitFactory(branch=branch))
    services.add_line(actor=system(), order=order, service=ServiceFactory(on_surface=True), teeth=["36"], surfaces="MO")
    services.close_work_order(actor=system(), order=order)

    invoice = services.issue_invoice(actor=system(), orders=[order])

    assert invoice.lines.get().teeth == "36 МО"


def test_one_invoice_is_for_one_patient_and_one_legal_entity(branch, patient):
    mine, foreign = an_order("1", branch=branch, patient=patient), an_order("1", branch=branch)

    with pytest.raises(errors.DifferentPayers):
        services.issue_invoice(actor=system(), orders=[mine, foreign])


def test_an_order_is_invoiced_once(branch):
    order = an_order("100", branch=branch)
    services.issue_invoice(actor=system(), orders=[order])

    with pytest.raises(errors.OrderInvoiced):
        services.issue_invoice(actor=system(), orders=[order])


def test_an_open_order_is_not_invoiced(branch):
    order = services.open_work_order(actor=system(), appointment=VisitFactory(branch=branch))
    services.add_line(actor=system(), order=order, service=ServiceFactory())

    with pytest.raises(errors.OrderNotClosed):
        services.issue_invoice(actor=system(), orders=[order])


def test_a_voided_invoice_keeps_its_number_and_frees_its_orders(branch, patient):
    order = an_order("100", branch=branch, patient=patient)
    wrong = services.issue_invoice(actor=system(), orders=[order])

    with pytest.raises(errors.ReasonNeeded):
        services.void_invoice(actor=system(), invoice=wrong, reason=" ")
    services.void_invoice(actor=system(), invoice=wrong, reason="не тот плательщик")
    assert figures(patient) == (0, 0)

    order.refresh_from_db()
    right = services.issue_invoice(actor=system(), orders=[order])
    assert (wrong.number, right.number) == (1, 2)
    assert figures(patient) == (D(100), 0)
    assert differences() == []
    with pytest.raises(errors.InvoiceVoided):
        services.void_invoice(actor=system(), invoice=wrong, reason="ещё раз")


def test_a_paid_invoice_is_not_voided(shift, branch):
    invoice = an_invoice("100", branch=branch)
    paid(shift, invoice, cash="1")

    with pytest.raises(errors.InvoicePaid):
        services.void_invoice(actor=system(), invoice=invoice, reason="ошибка")


def test_a_voided_invoice_is_not_paid(shift, branch):
    invoice = an_invoice("100", branch=branch)
    services.void_invoice(actor=system(), invoice=invoice, reason="ошибка")

    with pytest.raises(errors.InvoiceVoided):
        paid(shift, invoice, cash="100")


# Payments


def test_a_payment_by_several_means_settles_the_appointment(shift, branch, patient):
    invoice = an_invoice("1000", "500.50", branch=branch, patient=patient)

    payment = take(shift, patient, invoice, cash="500.50", card="1000", cash_received=D(1000))

    invoice.refresh_from_db()
    assert invoice.is_paid
    assert (payment.total, payment.money, payment.change_given) == (D("1500.50"), D("1500.50"), D("499.50"))
    assert payment.receipt.state == ReceiptState.NO_REGISTER
    assert figures(patient) == (0, 0)
    assert patient.appointments.get().state == AppointmentState.SETTLED
    assert cash_in_drawer(shift) == D("1500.50")
    assert differences() == []


def test_a_part_pays_older_services_first_line_by_line(shift, branch, patient):
    newer = an_invoice(
        "100", "200", branch=branch, patient=patient, starts_at="2026-11-23T09:00Z", ends_at="2026-11-23T10:00Z"
    )
    older = an_invoice(
        "50", "70", branch=branch, patient=patient, starts_at="2026-10-01T09:00Z", ends_at="2026-10-01T10:00Z"
    )

    take(shift, patient, newer, older, cash="250")

    assert list(Allocation.objects.order_by("pk").values_list("invoice_line__amount", "amount")) == [
        (D(50), D(50)),
        (D(70), D(70)),
        (D(100), D(100)),
        (D(200), D(30)),
    ]
    assert figures(patient) == (D(170), 0)
    assert [line.due for line in unpaid_lines(patient.pk)] == [D(170)]
    assert {a.state for a in patient.appointments.all()} == {AppointmentState.SETTLED, AppointmentState.FINISHED}
    assert differences() == []


def test_chosen_lines_are_paid_alone(shift, branch, patient):
    invoice = an_invoice("100", "200", branch=branch, patient=patient)
    second = invoice.lines.last()

    take(shift, patient, line_ids=[second.pk], cash="200")

    assert [line.paid for line in invoice.lines.all()] == [0, D(200)]
    with pytest.raises(errors.AlreadyPaid):
        take(shift, patient, line_ids=[second.pk], cash="200")


def test_more_than_due_is_refused_unless_the_rest_is_left_as_an_advance(shift, branch, patient):
    invoice = an_invoice("1000", branch=branch, patient=patient)

    with pytest.raises(errors.MoreThanDue):
        take(shift, patient, invoice, cash="1500")
    assert not Payment.objects.exists()

    payment = take(shift, patient, invoice, cash="1500", rest_to_advance=True)
    assert payment.to_advance == D(500)
    assert figures(patient) == (0, D(500))
    assert differences() == []


def test_an_advance_pays_by_an_explicit_set_off_only(shift, branch, patient):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="3000"), key=uuid.uuid4())
    invoice = an_invoice("5000", branch=branch, patient=patient)
    assert figures(patient) == (D(5000), D(3000))

    payment = take(shift, patient, invoice, advance="2500", cash="1000")

    assert (payment.total, payment.money) == (D(3500), D(1000))
    assert figures(patient) == (D(1500), D(500))
    with pytest.raises(errors.AdvanceTooSmall):
        take(shift, patient, invoice, advance="500.01")
    assert differences() == []


def test_from_the_advance_no_more_is_taken_than_is_due(shift, branch, patient):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="3000"), key=uuid.uuid4())
    invoice = an_invoice("100", branch=branch, patient=patient)

    with pytest.raises(errors.AdvanceMoreThanDue):
        take(shift, patient, invoice, advance="200", rest_to_advance=True)


def test_an_advance_is_not_taken_from_the_advance(shift, patient):
    with pytest.raises(errors.AdvanceFromAdvance):
        services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(advance="1"), key=uuid.uuid4())


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"cash": "0"}, errors.NothingToPay),
        ({"cash": "-5"}, errors.WrongAmount),
        ({"cash": "0.001"}, errors.WrongAmount),
        ({"cash": "500", "cash_received": D(400)}, errors.TooLittleReceived),
    ],
)
def test_wrong_sums_are_refused(shift, branch, patient, options, error):
    invoice = an_invoice("1000", branch=branch, patient=patient)

    with pytest.raises(error):
        take(shift, patient, invoice, **options)

    assert figures(patient) == (D(1000), 0)


def test_the_same_form_pays_once(shift, branch, patient):
    invoice = an_invoice("1000", branch=branch, patient=patient)
    key = uuid.uuid4()

    assert take(shift, patient, invoice, cash="400", key=key) == take(shift, patient, invoice, cash="400", key=key)

    assert figures(patient) == (D(600), 0)
    with pytest.raises(errors.KeyUsed):
        take(shift, PayerFactory(), cash="1", rest_to_advance=True, key=key)


def test_an_invoice_of_somebody_else_is_not_paid(shift, branch, patient):
    with pytest.raises(errors.InvoiceNotFound):
        take(shift, patient, an_invoice("10", branch=branch), cash="10")


def test_money_goes_to_the_legal_entity_of_the_desk(branch, patient):
    elsewhere = a_shift(CashDeskFactory(branch=BranchFactory(legal_entity=OtherEntityFactory())))
    invoice = an_invoice("10", branch=branch, patient=patient)

    with pytest.raises(errors.InvoiceNotFound):
        take(elsewhere, patient, invoice, cash="10")


def test_settling_issues_and_pays_in_one_act(shift, branch, patient):
    old = an_invoice("6400", branch=branch, patient=patient)
    order = an_order("7486.50", branch=branch, patient=patient)
    key = uuid.uuid4()
    act = {"shift": shift, "patient": patient, "order_ids": [order.pk], "invoice_ids": [old.pk], "key": key}

    first = services.settle(actor=system(), parts=money(cash="13886.50"), **act)
    again = services.settle(actor=system(), parts=money(cash="13886.50"), **act)

    assert first == again
    assert Invoice.objects.count() == 2
    assert figures(patient) == (0, 0)
    assert differences() == []


def test_a_refused_payment_issues_nothing(shift, branch, patient):
    order = an_order("100", branch=branch, patient=patient)

    with pytest.raises(errors.MoreThanDue):
        services.settle(
            actor=system(),
            shift=shift,
            patient=patient,
            order_ids=[order.pk],
            invoice_ids=[],
            parts=money(cash="200"),
            key=uuid.uuid4(),
        )

    assert not Invoice.objects.exists()
    assert services.issue_invoice(actor=system(), orders=[order]).number == 1


# Refunds


def test_an_advance_is_given_back_with_a_reason_as_far_as_it_and_the_drawer_reach(shift, patient):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts=money(card="3000"), key=uuid.uuid4())
    back = {"actor": system(), "shift": shift, "patient": patient, "reason": "уезжает", "key": uuid.uuid4()}

    with pytest.raises(errors.DrawerTooSmall, match="1"):
        services.refund_advance(means=Means.CASH, amount=D("1000.01"), **back)
    with pytest.raises(errors.AdvanceTooSmall):
        services.refund_advance(means=Means.CARD, amount=D("3000.01"), **back)
    with pytest.raises(errors.ReasonNeeded):
        services.refund_advance(means=Means.CARD, amount=D(1), **{**back, "reason": ""})

    first = services.refund_advance(means=Means.CASH, amount=D(1000), **back)
    again = services.refund_advance(means=Means.CASH, amount=D(1000), **back)
    assert first == again
    assert figures(patient) == (0, D(2000))
    assert cash_in_drawer(shift) == 0
    assert differences() == []


# Shifts


def test_a_shift_closes_with_totals_by_means(shift, branch, patient):
    invoice = an_invoice("1000", branch=branch, patient=patient)
    take(shift, patient, invoice, cash="600", card="400", cash_received=D(1000))
    take(shift, patient, card="50", rest_to_advance=True)

    closed = services.close_shift(actor=system(), shift=shift, counted_cash=D(1600))

    assert closed.expected_cash == D(1600)
    assert set(closed.totals.values_list("means", "taken", "payments")) == {("cash", D(600), 1), ("card", D(450), 2)}
    assert differences() == []


def test_a_difference_in_the_drawer_needs_a_reason(shift):
    with pytest.raises(errors.DifferenceWithoutReason):
        services.close_shift(actor=system(), shift=shift, counted_cash=D(990))

    closed = services.close_shift(actor=system(), shift=shift, counted_cash=D(990), reason="размен")
    assert closed.difference_reason == "размен"


def test_a_shift_closes_once(shift):
    services.close_shift(actor=system(), shift=shift, counted_cash=D(1000))

    with pytest.raises(errors.ShiftAlreadyClosed):
        services.close_shift(actor=system(), shift=shift, counted_cash=D(1000))


def test_a_closed_shift_takes_and_gives_no_money(shift, branch, patient):
    invoice = an_invoice("10", branch=branch, patient=patient)
    services.close_shift(actor=system(), shift=shift, counted_cash=D(1000))

    with pytest.raises(errors.ShiftNotOpen):
        take(shift, patient, invoice, cash="10")
    with pytest.raises(errors.ShiftNotOpen):
        services.refund_advance(
            actor=system(), shift=shift, patient=patient, means=Means.CASH, amount=D(1), reason="x", key=uuid.uuid4()
        )


def test_a_desk_has_one_open_shift(shift):
    with pytest.raises(errors.ShiftAlreadyOpen):
        services.open_shift(actor=system(), desk=shift.desk, opening_cash=D(0))


def test_an_archived_desk_opens_no_shift_and_one_in_use_is_not_archived(shift):
    with pytest.raises(errors.DeskInUse):
        services.archive_desk(actor=system(), desk=shift.desk)
    services.close_shift(actor=system(), shift=shift, counted_cash=D(1000))
    desk = services.archive_desk(actor=system(), desk=shift.desk)

    with pytest.raises(errors.DeskArchived):
        services.open_shift(actor=system(), desk=desk, opening_cash=D(0))


# Reads


def test_debtors_come_largest_first(branch):
    small, large = an_invoice("100", branch=branch), an_invoice("900", branch=branch)

    assert [account.patient_id for account in debtors()] == [large.patient_id, small.patient_id]


def test_means_totals_count_payments_and_refunds(shift, patient):
    take(shift, patient, card="50", cash="20", rest_to_advance=True)
    services.refund_advance(
        actor=system(), shift=shift, patient=patient, means=Means.CASH, amount=D(5), reason="x", key=uuid.uuid4()
    )

    assert {(t.means, t.taken, t.refunded, t.payments) for t in means_totals(shift)} == {
        ("cash", D(20), D(5), 1),
        ("card", D(50), D(0), 1),
    }


# The proof itself


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            "UPDATE billing_account SET debt = debt + 1",
            {"debt against the ledger", "debt against invoices and allocations"},
        ),
        (
            "UPDATE billing_account SET advance = advance + 1",
            {"advance against the ledger", "advance against advances, set-offs and refunds"},
        ),
        ("UPDATE billing_account SET insurer_due = 1", {"insurer_due against the ledger"}),
        ("UPDATE billing_invoice SET paid = paid + 1", {"paid against allocations"}),
        ("UPDATE billing_invoiceline SET paid = paid + 1", {"paid against allocations"}),
        ("UPDATE billing_workorder SET total = total + 1", {"total against its lines"}),
        ("UPDATE billing_workorder SET is_invoiced = false", {"marked as invoiced against invoices"}),
        ("UPDATE billing_shifttotal SET taken = taken + 1", {"taken by means against payments and refunds"}),
        (
            "DELETE FROM billing_shifttotal",
            {"taken by means against payments and refunds", "payments by means against payments and refunds"},
        ),
        ("UPDATE billing_cashshift SET expected_cash = 1", {"expected cash against payments and refunds"}),
    ],
)
def test_check_books_tells_every_figure_that_was_tampered_with(shift, branch, patient, sql, told, capsys):
    take(shift, patient, an_invoice("100", branch=branch, patient=patient), cash="40")
    services.close_shift(actor=system(), shift=shift, counted_cash=D(1040))
    call_command("check_books")

    with connection.cursor() as cursor:
        cursor.execute(sql)

    assert {difference.what.split(", ", 1)[1] for difference in differences()} == told
    with pytest.raises(CommandError):
        call_command("check_books")


def test_the_ledger_explains_every_figure(shift, branch, patient):
    take(shift, patient, card="300", rest_to_advance=True)
    invoice = an_invoice("1000", branch=branch, patient=patient)
    take(shift, patient, invoice, advance="300", cash="200")

    assert list(LedgerEntry.objects.order_by("pk").values_list("figure", "kind", "amount")) == [
        ("advance", "advance", D(300)),
        ("debt", "charge", D(1000)),
        ("debt", "payment", D(-200)),
        ("debt", "set_off", D(-300)),
        ("advance", "set_off", D(-300)),
    ]
    assert Invoice.objects.get().state == InvoiceState.ISSUED
    assert Account.objects.count() == 1
    assert not Refund.objects.exists()
