"""Appointments that took place."""

from collections.abc import Collection, Sequence

from core.sql import read
from reports.periods import Span
from schedule.enums import AppointmentState

HELD = (AppointmentState.FINISHED, AppointmentState.SETTLED)


_FINISHED = """
SELECT s.n - 1, a.doctor_id, count(*)::int
FROM organization_branch b
CROSS JOIN unnest(%(since)s::date[], %(until)s::date[]) WITH ORDINALITY AS s(since, until, n)
JOIN schedule_appointment a ON a.branch_id = b.id
  AND a.starts_at >= s.since::timestamp AT TIME ZONE b.time_zone AND a.starts_at < s.until::timestamp AT TIME ZONE b.time_zone
WHERE b.id = ANY(%(branches)s::bigint[]) AND a.state IN ('finished', 'settled')
GROUP BY 1, 2
"""


def finished_counts(*, branch_ids: Collection[int], spans: Sequence[Span]) -> list[dict[int, int]]:
    """How many appointments of each span each doctor finished; one query."""
    parameters = {
        "branches": list(branch_ids),
        "since": [span.since for span in spans],
        "until": [span.until for span in spans],
    }
    found: list[dict[int, int]] = [{} for _ in spans]
    for number, doctor_id, count in read(_FINISHED, parameters):
        found[number][doctor_id] = count
    return found
