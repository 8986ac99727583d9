"""The chairside work order: its lines with totals, the services a doctor uses most, orders the desk waits for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Prefetch, QuerySet

from billing.models import Invoice, WorkOrder, WorkOrderLine
from core.actor import Actor, Scope
from core.money import ZERO
from patients.models import Patient
from pricelist.models import Service, ServiceCategory
from pricelist.selectors import with_prices
from schedule.models import Appointment

FAVOURITES = 40
FAVOURITES_SINCE = timedelta(days=180)
WAITING_SHOWN = 500


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


@dataclass(frozen=True)
class WaitingPatient:
    """A patient with the closed orders the desk has to settle."""

    orders: list[WorkOrder]

    @property
    def patient(self) -> Patient:
        return self.orders[0].patient

    @property
    def total(self) -> Decimal:
        return sum((order.total for order in self.orders), ZERO)

    @property
    def doctors(self) -> str:
        return ", ".join(dict.fromkeys(order.doctor.short_name for order in self.orders))

    @property
    def closed_at(self) -> datetime | None:
        """Since when the patient may be settled with: the last order's closing."""
        return self.orders[-1].closed_at


def waiting_patients(branch_id: int) -> list[WaitingPatient]:
    """Patients with closed orders that no invoice was issued for, who waits longest first; one query."""
    by_patient: dict[int, list[WorkOrder]] = {}
    for order in waiting_orders(branch_id)[:WAITING_SHOWN]:
        by_patient.setdefault(order.patient_id, []).append(order)
    return [WaitingPatient(orders) for orders in by_patient.values()]


def waiting_orders(branch_id: int) -> QuerySet[WorkOrder]:
    """Closed orders of a branch that no invoice was issued for yet, the oldest first."""
    return (
        WorkOrder.objects.waiting()
        .filter(branch_id=branch_id)
        .select_related("patient", "doctor", "appointment")
        .order_by("closed_at", "pk")
    )


def uninvoiced_orders(patient_id: int, legal_entity_id: int | None = None) -> QuerySet[WorkOrder]:
    """The patient's closed orders without an invoice, by date of service, with lines and doctor."""
    orders = WorkOrder.objects.waiting().filter(patient_id=patient_id)
    if legal_entity_id is not None:
        orders = orders.filter(legal_entity_id=legal_entity_id)
    return (
        orders.select_related("doctor", "appointment", "branch", "legal_entity")
        .prefetch_related(Prefetch("lines", WorkOrderLine.objects.select_related("service")))
        .order_by("served_on", "pk")
    )


def partly_paid_today(branch_id: int, on: date) -> QuerySet[Invoice]:
    """Invoices issued in the branch on a day that still have something due."""
    return Invoice.objects.unpaid().filter(branch_id=branch_id, issued_on=on).select_related("patient").order_by("pk")


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Appointments whose order the actor may see, with all the order page shows of them."""
    found = Appointment.objects.visible_to(actor).select_related("patient", "doctor", "branch", "chair__room")
    scope = actor.scope("billing.view_order")
    if scope == Scope.OWN:
        return found.filter(doctor_id=actor.employee_id)
    if scope == Scope.BRANCH:
        return found.filter(branch_id__in=actor.branch_ids)
    return found if scope else found.none()
