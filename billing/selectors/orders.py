"""The chairside work order: its lines with totals, the services a doctor uses most, orders the desk waits for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, QuerySet

from billing.models import Invoice, WorkOrder, WorkOrderLine
from core.actor import Actor, Scope
from core.money import ZERO
from core.names import full_name, short_name
from core.sql import read
from pricelist.models import Service, ServiceCategory
from pricelist.selectors import with_prices
from schedule.models import Appointment

FAVOURITES = 40
FAVOURITES_SINCE = timedelta(days=180)
WAITING_SHOWN = 500
PART_PAID_SHOWN = 200


@dataclass(frozen=True)
class OrderSheet:
    """An appointment with its order (None until something is written) and what its lines add up to."""

    appointment: Appointment
    order: WorkOrder | None
    lines: list[WorkOrderLine] = field(default_factory=list)

    @property
    def gross(self) -> Decimal:
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        return self.order.total if self.order else ZERO

    @property
    def teeth(self) -> list[str]:
        """Teeth that have a line, without repeats."""
        return list(dict.fromkeys(tooth for line in self.lines for tooth in line.teeth))

    @property
    def is_written(self) -> bool:
        """Whether lines may still be written."""
        return self.order is None or self.order.is_draft

    @cached_property
    def invoice(self) -> Invoice | None:
        """The invoice the order stands on, if one was issued."""
        if self.order is None or not self.order.is_invoiced:
            return None
        return Invoice.objects.filter(lines__order_line__order=self.order, lines__is_void=False).first()


def order_sheet(appointment: Appointment) -> OrderSheet:
    """The appointment's work order as the doctor sees it; two queries."""
    order = WorkOrder.objects.filter(appointment=appointment).select_related("legal_entity", "closed_by").first()
    if order is None:
        return OrderSheet(appointment, None)
    order.appointment = appointment
    return OrderSheet(appointment, order, list(order.lines.select_related("service")))


def favourite_services(*, doctor_id: int, at: datetime, branch_id: int) -> list[Service]:
    """Services this doctor wrote most in the last half year, most used first, with ``current_price``."""
    used = (
        WorkOrderLine.objects.filter(order__doctor_id=doctor_id, order__served_on__gt=at.date() - FAVOURITES_SINCE)
        .values("service_id")
        .annotate(times=Count("pk"))
        .order_by("-times", "service_id")
        .values_list("service_id", flat=True)[:FAVOURITES]
    )
    ranks = {service_id: rank for rank, service_id in enumerate(used)}
    services = Service.objects.active().filter(pk__in=ranks).select_related("category", "direction")
    return with_prices(sorted(services, key=lambda service: ranks[service.pk]), at=at, branch_id=branch_id)


def category_services(category_id: int, *, at: datetime, branch_id: int) -> list[Service]:
    """Services of a category in use, by code, with ``current_price``."""
    services = Service.objects.active().filter(category_id=category_id).select_related("category", "direction")
    return with_prices(list(services.order_by("code")), at=at, branch_id=branch_id)


def palette_categories() -> QuerySet[ServiceCategory]:
    """Categories that have services in use, in the price list's order."""
    return ServiceCategory.objects.active().filter(services__archived_at=None, services__isnull=False).distinct()


_WAITING = """
SELECT o.patient_id, p.surname, p.name, p.patronymic, o.number, o.total, o.closed_at, d.surname, d.name, d.patronymic
FROM billing_workorder o
JOIN patients_patient p ON p.id = o.patient_id
JOIN organization_employee d ON d.id = o.doctor_id
WHERE o.branch_id = %s AND o.state = 'closed' AND NOT o.is_invoiced AND o.total > 0
ORDER BY o.closed_at, o.id LIMIT %s
"""
_PART_PAID = """
SELECT i.id, i.year || '/' || i.number, i.patient_id, p.surname, p.name, p.patronymic, i.total, i.paid
FROM billing_invoice i JOIN patients_patient p ON p.id = i.patient_id
WHERE i.branch_id = %s AND i.issued_on = %s AND i.state = 'issued' AND i.paid < i.total
ORDER BY i.id LIMIT %s
"""


@dataclass(slots=True)
class WaitingPatient:
    """A patient with the closed orders the desk has to settle; ``number`` is the first one's."""

    pk: int
    name: str
    number: int
    orders: int = 0
    total: Decimal = ZERO
    doctors: dict[str, None] = field(default_factory=dict)
    closed_at: datetime | None = None  # of the last order: since when the patient may be settled with


@dataclass(frozen=True, slots=True)
class PartPaidInvoice:
    """An invoice that still has something due."""

    pk: int
    number: str
    patient_id: int
    payer: str
    total: Decimal
    paid: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.paid


def waiting_patients(branch_id: int) -> list[WaitingPatient]:
    """Patients with closed orders that no invoice was issued for, who waits longest first; one query."""
    waiting: dict[int, WaitingPatient] = {}
    for row in read(_WAITING, [branch_id, WAITING_SHOWN]):
        patient_id, number, amount, closed_at = row[0], *row[4:7]
        known = waiting.setdefault(patient_id, WaitingPatient(patient_id, full_name(*row[1:4]), number))
        known.orders += 1
        known.total += amount
        known.doctors[short_name(*row[7:])] = None
        known.closed_at = closed_at
    return list(waiting.values())


def partly_paid_today(branch_id: int, on: date) -> list[PartPaidInvoice]:
    """Invoices issued in the branch on a day that still have something due; one query."""
    return [
        PartPaidInvoice(*row[:3], full_name(*row[3:6]), *row[6:])
        for row in read(_PART_PAID, [branch_id, on, PART_PAID_SHOWN])
    ]


def waiting_orders(branch_id: int) -> QuerySet[WorkOrder]:
    """Closed orders of a branch that no invoice was issued for yet, the oldest first."""
    return WorkOrder.objects.waiting().filter(branch_id=branch_id).order_by("closed_at", "pk")


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Appointments whose order the actor may see, with all the order page shows of them."""
    found = Appointment.objects.visible_to(actor).select_related("patient", "doctor", "branch", "chair__room")
    scope = actor.scope("billing.view_order")
    if scope == Scope.OWN:
        return found.filter(doctor_id=actor.employee_id)
    if scope == Scope.BRANCH:
        return found.filter(branch_id__in=actor.branch_ids)
    return found if scope else found.none()
