"""Facts somebody should act on: what was left undone on past days, and what is missing for the next one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.models import CashShift
from core import clock, options
from core.money import ZERO
from core.sql import read
from organization.models import Branch
from reports.choices import LEFTOVERS
from reports.selectors.zones import on_days
from schedule.enums import AppointmentState, Confirmation
from schedule.models import WorkShift

LOOK_AHEAD = timedelta(days=14)
UNFINISHED = (
    AppointmentState.PLANNED,
    AppointmentState.ARRIVED,
    AppointmentState.READY,
    AppointmentState.IN_CHAIR,
)
REFUSING = (Confirmation.WANTS_MOVE, Confirmation.REFUSED)


@dataclass(frozen=True)
class Leftover:
    """Rows of past days that wait for somebody: how many, worth what, since when."""

    count: int = 0
    amount: Decimal = ZERO
    oldest: date | None = None
    first_id: int | None = None  # of the appointment


@dataclass(frozen=True)
class Findings:
    """What needs attention; empty parts need none."""

    to_invoice: Leftover
    drafts: Leftover
    unfinished: Leftover
    left_open: Sequence[CashShift]
    without_doctors: Sequence[Branch]
    asked_to_move: Leftover


# What past days left undone is looked for from ``since``; what the next ones lack, up to ``ahead``.
_LEFTOVERS = """
SELECT 'to_invoice', count(*)::int, coalesce(sum(total), 0), min(served_on), min(appointment_id)
FROM billing_workorder
WHERE branch_id = ANY(%(branches)s::bigint[]) AND served_on >= %(since)s::date AND served_on < %(today)s::date
  AND state = 'closed' AND NOT is_invoiced AND total > 0
UNION ALL
SELECT 'drafts', count(*)::int, coalesce(sum(total), 0), min(served_on), min(appointment_id)
FROM billing_workorder
WHERE branch_id = ANY(%(branches)s::bigint[]) AND served_on >= %(since)s::date AND served_on < %(today)s::date
  AND state = 'draft'
UNION ALL
SELECT 'unfinished', count(*)::int, 0, min((a.starts_at AT TIME ZONE b.time_zone)::date), NULL
FROM organization_branch b
JOIN schedule_appointment a ON a.branch_id = b.id
  AND a.starts_at >= %(since)s::date::timestamp AT TIME ZONE b.time_zone
  AND a.starts_at < %(today)s::date::timestamp AT TIME ZONE b.time_zone
WHERE b.id = ANY(%(branches)s::bigint[]) AND a.state = ANY(%(unfinished)s::text[]) AND a.ends_at < %(now)s::timestamptz
UNION ALL
SELECT 'asked_to_move', count(*)::int, 0, min((a.starts_at AT TIME ZONE b.time_zone)::date), NULL
FROM organization_branch b
JOIN schedule_appointment a ON a.branch_id = b.id
  AND a.starts_at >= %(today)s::date::timestamp AT TIME ZONE b.time_zone
  AND a.starts_at < %(ahead)s::date::timestamp AT TIME ZONE b.time_zone
WHERE b.id = ANY(%(branches)s::bigint[]) AND a.state = 'planned' AND a.confirmation = ANY(%(refusing)s::text[])
  AND a.starts_at > %(now)s::timestamptz
"""


def findings(*, branches: Collection[Branch], today: date, now: datetime) -> Findings:
    """Everything of the branches that needs attention today; three queries."""
    parameters = {
        "branches": [branch.pk for branch in branches],
        "since": today - timedelta(days=options.value(LEFTOVERS)),
        "today": today,
        "ahead": today + LOOK_AHEAD,
        "now": now,
        "unfinished": [str(state) for state in UNFINISHED],
        "refusing": [str(answer) for answer in REFUSING],
    }
    leftovers = {name: Leftover(*figures) for name, *figures in read(_LEFTOVERS, parameters)}
    return Findings(
        **leftovers,
        left_open=_left_open(branches, today),
        without_doctors=_without_doctors(branches, today + timedelta(days=1)),
    )


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
