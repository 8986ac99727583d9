"""Money taken and given back. The same form pays once, however often it is sent; nothing is paid twice."""

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone

from billing import errors
from billing.enums import EntryKind, Figure, InvoiceState, Means
from billing.facts import AdvanceRefunded, PaymentTaken
from billing.models import (
    Account,
    Allocation,
    CashShift,
    FiscalReceipt,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentPart,
    Refund,
)
from billing.selectors.desk import cash_in_drawer
from billing.services.invoices import issue_under_lock, settle_paid
from billing.services.ledger import Postings, locked_account
from billing.services.shifts import locked_open_shift
from billing.settlement import Parts, Split, split_payment
from billing.two_people import REFUND, is_always_asked
from core.actor import Actor
from core.clock import localdate
from core.counters import next_number
from core.joints import publish
from core.money import ZERO, format_money, round_money
from organization.errors import SecondPersonNeeded
from organization.services import second_person
from organization.services.second_person import SecondPerson
from patients.models import Patient

Money = TypeVar("Money", Payment, Refund)


@transaction.atomic
def settle(
    *,
    actor: Actor,
    shift: CashShift,
    patient: Patient,
    order_ids: Sequence[int],
    invoice_ids: Sequence[int],
    parts: Parts,
    key: uuid.UUID,
    cash_received: Decimal | None = None,
    rest_to_advance: bool = False,
) -> Payment:
    """Invoice what is not invoiced yet and take the money for it and for older invoices, in one act.

    Raises: what ``issue_invoice`` and ``take_payment`` raise; then nothing was issued either.
    """
    account = locked_account(patient_id=patient.pk, legal_entity_id=shift.desk.legal_entity_id)
    known = _known_payment(key, account)
    if known is not None:
        return known
    shift = locked_open_shift(shift.pk)
    postings = Postings(actor=actor, account=account)
    issued: list[InvoiceLine] = []
    if order_ids:
        _invoice, issued = issue_under_lock(actor=actor, postings=postings, order_ids=order_ids)
    return _take(
        actor=actor,
        postings=postings,
        shift=shift,
        lines=sorted((*_locked_lines(account, invoice_ids), *issued), key=_paying_order),
        parts=parts,
        key=key,
        cash_received=cash_received,
        rest_to_advance=rest_to_advance,
    )


@transaction.atomic
def take_payment(
    *,
    actor: Actor,
    shift: CashShift,
    patient: Patient,
    parts: Parts,
    invoices: Sequence[Invoice] = (),
    line_ids: Sequence[int] | None = None,
    key: uuid.UUID,
    cash_received: Decimal | None = None,
    rest_to_advance: bool = False,
) -> Payment:
    """Take money for invoices of the patient at a desk, by date of service, then line; or for chosen lines only.

    What is more than due is refused, unless the rest is to stay on the advance. The same ``key`` answers the same
    payment again.
    Raises: ShiftNotOpen, InvoiceNotFound, InvoiceVoided, AlreadyPaid, MoreThanDue, NothingToPay, AdvanceTooSmall,
    AdvanceMoreThanDue, TooLittleReceived, WrongAmount, KeyUsed.
    """
    account = locked_account(patient_id=patient.pk, legal_entity_id=shift.desk.legal_entity_id)
    known = _known_payment(key, account)
    if known is not None:
        return known
    shift = locked_open_shift(shift.pk)
    lines = _locked_lines(account, [invoice.pk for invoice in invoices], line_ids)
    return _take(
        actor=actor,
        postings=Postings(actor=actor, account=account),
        shift=shift,
        lines=sorted(lines, key=_paying_order),
        parts=parts,
        key=key,
        cash_received=cash_received,
        rest_to_advance=rest_to_advance,
    )


def take_advance(
    *,
    actor: Actor,
    shift: CashShift,
    patient: Patient,
    parts: Parts,
    key: uuid.UUID,
    cash_received: Decimal | None = None,
) -> Payment:
    """Take money that belongs to no invoice yet. Raises: AdvanceFromAdvance, ShiftNotOpen, NothingToPay, …"""
    if parts.get(Means.ADVANCE):
        raise errors.AdvanceFromAdvance
    return take_payment(
        actor=actor,
        shift=shift,
        patient=patient,
        parts=parts,
        key=key,
        cash_received=cash_received,
        rest_to_advance=True,
    )


@transaction.atomic
def refund_advance(
    *,
    actor: Actor,
    shift: CashShift,
    patient: Patient,
    means: Means,
    amount: Decimal,
    reason: str,
    key: uuid.UUID,
    second: SecondPerson | None = None,
) -> Refund:
    """Give money back from the patient's advance; cash only as far as the drawer reaches.

    Raises: WrongAmount, ReasonNeeded, AdvanceTooSmall, DrawerTooSmall, ShiftNotOpen, AdvanceFromAdvance, KeyUsed, and what
    ``second_person.confirm`` raises.
    """
    if amount <= 0 or amount != round_money(amount):
        raise errors.WrongAmount
    if means == Means.ADVANCE:
        raise errors.AdvanceFromAdvance
    if not reason.strip():
        raise errors.ReasonNeeded
    account = locked_account(patient_id=patient.pk, legal_entity_id=shift.desk.legal_entity_id)
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return _same_account(known, account)
    shift = locked_open_shift(shift.pk)
    if amount > account.advance:
        raise errors.AdvanceTooSmall(advance=format_money(account.advance), field="amount")
    if means == Means.CASH and amount > (held := cash_in_drawer(shift)):
        raise errors.DrawerTooSmall(cash=format_money(held))
    confirmed = second_person.confirm(
        actor=actor,
        right="billing.refund_payment",
        second=second,
        refusal=SecondPersonNeeded(),
        is_always_asked=is_always_asked(REFUND),
    )
    now = timezone.now()
    on = localdate(shift.desk.branch.zone, now)
    refund = Refund.objects.create(
        key=key,
        account=account,
        patient_id=account.patient_id,
        branch_id=shift.desk.branch_id,
        shift=shift,
        means=means,
        amount=amount,
        reason=reason.strip(),
        given_at=now,
        given_on=on,
        given_by_id=actor.pk,
        confirmed_by_id=confirmed.employee_id if confirmed else None,
    )
    FiscalReceipt.objects.create(refund=refund)
    postings = Postings(actor=actor, account=account)
    postings.add(Figure.ADVANCE, -amount, EntryKind.REFUND, on=on, refund=refund, note=refund.reason)
    postings.write()
    publish(AdvanceRefunded(refund_id=refund.pk, patient_id=account.patient_id, amount=str(amount), actor_id=actor.pk))
    return refund


_PAY_LINES = """
UPDATE billing_invoiceline SET paid = paid + share
FROM unnest(%s::bigint[], %s::numeric[]) AS shares(line_id, share) WHERE id = line_id
"""
_PAY_INVOICES = """
UPDATE billing_invoice SET paid = paid + share, version = version + 1
FROM unnest(%s::bigint[], %s::numeric[]) AS shares(invoice_id, share) WHERE id = invoice_id
"""


def _take(
    *,
    actor: Actor,
    postings: Postings,
    shift: CashShift,
    lines: Sequence[InvoiceLine],
    parts: Parts,
    key: uuid.UUID,
    cash_received: Decimal | None,
    rest_to_advance: bool,
) -> Payment:
    """Write a payment of these lines, in this order; account, shift and invoices are locked."""
    account = postings.account
    split = split_payment(
        parts,
        [line.due for line in lines],
        free_advance=account.advance,
        cash_received=cash_received,
        rest_to_advance=rest_to_advance,
    )
    payment = _write_payment(actor, account, shift, key, split)
    _allocate(payment, lines, split)
    _post(postings, payment, split)
    settle_paid(actor=actor, line_ids=[line.pk for line in lines])
    publish(
        PaymentTaken(payment_id=payment.pk, patient_id=account.patient_id, amount=str(payment.total), actor_id=actor.pk)
    )
    return payment


def _paying_order(line: InvoiceLine) -> tuple[date, int, int, int]:
    """By date of service, then invoice and line, as ``in_paying_order`` sorts them."""
    return line.order_line.order.served_on, line.invoice_id, line.position, line.pk


def _locked_lines(
    account: Account, invoice_ids: Sequence[int], line_ids: Sequence[int] | None = None
) -> list[InvoiceLine]:
    """The lines of these invoices, or only the named lines, their invoices locked."""
    wanted = set(invoice_ids)
    if line_ids is not None:
        wanted |= set(InvoiceLine.objects.filter(pk__in=line_ids).values_list("invoice_id", flat=True))
    if not wanted:
        return []
    invoices = list(
        Invoice.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=wanted, account=account)
        .order_by("pk")
    )
    if len(invoices) != len(wanted):
        raise errors.InvoiceNotFound
    if any(invoice.state == InvoiceState.VOIDED for invoice in invoices):
        raise errors.InvoiceVoided
    found = InvoiceLine.objects.filter(invoice__in=invoices, is_void=False).select_related("order_line__order")
    if line_ids is None:
        return list(found)
    lines = list(found.filter(pk__in=line_ids))
    if len(lines) != len(set(line_ids)):
        raise errors.InvoiceNotFound
    return lines


def _write_payment(actor: Actor, account: Account, shift: CashShift, key: uuid.UUID, split: Split) -> Payment:
    now = timezone.now()
    on = localdate(shift.desk.branch.zone, now)
    payment = Payment.objects.create(
        key=key,
        number=next_number(f"payment:{account.legal_entity_id}:{on.year}"),
        year=on.year,
        account=account,
        patient_id=account.patient_id,
        legal_entity_id=account.legal_entity_id,
        branch_id=shift.desk.branch_id,
        shift=shift,
        taken_at=now,
        taken_on=on,
        taken_by_id=actor.pk,
        total=split.total,
        money=split.money,
        to_advance=split.to_advance,
        cash_received=split.cash_received,
        change_given=split.change,
    )
    PaymentPart.objects.bulk_create(
        PaymentPart(payment=payment, means=means, amount=amount) for means, amount in split.parts.items()
    )
    FiscalReceipt.objects.create(payment=payment)
    return payment


def _allocate(payment: Payment, lines: Sequence[InvoiceLine], split: Split) -> None:
    paid = [(line, share) for line, share in zip(lines, split.allocations, strict=True) if share]
    if not paid:
        return
    Allocation.objects.bulk_create(Allocation(payment=payment, invoice_line=line, amount=share) for line, share in paid)
    by_invoice: dict[int, Decimal] = {}
    for line, share in paid:
        by_invoice[line.invoice_id] = by_invoice.get(line.invoice_id, ZERO) + share
    with connection.cursor() as cursor:
        cursor.execute(_PAY_LINES, [[line.pk for line, _share in paid], [share for _line, share in paid]])
        cursor.execute(_PAY_INVOICES, [list(by_invoice), list(by_invoice.values())])


def _post(postings: Postings, payment: Payment, split: Split) -> None:
    for figure, amount, kind in (
        (Figure.DEBT, -split.paid_in_money, EntryKind.PAYMENT),
        (Figure.DEBT, -split.set_off, EntryKind.SET_OFF),
        (Figure.ADVANCE, -split.set_off, EntryKind.SET_OFF),
        (Figure.ADVANCE, split.to_advance, EntryKind.ADVANCE),
    ):
        postings.add(figure, amount, kind, on=payment.taken_on, payment=payment)
    postings.write()


def _known_payment(key: uuid.UUID, account: Account) -> Payment | None:
    known = Payment.objects.filter(key=key).first()
    return None if known is None else _same_account(known, account)


def _same_account(known: Money, account: Account) -> Money:
    if known.account_id != account.pk:
        raise errors.KeyUsed
    return known
