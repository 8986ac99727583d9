"""What a day brought up to a moment, beside other days up to the same time of day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.sql import read

# With a time of day, every day is cut at it: the orders closed, the money taken and the appointments finished by then.
_DAY_SQL = """
SELECT * FROM (
WITH day AS (
  SELECT b.id AS branch_id, d.day, d.day::timestamp AT TIME ZONE b.time_zone AS since,
    (d.day + 1)::timestamp AT TIME ZONE b.time_zone AS until,
    coalesce((d.day + (%(now)s::timestamptz AT TIME ZONE b.time_zone)::time) AT TIME ZONE b.time_zone, 'infinity') AS moment
  FROM organization_branch b CROSS JOIN unnest(%(days)s::date[]) AS d(day)
  WHERE b.id = ANY(%(branches)s)
)
SELECT 'revenue', day.day, sum(o.total) FROM day JOIN billing_workorder o
  ON o.branch_id = day.branch_id AND o.served_on = day.day AND o.state = 'closed' AND o.closed_at <= day.moment GROUP BY 2
UNION ALL
SELECT 'received', day.day, sum(p.money) FROM day JOIN billing_payment p
  ON p.branch_id = day.branch_id AND p.taken_on = day.day AND p.taken_at <= day.moment GROUP BY 2
UNION ALL
SELECT 'to_advance', day.day, sum(p.to_advance) FROM day JOIN billing_payment p
  ON p.branch_id = day.branch_id AND p.taken_on = day.day AND p.taken_at <= day.moment GROUP BY 2
UNION ALL
SELECT 'refunded', day.day, sum(r.amount) FROM day JOIN billing_refund r
  ON r.branch_id = day.branch_id AND r.given_on = day.day AND r.given_at <= day.moment GROUP BY 2
UNION ALL
SELECT 'finished', day.day, count(*) FROM day JOIN schedule_appointment a
  ON a.branch_id = day.branch_id AND a.starts_at >= day.since AND a.starts_at < day.until
  AND a.state IN ('finished', 'settled') AND coalesce(a.finished_at, a.ends_at) <= day.moment GROUP BY 2
UNION ALL
SELECT 'booked', day.day, count(*) FROM day JOIN schedule_appointment a
  ON a.branch_id = day.branch_id AND a.starts_at >= day.since AND a.starts_at < day.until
  AND a.state NOT IN ('cancelled', 'voided') GROUP BY 2
) AS figures(name, day, value)
"""


@dataclass(frozen=True)
class DayFigures:
    """Roubles and appointments. ``booked`` are all of the day that were not cancelled, at any hour."""

    revenue: Decimal = ZERO
    received: Decimal = ZERO
    to_advance: Decimal = ZERO
    refunded: Decimal = ZERO
    finished: int = 0
    booked: int = 0

    @property
    def receipts(self) -> Decimal:
        return self.received - self.refunded

    @property
    def has_any(self) -> bool:
        return bool(self.revenue or self.received or self.refunded or self.booked)


def day_figures(
    *, branch_ids: Collection[int], days: Sequence[date], until_time_of: datetime | None = None
) -> dict[date, DayFigures]:
    """Each day's figures, up to the time of day of a moment by the branch's clock (whole days, when None); one query."""
    found: dict[date, dict[str, Decimal | int]] = {day: {} for day in days}
    parameters: dict[str, Any] = {"branches": list(branch_ids), "days": list(days), "now": until_time_of}
    for figure, day, value in read(_DAY_SQL, parameters):
        found[day][figure] = int(value) if figure in ("finished", "booked") else value
    return {day: DayFigures(**figures) for day, figures in found.items()}  # type: ignore[arg-type]
