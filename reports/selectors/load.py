"""Load: how much of the doctors' worked time is taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from core.sql import read
from schedule.enums import NOT_OCCUPYING

# Overlapping appointments count once and time outside shifts does not, as in the schedule's column heads. A shift counts
# for the day it begins on. «As of» looks at the bookings that stood at a moment: made before it and not cancelled by then;
# a moved one is counted where it stands now. «earliest» and «latest» only lead the planner to the index of the days.
_LOAD_SQL = """
SELECT * FROM (
WITH bucket AS (
  SELECT k.n, k.as_of, b.id AS branch_id,
    k.since::timestamp AT TIME ZONE b.time_zone AS since, k.until::timestamp AT TIME ZONE b.time_zone AS until
  FROM organization_branch b
  CROSS JOIN unnest(%(since)s::date[], %(until)s::date[], %(as_of)s::timestamptz[]) WITH ORDINALITY
    AS k(since, until, as_of, n)
  WHERE b.id = ANY(%(branches)s)
), worked AS (
  SELECT bucket.n, s.doctor_id, range_agg(tstzrange(s.starts_at, s.ends_at)) AS spans
  FROM bucket JOIN schedule_workshift s
    ON s.branch_id = bucket.branch_id AND s.starts_at >= bucket.since AND s.starts_at < bucket.until
  WHERE s.cancelled_at IS NULL AND s.branch_id = ANY(%(branches)s)
    AND s.starts_at > %(earliest)s AND s.starts_at < %(latest)s
  GROUP BY 1, 2
), taken AS (
  SELECT bucket.n, a.doctor_id, range_agg(tstzrange(a.starts_at, a.ends_at)) AS spans
  FROM bucket JOIN schedule_appointment a
    ON a.branch_id = bucket.branch_id
    AND a.starts_at > bucket.since - interval '24 hours' AND a.starts_at < bucket.until + interval '24 hours'
  WHERE a.branch_id = ANY(%(branches)s) AND a.starts_at > %(earliest)s AND a.starts_at < %(latest)s
    AND CASE WHEN bucket.as_of IS NULL THEN a.state <> ALL(%(free)s)
    ELSE a.state <> 'voided' AND a.created_at <= bucket.as_of
      AND (a.cancelled_at IS NULL OR a.cancelled_at > bucket.as_of) END
  GROUP BY 1, 2
)
SELECT worked.n - 1, worked.doctor_id, whole.minutes, coalesce(booked.minutes, 0)
FROM worked
LEFT JOIN taken ON taken.n = worked.n AND taken.doctor_id = worked.doctor_id
CROSS JOIN LATERAL (
  SELECT (sum(extract(epoch FROM upper(part) - lower(part))) / 60)::int AS minutes FROM unnest(worked.spans) part
) whole
CROSS JOIN LATERAL (
  SELECT (sum(extract(epoch FROM upper(part) - lower(part))) / 60)::int AS minutes
  FROM unnest(worked.spans * taken.spans) part
) booked
) AS figures(bucket, doctor_id, worked, booked)
"""


ZONES_APART = timedelta(days=3)  # farther than any clock is from UTC, and a shift or an appointment long


class Bucket(NamedTuple):
    """Days [since, until), with the bookings as they stood at ``as_of`` (as they are now, when None)."""

    since: date
    until: date
    as_of: datetime | None = None


@dataclass(frozen=True)
class Load:
    """Minutes in shifts and how many of them are taken."""

    worked_minutes: int = 0
    booked_minutes: int = 0

    @property
    def percent(self) -> int | None:
        """None without a shift: no time to take is neither full nor empty."""
        return round(100 * self.booked_minutes / self.worked_minutes) if self.worked_minutes else None

    def __add__(self, other: "Load") -> "Load":
        return Load(self.worked_minutes + other.worked_minutes, self.booked_minutes + other.booked_minutes)


def booked_load(*, branch_ids: Collection[int], buckets: Sequence[Bucket]) -> list[dict[int, Load]]:
    """For each bucket, the load of every doctor who has a shift in it; one query."""
    parameters: dict[str, Any] = {
        "branches": list(branch_ids),
        "since": [bucket.since for bucket in buckets],
        "until": [bucket.until for bucket in buckets],
        "as_of": [bucket.as_of for bucket in buckets],
        "earliest": datetime.combine(min(bucket.since for bucket in buckets), time.min, UTC) - ZONES_APART,
        "latest": datetime.combine(max(bucket.until for bucket in buckets), time.min, UTC) + ZONES_APART,
        "free": [str(state) for state in NOT_OCCUPYING],
    }
    found: list[dict[int, Load]] = [{} for _ in buckets]
    for number, doctor_id, worked, booked in read(_LOAD_SQL, parameters):
        found[number][doctor_id] = Load(worked, booked)
    return found


def total_load(loads: dict[int, Load]) -> Load:
    """All doctors together."""
    return sum(loads.values(), Load())
