"""Facts somebody should act on: what was left undone on past days, and what is missing for the next one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Min, Sum

from billing.enums import OrderState
from billing.models import CashShift, WorkOrder
from core import clock
from core.money import ZERO
from organization.models import Branch
from reports.selectors.zones import on_days
from schedule.enums import AppointmentState, Confirmation
from schedule.models import Appointment, WorkShift

LOOK_BACK = timedelta(days=60)  # older leftovers are history, not work of today
LOOK_AHEAD = timedelta(days=14)
UNFINISHED = (
    AppointmentState.PLANNED,
    AppointmentState.ARRIVED,
    AppointmentState.READY,
    AppointmentState.IN_CHAIR,
)


@dataclass(frozen=True)
class Leftover:
    """Rows of past days that wait for somebody: how many, worth what, since when."""

    count: int = 0
    amount: Decimal = ZERO
    oldest: date | None = None
    first_id: int | None = None


@dataclass(frozen=True)
class Findings:
    """What needs attention; empty parts need none."""

    to_invoice: Leftover
    drafts: Leftover
    unfinished: Leftover
    left_open: Sequence[CashShift]
    without_doctors: Sequence[Branch]
    asked_to_move: Leftover


def findings(*, branches: Collection[Branch], today: date, now: datetime) -> Findings:
    """Everything of the branches that needs attention today; seven queries at most."""
    return Findings(
        to_invoice=_orders(branches, today, to_invoice=True),
        drafts=_orders(branches, today, to_invoice=False),
        unfinished=_appointments(branches, today - LOOK_BACK, today, {"state__in": UNFINISHED, "ends_at__lt": now}),
        left_open=_left_open(branches, today),
        without_doctors=_without_doctors(branches, today + timedelta(days=1)),
        asked_to_move=_appointments(
            branches,
            today,
            today + LOOK_AHEAD,
            {
                "state": AppointmentState.PLANNED,
                "confirmation__in": (Confirmation.WANTS_MOVE, Confirmation.REFUSED),
                "starts_at__gt": now,
            },
        ),
    )


def _orders(branches: Collection[Branch], today: date, *, to_invoice: bool) -> Leftover:
    orders = WorkOrder.objects.waiting() if to_invoice else WorkOrder.objects.filter(state=OrderState.DRAFT)
    found = orders.filter(branch__in=branches, served_on__lt=today, served_on__gte=today - LOOK_BACK).aggregate(
        count=Count("pk"), sum=Sum("total"), oldest=Min("served_on"), first=Min("appointment_id")
    )
    return Leftover(found["count"], found["sum"] or ZERO, found["oldest"], found["first"])


def _appointments(branches: Collection[Branch], since: date, until: date, which: dict[str, object]) -> Leftover:
    found = Appointment.objects.filter(on_days(branches, since, until), **which).aggregate(
        count=Count("pk"), oldest=Min("starts_at")
    )
    zone = next((branch.zone for branch in branches), None)
    oldest = clock.localdate(zone, found["oldest"]) if zone and found["oldest"] else None
    return Leftover(count=found["count"], oldest=oldest)


def _left_open(branches: Collection[Branch], today: date) -> list[CashShift]:
    """A desk has one open shift at most, so there are few."""
    shifts = CashShift.objects.open().filter(desk__branch__in=branches).select_related("desk__branch", "opened_by")
    return [
        shift
        for shift in shifts.order_by("opened_at")
        if clock.localdate(shift.desk.branch.zone, shift.opened_at) < today
    ]


def _without_doctors(branches: Collection[Branch], on: date) -> list[Branch]:
    """Branches that open on the day with nobody in a shift. ``branches`` come with their hours."""
    opening = [branch for branch in branches if any(hours.weekday == on.weekday() for hours in branch.hours.all())]
    staffed = set(
        WorkShift.objects.working()
        .filter(on_days(opening, on, on + timedelta(days=1)))
        .order_by()
        .values_list("branch_id", flat=True)
        .distinct()
    )
    return [branch for branch in opening if branch.pk not in staffed]
