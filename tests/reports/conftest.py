"""Monday 23.11.2026, three in the afternoon, and a clinic whose past is written through its own services."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing import services as billing
from billing.enums import Means
from billing.models import CashShift, Invoice, Payment, WorkOrder
from core.actor import Actor, system_actor
from organization.models import Branch, Employee
from patients.models import Patient
from reports.periods import Period, period_of
from schedule.models import Appointment
from tests.browser.fixtures import (  # noqa: F401
    any_page,
    browser,
    browser109,
    new_page,
    new_page109,
    page,
    page109,
    playwright,
    pytest_runtest_makereport,
)
from tests.factories.billing import CashDeskFactory, PayerFactory, VisitFactory, money
from tests.factories.organization import actor_of
from tests.factories.pricelist import ServiceFactory
from tests.factories.schedule import MONDAY, moment

TODAY = MONDAY
SYSTEM = system_actor("tests")


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock at a moment."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def now(set_clock, branch: Branch) -> datetime:
    at = moment("15:00", branch, TODAY)
    set_clock(at)
    return at


@pytest.fixture
def head(director: Employee, branch: Branch) -> Actor:
    return actor_of(director, branch=branch)


@pytest.fixture
def month(now: datetime, head: Actor) -> Period:
    return period_of(head)


class Clinic:
    """Writes the clinic's past: each act happens at its own moment."""

    def __init__(self, branch: Branch, doctor: Employee, set_clock: Callable[[datetime], None], now: datetime) -> None:
        self.branch, self.doctor, self.set_clock, self.now = branch, doctor, set_clock, now
        self._shifts: dict[int, CashShift] = {}

    def at(self, time: str, on: date, branch: Branch | None = None) -> datetime:
        return moment(time, branch or self.branch, on)

    def visit(self, on: date = TODAY, at: str = "10:00", *, minutes: int = 30, **options) -> Appointment:
        """A patient in the chair."""
        options.setdefault("branch", self.branch)
        options.setdefault("doctor", self.doctor)
        starts_at = self.at(at, on, options["branch"])
        options.setdefault("is_overbooked", True)  # several at ten o'clock are no matter here
        options.setdefault("created_at", starts_at - timedelta(days=10))
        return VisitFactory(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **options)

    def order(self, *prices: str, on: date = TODAY, at: str = "10:00", is_closed: bool = True, **visit) -> WorkOrder:
        """An order of one line of each price, closed half an hour after it began."""
        appointment = self.visit(on, at, **visit)
        self.set_clock(appointment.starts_at + timedelta(minutes=30))
        order = billing.open_work_order(actor=SYSTEM, appointment=appointment)
        for price in prices:
            billing.add_line(actor=SYSTEM, order=order, service=ServiceFactory(price=price))
        if is_closed:
            order = billing.close_work_order(actor=SYSTEM, order=order)
        self.set_clock(self.now)
        order.refresh_from_db()
        return order

    def invoice(self, *orders: WorkOrder, on: date | None = None, at: str = "11:00") -> Invoice:
        self.set_clock(self.at(at, on or orders[-1].served_on, orders[-1].branch))
        invoice = billing.issue_invoice(actor=SYSTEM, orders=list(orders))
        self.set_clock(self.now)
        return invoice

    def shift(self, branch: Branch | None = None) -> CashShift:
        """One open shift a branch; it opened this morning."""
        branch = branch or self.branch
        if branch.pk not in self._shifts:
            self.set_clock(self.at("08:30", TODAY, branch))
            desk = CashDeskFactory(branch=branch)
            self._shifts[branch.pk] = billing.open_shift(actor=SYSTEM, desk=desk, opening_cash=Decimal("500"))
            self.set_clock(self.now)
        return self._shifts[branch.pk]

    def pay(self, invoice: Invoice, on: date | None = None, at: str = "12:00", **parts: str) -> Payment:
        shift = self.shift(invoice.branch)
        self.set_clock(self.at(at, on or invoice.issued_on, invoice.branch))
        payment = billing.take_payment(
            actor=SYSTEM,
            shift=shift,
            patient=invoice.patient,
            invoices=[invoice],
            parts=money(**parts),
            key=uuid.uuid4(),
        )
        self.set_clock(self.now)
        return payment

    def advance(self, patient: Patient, on: date = TODAY, at: str = "12:00", **parts: str) -> Payment:
        shift = self.shift()
        self.set_clock(self.at(at, on))
        payment = billing.take_advance(
            actor=SYSTEM, shift=shift, patient=patient, parts=money(**parts), key=uuid.uuid4()
        )
        self.set_clock(self.now)
        return payment

    def refund(
        self, patient: Patient, amount: str, on: date = TODAY, at: str = "13:00", means: Means = Means.CASH
    ) -> None:
        shift = self.shift()
        self.set_clock(self.at(at, on))
        billing.refund_advance(
            actor=SYSTEM,
            shift=shift,
            patient=patient,
            amount=Decimal(amount),
            means=means,
            reason="просьба пациента",
            key=uuid.uuid4(),
        )
        self.set_clock(self.now)


@pytest.fixture
def clinic(branch: Branch, doctor: Employee, set_clock, now: datetime) -> Clinic:
    return Clinic(branch, doctor, set_clock, now)


@pytest.fixture
def patient(db: None) -> Patient:
    return PayerFactory()
