"""What is done and what is left before the day can be closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.sql import read
from organization.models import Branch
from schedule.enums import NOT_OCCUPYING


@dataclass(frozen=True)
class Progress:
    """So many of all are done."""

    done: int
    all: int

    @property
    def left(self) -> int:
        return self.all - self.done


@dataclass(frozen=True)
class OpenShift:
    """A cash shift that is still open, and what must lie in its drawer, roubles."""

    pk: int
    desk: str
    cash: Decimal


@dataclass(frozen=True)
class DayEnd:
    """Appointments marked, orders closed and invoiced, cancellations with a reason, shifts, tomorrow's confirmations."""

    marked: Progress
    orders_closed: Progress
    orders_invoiced: Progress
    cancelled_with_reason: Progress
    tomorrow_confirmed: Progress
    open_shifts: Sequence[OpenShift]


# The lateral join with its limit keeps to the index of one appointment; a plain join would read ten years of orders.
_DAY_END = """
SELECT today.*, orders.*, ahead.* FROM (
  SELECT count(*) FILTER (WHERE is_over AND a.state IN ('finished', 'settled', 'no_show'))::int,
    count(*) FILTER (WHERE is_over)::int,
    count(*) FILTER (WHERE a.state IN ('finished', 'settled') AND written.is_closed)::int,
    count(*) FILTER (WHERE a.state IN ('finished', 'settled'))::int,
    count(*) FILTER (WHERE a.state = 'cancelled' AND a.cancel_reason_id IS NOT NULL)::int,
    count(*) FILTER (WHERE a.state = 'cancelled')::int
  FROM organization_branch b
  JOIN schedule_appointment a ON a.branch_id = b.id
    AND a.starts_at >= %(on)s::date::timestamp AT TIME ZONE b.time_zone
    AND a.starts_at < %(next)s::date::timestamp AT TIME ZONE b.time_zone
  LEFT JOIN LATERAL (
    SELECT o.state = 'closed' AS is_closed FROM billing_workorder o WHERE o.appointment_id = a.id LIMIT 1
  ) written ON true
  CROSS JOIN LATERAL (SELECT a.state <> ALL(%(free)s::text[]) AND a.ends_at <= %(now)s::timestamptz AS is_over) past
  WHERE b.id = ANY(%(branches)s::bigint[])
) today, (
  SELECT count(*) FILTER (WHERE is_invoiced)::int, count(*)::int FROM billing_workorder
  WHERE branch_id = ANY(%(branches)s::bigint[]) AND served_on = %(on)s::date AND state = 'closed' AND total > 0
) orders, (
  SELECT count(*) FILTER (WHERE a.confirmation = 'confirmed')::int, count(*)::int
  FROM organization_branch b
  JOIN schedule_appointment a ON a.branch_id = b.id
    AND a.starts_at >= %(next)s::date::timestamp AT TIME ZONE b.time_zone
    AND a.starts_at < (%(next)s::date + 1)::timestamp AT TIME ZONE b.time_zone
  WHERE b.id = ANY(%(branches)s::bigint[]) AND a.state = 'planned'
) ahead
"""


def day_end(*, branches: Collection[Branch], on: date, now: datetime) -> DayEnd:
    """The day's checklist; two queries. Only appointments whose time is over must be marked."""
    parameters = {
        "branches": [branch.pk for branch in branches],
        "on": on,
        "next": on + timedelta(days=1),
        "now": now,
        "free": [str(state) for state in NOT_OCCUPYING],
    }
    marked, over, ordered, held, explained, cancelled, invoiced, orders, confirmed, ahead = read(_DAY_END, parameters)[
        0
    ]
    return DayEnd(
        marked=Progress(marked, over),
        orders_closed=Progress(ordered, held),
        orders_invoiced=Progress(invoiced, orders),
        cancelled_with_reason=Progress(explained, cancelled),
        tomorrow_confirmed=Progress(confirmed, ahead),
        open_shifts=_open_shifts(branches),
    )


_OPEN_SHIFTS = """
SELECT s.id, d.name, s.opening_cash
  + coalesce((SELECT sum(part.amount) FROM billing_payment p JOIN billing_paymentpart part ON part.payment_id = p.id
              WHERE p.shift_id = s.id AND part.means = 'cash'), 0)
  - coalesce((SELECT sum(amount) FROM billing_refund r WHERE r.shift_id = s.id AND r.means = 'cash'), 0)
FROM billing_cashshift s
JOIN billing_cashdesk d ON d.id = s.desk_id
JOIN organization_branch b ON b.id = d.branch_id
WHERE s.state = 'open' AND b.id = ANY(%s::bigint[])
ORDER BY b.name, d.name
"""


def _open_shifts(branches: Collection[Branch]) -> list[OpenShift]:
    return [OpenShift(*row) for row in read(_OPEN_SHIFTS, [[branch.pk for branch in branches]])]
