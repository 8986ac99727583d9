"""Invoices: what one payer owes for closed work orders. Issued ones never change; a mistaken one is voided whole."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing import errors
from billing.display import printed_teeth
from billing.enums import EntryKind, Figure, InvoiceState, OrderState
from billing.facts import InvoiceIssued, InvoiceVoided
from billing.models import Account, Invoice, InvoiceLine, LedgerEntry, WorkOrder, WorkOrderLine
from billing.services import visits
from billing.services.ledger import Postings, locked_account
from billing.two_people import VOID_INVOICE, is_always_asked
from core.actor import Actor
from core.clock import localdate
from core.counters import next_number
from core.errors import constraint_as
from core.joints import publish
from core.money import ZERO
from organization.closed_period import refuse_closed
from organization.errors import SecondPersonNeeded
from organization.services import second_person
from organization.services.second_person import SecondPerson
from schedule.models import Appointment

# What issuing asks of an order.
_INVOICED_BY = (
    *("branch_id", "patient_id", "legal_entity_id", "doctor_id", "state", "is_invoiced", "served_on", "total"),
    *("branch__time_zone", "patient__surname", "patient__name", "patient__patronymic"),
    *("appointment__patient_id", "appointment__doctor_id", "appointment__chair_id"),
)


@transaction.atomic
def issue_invoice(*, actor: Actor, orders: Sequence[WorkOrder]) -> Invoice:
    """Issue one invoice for closed orders of one patient and one legal entity: their lines become the patient's debt.

    The number has no gaps. An invoice of zero roubles is paid at once.
    Raises: NothingToInvoice, DifferentPayers, OrderNotClosed, OrderInvoiced.
    """
    if not orders:
        raise errors.NothingToInvoice
    payers = {(order.patient_id, order.legal_entity_id) for order in orders}
    if len(payers) > 1:
        raise errors.DifferentPayers
    patient_id, legal_entity_id = payers.pop()
    account = locked_account(patient_id=patient_id, legal_entity_id=legal_entity_id)
    postings = Postings(actor=actor, account=account)
    invoice, _lines = issue_under_lock(actor=actor, postings=postings, order_ids=[order.pk for order in orders])
    postings.write()
    return invoice


def issue_under_lock(
    *, actor: Actor, postings: Postings, order_ids: Sequence[int]
) -> tuple[Invoice, list[InvoiceLine]]:
    """The same inside a transaction that already holds the account's lock; the caller writes the postings."""
    account = postings.account
    orders = _locked_orders(account, order_ids)
    lines = _lines_of(orders)
    if not lines:
        raise errors.NothingToInvoice
    last = orders[-1]
    total = sum((line.amount for line in lines), ZERO)
    now = timezone.now()
    on = localdate(last.branch.zone, now)
    invoice = Invoice.objects.create(
        number=next_number(f"invoice:{account.legal_entity_id}:{on.year}"),
        year=on.year,
        legal_entity_id=account.legal_entity_id,
        branch_id=last.branch_id,
        patient_id=account.patient_id,
        account=account,
        issued_at=now,
        issued_on=on,
        issued_by_id=actor.pk,
        total=total,
        payer_name=last.patient.full_name,
    )
    with constraint_as({"billing_invoiceline_once": errors.OrderInvoiced}):
        written = InvoiceLine.objects.bulk_create(
            _copied(invoice, line, place) for place, line in enumerate(lines, start=1)
        )
    WorkOrder.objects.filter(pk__in=[order.pk for order in orders]).update(is_invoiced=True, version=F("version") + 1)
    postings.add(Figure.DEBT, total, EntryKind.CHARGE, on=on, invoice=invoice)
    visits.settle(actor=actor, appointments=[order.appointment for order in orders if not order.total])
    publish(InvoiceIssued(invoice_id=invoice.pk, patient_id=account.patient_id, actor_id=actor.pk))
    return invoice, written


@transaction.atomic
def void_invoice(
    *,
    actor: Actor,
    invoice: Invoice,
    reason: str,
    version: int | None = None,
    second: SecondPerson | None = None,
) -> Invoice:
    """Take back an invoice nothing was paid on: the number stays used, the debt is reversed, its orders wait again.

    Raises: ReasonNeeded, PeriodClosed, InvoiceVoided, InvoicePaid, ChangedByOther, and what ``second_person.confirm``
    raises.
    """
    if not reason.strip():
        raise errors.ReasonNeeded
    account = Account.objects.select_for_update(no_key=True).get(pk=invoice.account_id)
    order_ids = list(
        WorkOrder.objects.filter(lines__invoice_lines__invoice=invoice).distinct().values_list("pk", flat=True)
    )
    orders = list(
        WorkOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("appointment")
        .filter(pk__in=order_ids)
        .order_by("pk")
    )
    invoice = Invoice.objects.select_for_update(of=("self",), no_key=True).select_related("branch").get(pk=invoice.pk)
    if invoice.state == InvoiceState.VOIDED:
        raise errors.InvoiceVoided
    if invoice.paid:
        raise errors.InvoicePaid
    invoice.check_version(version)
    refuse_closed(invoice.issued_on)
    second_person.confirm(
        actor=actor,
        right="billing.void_invoice",
        second=second,
        refusal=SecondPersonNeeded(),
        is_always_asked=is_always_asked(VOID_INVOICE),
    )
    invoice.state = InvoiceState.VOIDED
    invoice.voided_at = timezone.now()
    invoice.void_reason = reason.strip()
    invoice.save_version(["state", "voided_at", "void_reason"])
    invoice.lines.update(is_void=True)
    WorkOrder.objects.filter(pk__in=order_ids).update(is_invoiced=False, version=F("version") + 1)
    visits.unsettle(actor=actor, appointments=[order.appointment for order in orders if order.total])
    _reverse_charge(actor, account, invoice)
    publish(InvoiceVoided(invoice_id=invoice.pk, patient_id=invoice.patient_id, actor_id=actor.pk))
    return invoice


_PAID = """
SELECT a.id, a.patient_id, a.doctor_id, a.chair_id
FROM billing_workorder o JOIN schedule_appointment a ON a.id = o.appointment_id
WHERE o.id IN (
    SELECT ol.order_id FROM billing_invoiceline l JOIN billing_workorderline ol ON ol.id = l.order_line_id
    WHERE l.id = ANY(%s))
  AND NOT EXISTS (
    SELECT FROM billing_workorderline ol JOIN billing_invoiceline l ON l.order_line_id = ol.id
    WHERE ol.order_id = o.id AND NOT l.is_void AND l.paid < l.amount)
ORDER BY a.id
"""


def settle_paid(*, actor: Actor, line_ids: Sequence[int]) -> None:
    """Mark the appointments settled whose orders have nothing due any more; the lines' invoices are locked."""
    if line_ids:
        visits.settle(actor=actor, appointments=list(Appointment.objects.raw(_PAID, [list(line_ids)])))


def _locked_orders(account: Account, order_ids: Sequence[int]) -> list[WorkOrder]:
    orders = list(
        WorkOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch", "patient", "appointment")
        .only(*_INVOICED_BY)
        .filter(pk__in=order_ids, patient_id=account.patient_id, legal_entity_id=account.legal_entity_id)
        .order_by("served_on", "pk")
    )
    if len(orders) != len(set(order_ids)):
        raise errors.DifferentPayers
    for order in orders:
        if order.is_invoiced:
            raise errors.OrderInvoiced
        if order.state != OrderState.CLOSED:
            raise errors.OrderNotClosed
    return orders


def _lines_of(orders: Sequence[WorkOrder]) -> list[WorkOrderLine]:
    """All lines of the orders, in the orders' order."""
    places = {order.pk: (place, order) for place, order in enumerate(orders)}
    lines = list(WorkOrderLine.objects.filter(order__in=places).order_by("position", "pk"))
    for line in lines:
        line.order = places[line.order_id][1]
    return sorted(lines, key=lambda line: places[line.order_id][0])


def _copied(invoice: Invoice, line: WorkOrderLine, position: int) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        order_line=line,
        position=position,
        name=line.name,
        code=line.code,
        nomenclature=line.nomenclature,
        teeth=printed_teeth(line.teeth, line.surfaces),
        quantity=line.quantity,
        price=line.price,
        discount=line.discount,
        amount=line.amount,
    )


def _reverse_charge(actor: Actor, account: Account, invoice: Invoice) -> None:
    charge = LedgerEntry.objects.filter(invoice=invoice, kind=EntryKind.CHARGE).first()
    postings = Postings(actor=actor, account=account)
    postings.add(
        Figure.DEBT,
        -invoice.total,
        EntryKind.REVERSAL,
        on=localdate(invoice.branch.zone),
        invoice=invoice,
        reverses=charge,
        note=invoice.void_reason,
    )
    postings.write()
