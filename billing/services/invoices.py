"""Invoices: what one payer owes for closed work orders. Issued ones never change; a mistaken one is voided whole."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from billing import errors
from billing.display import printed_teeth
from billing.enums import EntryKind, Figure, InvoiceState, OrderState
from billing.facts import InvoiceIssued, InvoiceVoided
from billing.models import Account, Invoice, InvoiceLine, LedgerEntry, WorkOrder, WorkOrderLine
from billing.services import visits
from billing.services.ledger import locked_account, post_entry
from core.actor import Actor
from core.clock import localdate
from core.counters import next_number
from core.errors import constraint_as
from core.joints import publish
from core.money import ZERO


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
    return issue_under_lock(actor=actor, account=account, order_ids=[order.pk for order in orders])


def issue_under_lock(*, actor: Actor, account: Account, order_ids: Sequence[int]) -> Invoice:
    """The same inside a transaction that already holds the account's lock."""
    orders = _locked_orders(account, order_ids)
    lines = [line for order in orders for line in order.lines.order_by("position", "pk")]
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
        branch=last.branch,
        patient_id=account.patient_id,
        account=account,
        issued_at=now,
        issued_on=on,
        issued_by_id=actor.pk,
        total=total,
        payer_name=last.patient.full_name,
    )
    with constraint_as({"billing_invoiceline_once": errors.OrderInvoiced}):
        InvoiceLine.objects.bulk_create(_copied(invoice, line, place) for place, line in enumerate(lines, start=1))
    for order in orders:
        order.is_invoiced = True
        order.save_version(["is_invoiced"])
    post_entry(
        actor=actor,
        account=account,
        figure=Figure.DEBT,
        amount=total,
        kind=EntryKind.CHARGE,
        on=on,
        invoice=invoice,
    )
    settle_paid(actor=actor, orders=orders)
    publish(InvoiceIssued(invoice_id=invoice.pk, patient_id=account.patient_id, actor_id=actor.pk))
    return invoice


@transaction.atomic
def void_invoice(*, actor: Actor, invoice: Invoice, reason: str, version: int | None = None) -> Invoice:
    """Take back an invoice nothing was paid on: the number stays used, the debt is reversed, its orders wait again.

    Raises: ReasonNeeded, InvoiceVoided, InvoicePaid, ChangedByOther.
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
    invoice.state = InvoiceState.VOIDED
    invoice.voided_at = timezone.now()
    invoice.void_reason = reason.strip()
    invoice.save_version(["state", "voided_at", "void_reason"])
    invoice.lines.update(is_void=True)
    for order in orders:
        order.is_invoiced = False
        order.save_version(["is_invoiced"])
    visits.unsettle(actor=actor, appointments=[order.appointment for order in orders if order.total])
    _reverse_charge(actor, account, invoice)
    publish(InvoiceVoided(invoice_id=invoice.pk, patient_id=invoice.patient_id, actor_id=actor.pk))
    return invoice


def settle_paid(*, actor: Actor, orders: Sequence[WorkOrder]) -> None:
    """Mark the appointments settled whose order has nothing due any more; the orders' invoices are locked."""
    dues = dict(
        WorkOrder.objects.filter(pk__in=[order.pk for order in orders], lines__invoice_lines__is_void=False)
        .annotate(due=Sum("lines__invoice_lines__amount") - Sum("lines__invoice_lines__paid"))
        .values_list("pk", "due")
    )
    visits.settle(actor=actor, appointments=[order.appointment for order in orders if dues.get(order.pk) == ZERO])


def _locked_orders(account: Account, order_ids: Sequence[int]) -> list[WorkOrder]:
    orders = list(
        WorkOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("branch", "patient", "appointment")
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


def _copied(invoice: Invoice, line: WorkOrderLine, position: int) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        order_line=line,
        position=position,
        name=line.name,
        code=line.code,
        nomenclature=line.nomenclature,
        teeth=printed_teeth(line),
        quantity=line.quantity,
        price=line.price,
        discount=line.discount,
        amount=line.amount,
    )


def _reverse_charge(actor: Actor, account: Account, invoice: Invoice) -> None:
    charge = LedgerEntry.objects.filter(invoice=invoice, kind=EntryKind.CHARGE).first()
    post_entry(
        actor=actor,
        account=account,
        figure=Figure.DEBT,
        amount=-invoice.total,
        kind=EntryKind.REVERSAL,
        on=localdate(invoice.branch.zone),
        invoice=invoice,
        reverses=charge,
        note=invoice.void_reason,
    )
