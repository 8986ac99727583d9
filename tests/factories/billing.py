"""Visits with their work orders, and a cash desk with an open shift. Money moves only through the services."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from billing import services
from billing.enums import Means
from billing.models import CashDesk, CashShift, Invoice, Payment, WorkOrder
from core.actor import Actor, system_actor
from organization.models import Employee
from patients.models import Patient
from schedule.enums import AppointmentState
from schedule.models import Appointment
from tests.factories.organization import BranchFactory, EmployeeFactory, LegalEntityFactory
from tests.factories.pricelist import ServiceFactory

SERVED_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class PayerFactory(DjangoModelFactory):
    """A patient, with no more than billing needs."""

    class Meta:
        model = Patient

    card_number = factory.Sequence(lambda n: 10_000 + n)
    surname = factory.Sequence(lambda n: f"Воробьёв{'абвгдежзик'[n % 10]}")
    name = "Александра"
    patronymic = "Вячеславовна"


class VisitFactory(DjangoModelFactory):
    """An appointment whose patient sits in the chair."""

    class Meta:
        model = Appointment

    branch = factory.SubFactory(BranchFactory)
    doctor = factory.SubFactory(EmployeeFactory, role="doctor", specialty=True)
    patient = factory.SubFactory(PayerFactory)
    starts_at = factory.Sequence(lambda n: SERVED_AT + timedelta(hours=n % 5000))
    ends_at = factory.LazyAttribute(lambda visit: visit.starts_at + timedelta(minutes=45))
    first_starts_at = factory.SelfAttribute("starts_at")
    state = AppointmentState.IN_CHAIR
    seated_at = factory.SelfAttribute("starts_at")


class CashDeskFactory(DjangoModelFactory):
    class Meta:
        model = CashDesk

    name = factory.Sequence(lambda n: f"Касса {n}")
    branch = factory.SubFactory(BranchFactory)
    legal_entity = factory.LazyAttribute(lambda desk: desk.branch.legal_entity)


class OtherEntityFactory(LegalEntityFactory):
    inn = "7728168971"
    short_name = "ИП Орлова"


def system() -> Actor:
    return system_actor("tests")


def a_shift(desk: CashDesk | None = None, *, cash: str = "0") -> CashShift:
    """An open shift at a desk (a new one, unless named)."""
    return services.open_shift(actor=system(), desk=desk or CashDeskFactory(), opening_cash=Decimal(cash))


def an_order(*prices: str, patient: Patient | None = None, doctor: Employee | None = None, **visit) -> WorkOrder:
    """A closed order with one line of each price."""
    if patient is not None:
        visit["patient"] = patient
    if doctor is not None:
        visit["doctor"] = doctor
    order = services.open_work_order(actor=system(), appointment=VisitFactory(**visit))
    for price in prices:
        services.add_line(actor=system(), order=order, service=ServiceFactory(price=price))
    order = services.close_work_order(actor=system(), order=order)
    order.refresh_from_db()
    return order


def an_invoice(*prices: str, **visit) -> Invoice:
    """An issued invoice of one order."""
    return services.issue_invoice(actor=system(), orders=[an_order(*prices, **visit)])


def paid(shift: CashShift, invoice: Invoice, **parts: str) -> Payment:
    """Pay an invoice: ``paid(shift, invoice, cash="1000", card="500")``."""
    return services.take_payment(
        actor=system(),
        shift=shift,
        patient=invoice.patient,
        invoices=[invoice],
        parts=money(**parts),
        key=uuid.uuid4(),
    )


def money(**parts: str) -> dict[Means, Decimal]:
    return {Means(means): Decimal(amount) for means, amount in parts.items()}
