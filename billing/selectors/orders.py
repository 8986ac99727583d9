"""The chairside work order: its lines with totals, the services a doctor uses most, orders the desk waits for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet

from billing.models import Invoice, WorkOrder, WorkOrderLine
from billing.selectors.reach import settling
from core.actor import Actor, Scope
from core.money import ZERO
from core.names import full_name, short_name
from core.sql import read
from patients.models import is_own_card
from pricelist.selectors import OfferedService, services_offered
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


def order_sheet(appointment: Appointment, order: WorkOrder | None = None) -> OrderSheet:
    """The appointment's work order as the doctor sees it; two queries, one when the order is in hand already."""
    order = order or WorkOrder.objects.filter(appointment=appointment).first()
    if order is None:
        return OrderSheet(appointment, None)
    order.appointment = appointment
    return OrderSheet(appointment, order, list(order.lines.all()))


_MOST_USED = """
SELECT l.service_id FROM billing_workorder o JOIN billing_workorderline l ON l.order_id = o.id
WHERE o.doctor_id = %s AND o.served_on > %s
GROUP BY l.service_id ORDER BY count(*) DESC, l.service_id LIMIT %s
"""
_CATEGORIES = """
SELECT c.id, c.name FROM pricelist_servicecategory c
WHERE c.archived_at IS NULL
  AND EXISTS (SELECT FROM pricelist_service s WHERE s.category_id = c.id AND s.archived_at IS NULL)
ORDER BY c."order", c.name
"""


class Category(NamedTuple):
    """A tab of the palette."""

    pk: int
    name: str


def favourite_services(*, doctor_id: int, at: datetime, branch_id: int) -> list[OfferedService]:
    """Services this doctor wrote most in the last half year, most used first; two queries."""
    used = read(_MOST_USED, [doctor_id, at.date() - FAVOURITES_SINCE, FAVOURITES])
    return services_offered([service_id for (service_id,) in used], at=at, branch_id=branch_id)


def palette_categories() -> list[Category]:
    """Categories that have services in use, in the price list's order; one query."""
    return [Category(*row) for row in read(_CATEGORIES, [])]


_WAITING = """
SELECT o.patient_id, p.surname, p.name, p.patronymic, o.year || '/' || o.number, o.total, o.closed_at, d.surname, d.name, d.patronymic
FROM billing_workorder o
JOIN patients_patient p ON p.id = o.patient_id
JOIN organization_employee d ON d.id = o.doctor_id
WHERE o.branch_id = %s AND o.state = 'closed' AND NOT o.is_invoiced AND o.total > 0 AND {settling}
ORDER BY o.closed_at, o.id LIMIT %s
"""
_PART_PAID = """
SELECT i.id, i.year || '/' || i.number, i.patient_id, p.surname, p.name, p.patronymic, i.total, i.paid
FROM billing_invoice i JOIN patients_patient p ON p.id = i.patient_id
WHERE i.branch_id = %s AND i.issued_on = %s AND i.state = 'issued' AND i.paid < i.total AND {settling}
ORDER BY i.id LIMIT %s
"""


@dataclass(slots=True)
class WaitingPatient:
    """A patient with the closed orders the desk has to settle; ``number`` is the first one's, «year/number»."""

    pk: int
    name: str
    number: str
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


def waiting_patients(*, actor: Actor, branch_id: int) -> list[WaitingPatient]:
    """Patients with closed orders that no invoice was issued for, who waits longest first; one query."""
    waiting: dict[int, WaitingPatient] = {}
    condition, parameters = settling(actor, "o.patient_id")
    for row in read(_WAITING.format(settling=condition), [branch_id, *parameters, WAITING_SHOWN]):
        patient_id, number, amount, closed_at = row[0], *row[4:7]
        known = waiting.setdefault(patient_id, WaitingPatient(patient_id, full_name(*row[1:4]), number))
        known.orders += 1
        known.total += amount
        known.doctors[short_name(*row[7:])] = None
        known.closed_at = closed_at
    return list(waiting.values())


def partly_paid_today(*, actor: Actor, branch_id: int, on: date) -> list[PartPaidInvoice]:
    """Invoices issued in the branch on a day that still have something due; one query."""
    condition, parameters = settling(actor, "i.patient_id")
    rows = read(_PART_PAID.format(settling=condition), [branch_id, on, *parameters, PART_PAID_SHOWN])
    return [PartPaidInvoice(*row[:3], full_name(*row[3:6]), *row[6:]) for row in rows]


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Appointments whose order the actor may see, as ``WorkOrder.visible_to`` says of those that are written."""
    found = Appointment.objects.all()
    scope = actor.scope("billing.view_order")
    if scope == Scope.OWN:
        return found.filter(is_own_card(actor, "patient_id"))
    if scope == Scope.BRANCH:
        return found.filter(branch_id__in=actor.branch_ids)
    return found if scope else found.none()
