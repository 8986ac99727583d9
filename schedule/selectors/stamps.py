"""Versions of what live screens show; each is one small query over an index."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Protocol

from django.utils.dateparse import parse_date

from core.actor import Actor, Scope
from core.sql import read
from organization.reach import stand_in
from schedule.selectors.reach import SEE, VISIBLE_APPOINTMENTS, VISIBLE_SHIFTS, reach


class StampedRow(Protocol):
    """A row of the day's stamp."""

    @property
    def pk(self) -> int: ...
    @property
    def version(self) -> int: ...


# The branch's zone is looked up in the same statement, so that the poll of every open screen costs one round trip.
_DAY_SQL = f"""
SELECT
  (SELECT concat_ws('.', count(*), sum(version), sum(a.id)) FROM schedule_appointment a
   WHERE (%(everywhere)s OR a.branch_id = day.id) AND a.starts_at > day.since - interval '24 hours'
     AND a.starts_at < day.until AND a.ends_at > day.since AND {VISIBLE_APPOINTMENTS}),
  (SELECT concat_ws('.', count(*), sum(version), sum(s.id)) FROM schedule_workshift s
   WHERE (%(everywhere)s OR s.branch_id = day.id) AND s.starts_at > day.since - interval '24 hours'
     AND s.starts_at < day.until AND s.ends_at > day.since AND {VISIBLE_SHIFTS})
FROM (
  SELECT id, (%(on)s::date)::timestamp AT TIME ZONE time_zone AS since,
    (%(on)s::date + 1)::timestamp AT TIME ZONE time_zone AS until
  FROM organization_branch WHERE id = %(branch)s
) day
"""  # noqa: S608  a part of the statement, no value


def day_stamp(*, actor: Actor, argument: str) -> str:
    """Version of a branch's day, argument «branch:date»: number and versions of its appointments and shifts."""
    branch, _, day = argument.partition(":")
    on = _date(day)
    if on is None or not branch.isdigit() or not _may_look(actor, int(branch)):
        return ""
    return day_stamp_of(actor=actor, branch_id=int(branch), on=on)


def day_stamp_of(*, actor: Actor, branch_id: int, on: date) -> str:
    """The same, for whoever draws the page: the version the page was drawn from."""
    reached = reach(actor, branch_id)
    return _stamp(on, {**reached, "branch": branch_id, "everywhere": False})


def stamp_of_rows(appointments: Collection[StampedRow], shifts: Collection[StampedRow]) -> str:
    """The same, of a day's rows already read: all there are, cancelled ones too."""
    return f"{_version(appointments)}-{_version(shifts)}"


def _version(rows: Collection[StampedRow]) -> str:
    if not rows:
        return "0"
    return f"{len(rows)}.{sum(row.version for row in rows)}.{sum(row.pk for row in rows)}"


def my_day_stamp(*, actor: Actor, argument: str) -> str:
    """Version of the doctor's own day in all branches, argument «date»."""
    on = _date(argument)
    if on is None or actor.branch_id is None or actor.employee_id is None:
        return ""
    return _stamp(on, {"branch": actor.branch_id, "doctor": actor.employee_id, **stand_in(None), "everywhere": True})


def _stamp(on: date, reached: Mapping[str, Any]) -> str:
    return "-".join(part for row in read(_DAY_SQL, {"on": on.isoformat(), **reached}) for part in row)


def _may_look(actor: Actor, branch_id: int) -> bool:
    return actor.scope(SEE) == Scope.ALL or (
        branch_id in actor.branch_ids and reach(actor, branch_id)["branch"] is not None
    )


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
