"""Versions of what live screens show; each is one small query over an index."""

from datetime import date

from django.db import connection
from django.utils.dateparse import parse_date

from core.actor import Actor, Scope

# The branch's zone is looked up in the same statement, so that the poll of every open screen costs one round trip.
_DAY_SQL = """
SELECT
  (SELECT concat_ws('.', count(*), sum(version), sum(a.id)) FROM schedule_appointment a
   WHERE (%(everywhere)s OR a.branch_id = day.id) AND a.starts_at > day.since - interval '24 hours'
     AND a.starts_at < day.until AND a.ends_at > day.since
     AND (%(doctor)s::bigint IS NULL OR a.doctor_id = %(doctor)s)),
  (SELECT concat_ws('.', count(*), sum(version), sum(s.id)) FROM schedule_workshift s
   WHERE s.branch_id = day.id AND s.starts_at > day.since - interval '24 hours' AND s.starts_at < day.until
     AND s.ends_at > day.since)
FROM (
  SELECT id, (%(on)s::date)::timestamp AT TIME ZONE time_zone AS since,
    (%(on)s::date + 1)::timestamp AT TIME ZONE time_zone AS until
  FROM organization_branch WHERE id = %(branch)s
) day
"""


def day_stamp(*, actor: Actor, argument: str) -> str:
    """Version of a branch's day, argument «branch:date»: number and versions of its appointments and shifts."""
    branch, _, day = argument.partition(":")
    on = _date(day)
    if on is None or not branch.isdigit() or not _may_look(actor, int(branch)):
        return ""
    return day_stamp_of(actor=actor, branch_id=int(branch), on=on)


def day_stamp_of(*, actor: Actor, branch_id: int, on: date) -> str:
    """The same, for whoever draws the page: the version the page was drawn from."""
    doctor = actor.employee_id if actor.scope("schedule.view_appointment") == Scope.OWN else None
    return _stamp(branch_id, on, doctor_id=doctor)


def my_day_stamp(*, actor: Actor, argument: str) -> str:
    """Version of the doctor's own day in all branches, argument «date»."""
    on = _date(argument)
    if on is None or actor.branch_id is None or actor.employee_id is None:
        return ""
    return _stamp(actor.branch_id, on, doctor_id=actor.employee_id, everywhere=True)


def _stamp(branch_id: int, on: date, *, doctor_id: int | None, everywhere: bool = False) -> str:
    parameters: dict[str, str | int | bool | None] = {
        "on": on.isoformat(),
        "branch": branch_id,
        "doctor": doctor_id,
        "everywhere": everywhere,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAY_SQL, parameters)
        row = cursor.fetchone()
    return "-".join(part or "0" for part in row) if row else ""


def _may_look(actor: Actor, branch_id: int) -> bool:
    return actor.scope("schedule.view_appointment") == Scope.ALL or branch_id in actor.branch_ids


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
