"""New patients of a period, as far as the clinic's own records follow them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import options
from core.sql import read
from reports.choices import NEW_AFTER
from reports.periods import Span

# New is who had no finished appointment anywhere in the clinic before the period (or for so many months before it). Each next stage is a part of the one
# before: of those booked some came, of those who came some have another day booked, of these some came again.
# The lateral join with its limit keeps to the index of one patient; an anti-join would read ten years of appointments.
_NEW_SQL = """
SELECT * FROM (
WITH bucket AS (
  SELECT k.n, b.id AS branch_id, b.time_zone, k.since::timestamp AT TIME ZONE b.time_zone AS since,
    least(k.until::timestamp AT TIME ZONE b.time_zone, %(now)s) AS until
  FROM organization_branch b
  CROSS JOIN unnest(%(since)s::date[], %(until)s::date[]) WITH ORDINALITY AS k(since, until, n)
  WHERE b.id = ANY(%(branches)s)
), booked AS (
  SELECT bucket.n, a.patient_id, min(bucket.since) AS since, min(bucket.time_zone) AS zone,
    min(a.starts_at) FILTER (WHERE a.state IN ('finished', 'settled')) AS came_at
  FROM bucket JOIN schedule_appointment a
    ON a.branch_id = bucket.branch_id AND a.starts_at >= bucket.since AND a.starts_at < bucket.until
  WHERE a.state <> 'voided'
  GROUP BY 1, 2
), new AS (
  SELECT booked.n, booked.patient_id, booked.came_at,
    ((booked.came_at AT TIME ZONE booked.zone)::date + 1)::timestamp AT TIME ZONE booked.zone AS next_day
  FROM booked
  LEFT JOIN LATERAL (SELECT true AS found FROM schedule_appointment a WHERE a.patient_id = booked.patient_id
    AND a.starts_at < booked.since AND (%(months)s = 0 OR a.starts_at >= booked.since - make_interval(months => %(months)s))
    AND a.state IN ('finished', 'settled') LIMIT 1) earlier ON true
  WHERE earlier.found IS NULL
)
SELECT new.n - 1, count(*), count(new.came_at), count(again.patient_id), count(again.patient_id) FILTER (WHERE again.came)
FROM new
LEFT JOIN LATERAL (
  SELECT later.patient_id, bool_or(later.state IN ('finished', 'settled')) AS came
  FROM schedule_appointment later
  WHERE later.patient_id = new.patient_id AND later.starts_at >= new.next_day
    AND later.state NOT IN ('cancelled', 'voided', 'no_show')
  GROUP BY later.patient_id
) again ON true
GROUP BY 1
) AS figures(n, booked, came, booked_again, came_again)
"""


@dataclass(frozen=True)
class NewPatients:
    """People: booked for the first time, came, booked for another day, came again."""

    booked: int = 0
    came: int = 0
    booked_again: int = 0
    came_again: int = 0


def new_patients(*, branch_ids: Collection[int], spans: Sequence[Span], now: datetime) -> list[NewPatients]:
    """The stages for each span, up to now; one query."""
    parameters: dict[str, Any] = {
        "branches": list(branch_ids),
        "since": [span.since for span in spans],
        "until": [span.until for span in spans],
        "now": now,
        "months": options.value(NEW_AFTER),
    }
    found = [NewPatients() for _ in spans]
    for number, *counts in read(_NEW_SQL, parameters):
        found[number] = NewPatients(*counts)
    return found
