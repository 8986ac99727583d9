"""The demo's books: orders, invoices, payments and the ledger as they are written down, one after another in time."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from billing.demo.till import Till
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
from billing.settlement import Parts, split_payment
from core import bulk
from core.counters import raise_to
from core.money import ZERO, line_amount, round_money
from organization.demo import Clinic, Person
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
    issued_at: datetime
    issued_on: date
    clerk: Person
    paid: Decimal = ZERO
    payments: int = 0
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

    @property
    def advance(self) -> Decimal:
        return self.figures[Figure.ADVANCE]

    @property
    def debt(self) -> Decimal:
        return self.figures[Figure.DEBT]


class Books:
    """Writes documents down; every sum goes through the same arithmetic as at the desk."""

    def __init__(self, clinic: Clinic, till: Till, keys: "Keys") -> None:
        self.clinic, self.till, self.keys = clinic, till, keys
        self.purses: dict[int, Purse] = {}
        self.last: dict[tuple[str, int], int] = {}  # number series: kind, year
        self._open_copiers()

    def _open_copiers(self) -> None:
        self.accounts = bulk.Copier(
            Account, "id", "patient_id", "legal_entity_id", *Figure.values
        )
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

    def purse(self, guest: Guest) -> Purse:
        """The patient's account, opened at the first need."""
        found = self.purses.get(guest.pk)
        if found is None:
            found = self.purses[guest.pk] = Purse(self.accounts.next_id(), guest)
        return found

    def number(self, kind: str, year: int) -> int:
        """The next number of a series; they are drawn in the order of time."""
        self.last[kind, year] = self.last.get((kind, year), 0) + 1
        return self.last[kind, year]

    def open_order(self, visit: Visit) -> Order:
        return Order(self.orders.next_id(), visit, [], ZERO, self.number("order", visit.day.year))

    def add_line(
        self, order: Order, service: Priced, *, teeth: list[str], surfaces: str = "", quantity: int, percent: Decimal
    ) -> None:
        price = service.price_at(order.visit.starts_at)
        discount = percent if service.is_discountable else ZERO
        amount = line_amount(price, quantity, discount_percent=discount)
        order.lines.append(Line(0, service, teeth, surfaces, quantity, price, discount, amount))
        order.total += amount

    def write_order(self, order: Order) -> None:
        """Write an order with its lines; whether it is invoiced must be known by now."""
        visit = order.visit
        doctor = visit.doctor.pk
        for line in order.lines:
            line.pk = self.lines.next_id()
        closed_at = visit.finished_at if order.is_closed else None
        self.orders.add(
            order.pk, order.number, visit.day.year, visit.pk, visit.guest.pk, doctor, self.clinic.branch_id,
            self.clinic.legal_entity_id, OrderState.CLOSED if order.is_closed else OrderState.DRAFT, visit.day,
            order.total, order.is_invoiced, visit.seated_at, doctor, closed_at, doctor if order.is_closed else None,
            1 + len(order.lines) + order.is_closed + order.is_invoiced,
        )  # fmt: skip
        for position, line in enumerate(order.lines, start=1):
            service = line.service
            self.lines.add(
                line.pk, order.pk, position, service.pk, service.code, service.name, service.nomenclature,
                service.direction, line.teeth, line.surfaces, line.quantity, line.price, line.percent,
                order.discount_reason if line.percent else "", line.amount, doctor,
            )  # fmt: skip

    def issue(self, order: Order, clerk: Person, at: datetime, on: date) -> Bill:
        """An invoice of one order: its total becomes the patient's debt."""
        order.is_invoiced = True
        bill = Bill(self.invoices.next_id(), self.number("invoice", on.year), order, at, on, clerk)
        for line in order.lines:
            line.owed_pk, line.paid = self.invoice_lines.next_id(), ZERO
        purse = self.purse(order.visit.guest)
        self._post(purse, Figure.DEBT, order.total, EntryKind.CHARGE, at, on, clerk, invoice=bill.pk)
        purse.bills.append(bill)
        return bill

    def void(self, bill: Bill, at: datetime, reason: str) -> None:
        """Take back an invoice nothing was paid on; its order waits again."""
        purse = self.purse(bill.order.visit.guest)
        purse.bills.remove(bill)
        bill.voided_at, bill.void_reason = at, reason
        charge = self.ledger_of[bill.pk]
        self._post(
            purse, Figure.DEBT, -bill.order.total, EntryKind.REVERSAL, at, bill.issued_on, bill.clerk,
            invoice=bill.pk, reverses=charge, note=reason,
        )  # fmt: skip
        self._write_bill(bill)
        bill.order.is_invoiced = False
