"""What patients have before and behind them: asked by the card, by its head and by every list of patients."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from core import names
from core.actor import Actor, Scope
from core.sql import read
from organization.reach import own_time, stand_in
from schedule.constants import LONGEST
from schedule.enums import AppointmentState
from schedule.looks import Look, look_of

MOST_AHEAD = 20
SHOWN_PAST = 6


@dataclass(frozen=True, slots=True)
class NextAppointment:
    """A patient's next appointment, as a line of text needs it."""

    pk: int
    starts_at: datetime
    zone: ZoneInfo
    doctor_name: str


@dataclass(frozen=True, slots=True)
class PatientAppointment:
    """A line of the card's panel."""

    pk: int
    starts_at: datetime
    zone: ZoneInfo
    look: Look
    doctor_name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class PatientAppointments:
    """The nearest upcoming appointments, the nearest first, and the last others, the latest first."""

    upcoming: tuple[PatientAppointment, ...]
    past: tuple[PatientAppointment, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How a patient's appointments ended, in figures."""

    came: int
    cancelled: int
    missed: int
    ahead: int


# AppointmentQuerySet.visible_to, said in SQL; its parameters are ``_reach``.
_VISIBLE = f"(%(sees_all)s OR a.branch_id = ANY (%(branch_ids)s) OR {own_time('a')})"

_NEXT = """
SELECT DISTINCT ON (a.patient_id) a.patient_id, a.id, a.starts_at, b.time_zone, d.surname, d.name, d.patronymic
FROM schedule_appointment a
JOIN organization_employee d ON d.id = a.doctor_id
JOIN organization_branch b ON b.id = a.branch_id
WHERE a.patient_id = ANY (%(patients)s) AND a.state = 'planned' AND a.starts_at >= %(now)s AND {visible}
ORDER BY a.patient_id, a.starts_at
""".replace("{visible}", _VISIBLE)

# Each half walks the patient's index from its own end, so that a thousand visits cost what ten do.
_LAST_AND_NEXT = """
SELECT r.is_ahead, r.id, r.starts_at, b.time_zone, r.state, r.confirmation, r.purpose, d.surname, d.name, d.patronymic
FROM (
  (SELECT true AS is_ahead, a.id, a.starts_at, a.state, a.confirmation, a.purpose, a.doctor_id, a.branch_id
   FROM schedule_appointment a
   WHERE a.patient_id = %(patient)s AND a.starts_at > %(began)s AND a.ends_at > %(now)s
     AND a.state NOT IN ('cancelled', 'voided') AND {visible}
   ORDER BY a.starts_at, a.id LIMIT %(most_ahead)s)
  UNION ALL
  (SELECT false, a.id, a.starts_at, a.state, a.confirmation, a.purpose, a.doctor_id, a.branch_id
   FROM schedule_appointment a
   WHERE a.patient_id = %(patient)s AND a.state <> 'voided' AND (a.state = 'cancelled' OR a.ends_at <= %(now)s)
     AND {visible}
   ORDER BY a.starts_at DESC, a.id DESC LIMIT %(most_past)s)
) r
JOIN organization_employee d ON d.id = r.doctor_id
JOIN organization_branch b ON b.id = r.branch_id
ORDER BY r.starts_at, r.id
""".replace("{visible}", _VISIBLE)

_OUTCOMES = """
SELECT a.state, count(*) FROM schedule_appointment a
WHERE a.patient_id = %(patient)s AND a.state <> 'voided' AND {visible} GROUP BY a.state
""".replace("{visible}", _VISIBLE)


def next_appointments(*, actor: Actor, patient_ids: Collection[int]) -> dict[int, NextAppointment]:
    """The next planned appointment of each patient who has one the actor may see; one query."""
    asked = {"patients": list(patient_ids), "now": timezone.now(), **_reach(actor)}
    return {
        patient_id: NextAppointment(pk, starts_at, ZoneInfo(zone), names.short_name(*doctor))
        for patient_id, pk, starts_at, zone, *doctor in read(_NEXT, asked, keep_plan=True)
    }


def appointments_around_now(*, actor: Actor, patient_id: int) -> PatientAppointments:
    """What the actor may see of the patient's upcoming (``MOST_AHEAD``) and last (``SHOWN_PAST``) ones; one query.

    Misclicks are left out; a cancelled appointment is never upcoming, whenever it was to be.
    """
    now = timezone.now()
    limits = {"now": now, "began": now - LONGEST, "most_ahead": MOST_AHEAD, "most_past": SHOWN_PAST}
    asked = {"patient": patient_id, **limits, **_reach(actor)}
    upcoming: list[PatientAppointment] = []
    past: list[PatientAppointment] = []
    rows = read(_LAST_AND_NEXT, asked, keep_plan=True)
    for is_ahead, pk, starts_at, zone, state, confirmation, purpose, *doctor in rows:
        look = look_of(state, confirmation)
        line = PatientAppointment(pk, starts_at, ZoneInfo(zone), look, names.short_name(*doctor), purpose)
        (upcoming if is_ahead else past).append(line)
    return PatientAppointments(upcoming=tuple(upcoming), past=tuple(reversed(past)))


def outcomes_of_patient(*, actor: Actor, patient_id: int) -> Outcomes:
    """How many of the patient's appointments the actor may see ended which way; one query of an index alone."""
    counts = dict(read(_OUTCOMES, {"patient": patient_id, **_reach(actor)}, keep_plan=True))
    cancelled, missed = counts.pop(AppointmentState.CANCELLED, 0), counts.pop(AppointmentState.NO_SHOW, 0)
    ahead = counts.pop(AppointmentState.PLANNED, 0)
    return Outcomes(came=sum(counts.values()), cancelled=cancelled, missed=missed, ahead=ahead)


def _reach(actor: Actor) -> dict[str, Any]:
    scope = actor.scope("schedule.view_appointment")
    doctor_id = actor.employee_id if scope == Scope.OWN else None
    return {
        "sees_all": scope == Scope.ALL,
        "branch_ids": list(actor.branch_ids) if scope == Scope.BRANCH else [],
        "doctor": doctor_id,
        **stand_in(doctor_id),
    }
