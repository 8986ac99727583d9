"""The demo's books: orders, invoices, payments and the ledger as they are written down, one after another in time."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from billing.demo.till import Act, Till
from billing.display import printed_teeth
from billing.enums import EntryKind, Figure, InvoiceState, Means, OrderState
from billing.models import (
    Account,
    Allocation,
    FiscalReceipt,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    Payment,
    PaymentPart,
    Refund,
    WorkOrder,
    WorkOrderLine,
)
from billing.settlement import Parts, Split, split_payment
from core import bulk
from core.counters import raise_to
from core.models import Counter
from core.money import ZERO, line_amount, round_money
from organization.demo import Clinic
from patients.demo import Guest
from pricelist.demo import Priced
from schedule.demo.visit import Visit

ADMINISTRATOR = "Администратор"


@dataclass(slots=True)
class Line:
    """A line of an order, and of its invoice once there is one."""

    pk: int
    service: Priced
    teeth: list[str]
    surfaces: str
    quantity: int
    price: Decimal
    percent: Decimal
    amount: Decimal
    owed_pk: int = 0  # the invoice's line
    paid: Decimal = ZERO

    @property
    def due(self) -> Decimal:
        return self.amount - self.paid


@dataclass(slots=True)
class Order:
    pk: int
    visit: Visit
    lines: list[Line]
    total: Decimal
    number: int
    discount_reason: str = ""
    is_closed: bool = True
    is_invoiced: bool = False


@dataclass(slots=True)
class Bill:
    """An invoice that is not written yet: it may still be paid."""

    pk: int
    number: int
    order: Order
    issued: Act
    paid: Decimal = ZERO
    payments: int = 0
    charge_pk: int = 0
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def due(self) -> Decimal:
        return self.order.total - self.paid


@dataclass(slots=True)
class Purse:
    """A patient's account."""

    pk: int
    guest: Guest
    figures: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(Figure.values, ZERO))
    bills: list[Bill] = field(default_factory=list)  # not paid in full, the oldest first
    stored: dict[str, Decimal] | None = None  # the figures as they are written, when there was an account before

    @property
    def advance(self) -> Decimal:
        return self.figures[Figure.ADVANCE]

    @property
    def debt(self) -> Decimal:
        return self.figures[Figure.DEBT]


class Books:
    """Writes documents down; every sum goes through the same arithmetic as at the desk."""

    def __init__(self, clinic: Clinic, till: Till, rng: Random) -> None:
        self.clinic, self.till, self.rng = clinic, till, rng
        self.purses: dict[int, Purse] = {}
        self.recalled: dict[int, tuple[int, dict[str, Decimal]]] = {}  # accounts of before, by patient
        self.last: dict[tuple[str, int], int] = {}  # number series: kind, year
        self.accounts = bulk.Copier(Account, "id", "patient_id", "legal_entity_id", *Figure.values)
        self.orders = bulk.Copier(
            WorkOrder, "id", "number", "year", "appointment_id", "patient_id", "doctor_id", "branch_id",
            "legal_entity_id", "state", "served_on", "total", "is_invoiced", "created_at", "created_by_id", "closed_at",
            "closed_by_id", "version",
        )  # fmt: skip
        self.lines = bulk.Copier(
            WorkOrderLine, "id", "order_id", "position", "service_id", "code", "name", "nomenclature", "direction",
            "teeth", "surfaces", "quantity", "price", "discount_percent", "discount_reason", "amount", "performer_id",
        )  # fmt: skip
        self.invoices = bulk.Copier(
            Invoice, "id", "number", "year", "legal_entity_id", "branch_id", "patient_id", "account_id", "state",
            "issued_at", "issued_on", "issued_by_id", "total", "paid", "payer_name", "voided_at", "void_reason",
            "version",
        )  # fmt: skip
        self.invoice_lines = bulk.Copier(
            InvoiceLine, "id", "invoice_id", "order_line_id", "position", "name", "code", "nomenclature", "teeth",
            "quantity", "price", "discount", "amount", "paid", "is_void",
        )  # fmt: skip
        self.payments = bulk.Copier(
            Payment, "id", "key", "number", "year", "account_id", "patient_id", "legal_entity_id", "branch_id",
            "shift_id", "taken_at", "taken_on", "taken_by_id", "total", "money", "to_advance", "cash_received",
            "change_given",
        )  # fmt: skip
        self.parts = bulk.Copier(PaymentPart, "id", "payment_id", "means", "amount")
        self.allocations = bulk.Copier(Allocation, "id", "payment_id", "invoice_line_id", "amount")
        self.refunds = bulk.Copier(
            Refund, "id", "key", "account_id", "patient_id", "branch_id", "shift_id", "means", "amount", "reason",
            "given_at", "given_on", "given_by_id",
        )  # fmt: skip
        self.receipts = bulk.Copier(FiscalReceipt, "id", "payment_id", "refund_id", "created_at")
        self.ledger = bulk.Copier(
            LedgerEntry, "id", "account_id", "figure", "amount", "kind", "at", "on", "invoice_id", "payment_id",
            "refund_id", "reverses_id", "employee_id", "role_name", "note",
        )  # fmt: skip

    def recall(self, patients: Collection[int]) -> None:
        """Go on after what is written: these patients' accounts with their figures, and the last numbers drawn."""
        known = Account.objects.filter(legal_entity_id=self.clinic.legal_entity_id, patient_id__in=patients)
        for account in known:
            figures = {name: getattr(account, name) for name in Figure.values}
            self.recalled[account.patient_id] = account.pk, figures
        entity = str(self.clinic.legal_entity_id)
        for series, value in Counter.objects.values_list("series", "value"):
            parts = series.split(":")
            if len(parts) == 3 and parts[1] == entity:
                self.last[parts[0], int(parts[2])] = value

    def purse(self, guest: Guest) -> Purse:
        """The patient's account, opened at the first need."""
        found = self.purses.get(guest.pk)
        if found is None and guest.pk in self.recalled:
            pk, figures = self.recalled[guest.pk]
            found = self.purses[guest.pk] = Purse(pk, guest, dict(figures), stored=figures)
        elif found is None:
            found = self.purses[guest.pk] = Purse(self.accounts.next_id(), guest)
        return found

    def number(self, kind: str, year: int) -> int:
        """The next number of a series; they are drawn in the order of time."""
        self.last[kind, year] = self.last.get((kind, year), 0) + 1
        return self.last[kind, year]

    def open_order(self, visit: Visit) -> Order:
        return Order(self.orders.next_id(), visit, [], ZERO, self.number("order", visit.day.year))

    def add_line(
        self, order: Order, service: Priced, *, teeth: list[str], surfaces: str, quantity: int, percent: Decimal
    ) -> None:
        """One service at its price of the day."""
        price = service.price_at(order.visit.starts_at)
        discount = percent if service.is_discountable else ZERO
        amount = line_amount(price, quantity, discount_percent=discount)
        pk = self.lines.next_id()
        order.lines.append(Line(pk, service, teeth, surfaces, quantity, price, discount, amount))
        order.total += amount

    def issue(self, order: Order, act: Act) -> Bill:
        """An invoice of one order: its total becomes the patient's debt."""
        order.is_invoiced = True
        bill = Bill(self.invoices.next_id(), self.number("invoice", act.on.year), order, act)
        for line in order.lines:
            line.owed_pk, line.paid = self.invoice_lines.next_id(), ZERO
        purse = self.purse(order.visit.guest)
        bill.charge_pk = self._post(purse, Figure.DEBT, order.total, EntryKind.CHARGE, act, invoice_id=bill.pk)
        purse.bills.append(bill)
        return bill

    def void(self, bill: Bill, act: Act, reason: str) -> None:
        """Take back an invoice nothing was paid on; its order waits again."""
        purse = self.purse(bill.order.visit.guest)
        purse.bills.remove(bill)
        bill.voided_at, bill.void_reason = act.at, reason
        self._post(
            purse, Figure.DEBT, -bill.order.total, EntryKind.REVERSAL, act,
            invoice_id=bill.pk, reverses_id=bill.charge_pk, note=reason,
        )  # fmt: skip
        self.write_bill(bill)
        bill.order.is_invoiced = False

    def pay(
        self,
        purse: Purse,
        act: Act,
        parts: Parts,
        *,
        bills: Sequence[Bill] = (),
        cash_received: Decimal | None = None,
        rest_to_advance: bool = False,
    ) -> None:
        """Money for invoices in their order; what is over stays on the advance. Whatever is paid in full is settled."""
        lines = [(bill, line) for bill in bills for line in bill.order.lines if line.due]
        split = split_payment(
            parts,
            [line.due for _, line in lines],
            free_advance=purse.advance,
            cash_received=cash_received,
            rest_to_advance=rest_to_advance,
        )
        pk = self._write_payment(purse, act, split)
        touched: dict[int, Bill] = {}
        for (bill, line), share in zip(lines, split.allocations, strict=True):
            if share:
                self.allocations.add(self.allocations.next_id(), pk, line.owed_pk, share)
                line.paid += share
                bill.paid += share
                touched[bill.pk] = bill
        for figure, amount, kind in (
            (Figure.DEBT, -split.paid_in_money, EntryKind.PAYMENT),
            (Figure.DEBT, -split.set_off, EntryKind.SET_OFF),
            (Figure.ADVANCE, -split.set_off, EntryKind.SET_OFF),
            (Figure.ADVANCE, split.to_advance, EntryKind.ADVANCE),
        ):
            self._post(purse, figure, amount, kind, act, payment_id=pk)
        for bill in touched.values():
            bill.payments += 1
            if not bill.due:
                purse.bills.remove(bill)
                bill.order.visit.settle(act.at)
                self.write_bill(bill)

    def refund(self, purse: Purse, act: Act, means: Means, amount: Decimal, reason: str) -> None:
        """Money back from the advance."""
        pk = self.refunds.next_id()
        self.refunds.add(
            pk, self._key(), purse.pk, purse.guest.pk, self.clinic.branch_id, self.till.open_shift.pk, means, amount,
            reason, act.at, act.on, act.clerk.pk,
        )  # fmt: skip
        self.receipts.add(self.receipts.next_id(), None, pk, act.at)
        self.till.give_back(means, amount)
        self._post(purse, Figure.ADVANCE, -amount, EntryKind.REFUND, act, refund_id=pk, note=reason)

    def write_order(self, order: Order) -> None:
        """Write an order with its lines; whether it is invoiced must be known by now."""
        visit, doctor = order.visit, order.visit.doctor.pk
        closed_at, closed_by = (visit.finished_at, doctor) if order.is_closed else (None, None)
        state = OrderState.CLOSED if order.is_closed else OrderState.DRAFT
        self.orders.add(
            order.pk, order.number, visit.day.year, visit.pk, visit.guest.pk, doctor, self.clinic.branch_id,
            self.clinic.legal_entity_id, state, visit.day, order.total, order.is_invoiced, visit.seated_at, doctor,
            closed_at, closed_by, 1 + len(order.lines) + order.is_closed + order.is_invoiced,
        )  # fmt: skip
        for position, line in enumerate(order.lines, start=1):
            service = line.service
            self.lines.add(
                line.pk, order.pk, position, service.pk, service.code, service.name, service.nomenclature,
                service.direction, line.teeth, line.surfaces, line.quantity, line.price, line.percent,
                order.discount_reason if line.percent else "", line.amount, doctor,
            )  # fmt: skip

    def write_bill(self, bill: Bill) -> None:
        """Write an invoice as it stands: paid, voided, or owed by now."""
        order, guest, is_void = bill.order, bill.order.visit.guest, bill.voided_at is not None
        issued = bill.issued
        self.invoices.add(
            bill.pk, bill.number, issued.on.year, self.clinic.legal_entity_id, self.clinic.branch_id, guest.pk,
            self.purses[guest.pk].pk, InvoiceState.VOIDED if is_void else InvoiceState.ISSUED, issued.at, issued.on,
            issued.clerk.pk, order.total, bill.paid, guest.full_name, bill.voided_at, bill.void_reason,
            1 + bill.payments + is_void,
        )  # fmt: skip
        for position, line in enumerate(order.lines, start=1):
            service = line.service
            gross = round_money(line.price * line.quantity)
            self.invoice_lines.add(
                line.owed_pk, bill.pk, line.pk, position, service.name, service.code, service.nomenclature,
                _printed(tuple(line.teeth), line.surfaces), line.quantity, line.price, gross - line.amount,
                line.amount, line.paid, is_void,
            )  # fmt: skip

    def finish(self) -> None:
        """Write what is still owed, the accounts, and everything gathered."""
        for purse in self.purses.values():
            for bill in purse.bills:
                self.write_bill(bill)
            if purse.stored is None:
                figures = (purse.figures[name] for name in Figure.values)
                self.accounts.add(purse.pk, purse.guest.pk, self.clinic.legal_entity_id, *figures)
            elif purse.stored != purse.figures:
                Account.objects.filter(pk=purse.pk).update(**purse.figures)
        for copier in vars(self).values():
            if isinstance(copier, bulk.Copier):
                copier.flush()
        entity = self.clinic.legal_entity_id
        for (kind, year), value in self.last.items():
            raise_to(f"{kind}:{entity}:{year}", value)

    def _write_payment(self, purse: Purse, act: Act, split: Split) -> int:
        pk = self.payments.next_id()
        self.payments.add(
            pk, self._key(), self.number("payment", act.on.year), act.on.year, purse.pk, purse.guest.pk,
            self.clinic.legal_entity_id, self.clinic.branch_id, self.till.open_shift.pk, act.at, act.on, act.clerk.pk,
            split.total, split.money, split.to_advance, split.cash_received, split.change,
        )  # fmt: skip
        for means, amount in split.parts.items():
            self.parts.add(self.parts.next_id(), pk, means, amount)
            self.till.take(means, amount)
        self.receipts.add(self.receipts.next_id(), pk, None, act.at)
        return pk

    def _post(self, purse: Purse, figure: Figure, amount: Decimal, kind: EntryKind, act: Act, **document: Any) -> int:
        """One entry of the ledger; nothing is written for zero."""
        if not amount:
            return 0
        pk = self.ledger.next_id()
        purse.figures[figure] += amount
        self.ledger.add(
            pk, purse.pk, figure, amount, kind, act.at, act.on, document.get("invoice_id"), document.get("payment_id"),
            document.get("refund_id"), document.get("reverses_id"), act.clerk.pk, ADMINISTRATOR,
            document.get("note", ""),
        )  # fmt: skip
        return pk

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)


@lru_cache(maxsize=10_000)
def _printed(teeth: tuple[str, ...], surfaces: str) -> str:
    """As the invoice prints them; the same few combinations come again and again."""
    return printed_teeth(teeth, surfaces)
