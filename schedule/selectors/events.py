"""An appointment's own history in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import clock, names
from core.sql import read
from schedule.enums import AppointmentState, Confirmation, EventKind
from schedule.models import Appointment
from schedule.placement import Placement


@dataclass(frozen=True)
class Happening:
    """One line: when, who under which role, what, and the note."""

    at: datetime
    who: str
    role: str
    what: str
    note: str


class _Event(NamedTuple):
    kind: str
    at: datetime
    was: str
    became: str
    note: str
    role: str
    time_zone: str
    who: tuple[str, ...]


_EVENTS_SQL = """
SELECT ev.kind, ev.at, ev.was, ev.became, ev.note, ev.role_name, b.time_zone, e.surname, e.name, e.patronymic
FROM schedule_appointmentevent ev
JOIN schedule_appointment a ON a.id = ev.appointment_id
JOIN organization_branch b ON b.id = a.branch_id
LEFT JOIN organization_employee e ON e.id = ev.employee_id
WHERE ev.appointment_id = %(appointment)s ORDER BY ev.id DESC
"""
_DOCTORS_SQL = """
SELECT id, surname, name, patronymic FROM organization_employee WHERE id = ANY(%(doctors)s::bigint[])
"""
_CHAIRS_SQL = "SELECT id, name FROM organization_chair WHERE id = ANY(%(chairs)s::bigint[])"


def happenings(appointment: Appointment) -> list[Happening]:
    """What happened to the appointment, newest first; three queries."""
    events = [
        _Event(kind, at, was, became, note, role, time_zone, tuple(who))
        for kind, at, was, became, note, role, time_zone, *who in read(_EVENTS_SQL, {"appointment": appointment.pk})
    ]
    if not events:
        return []
    places = [Placement.parse(text) for event in events for text in _places(event)]
    doctors = read(_DOCTORS_SQL, {"doctors": list({place.doctor_id for place in places})})
    chairs = read(_CHAIRS_SQL, {"chairs": list({place.chair_id for place in places if place.chair_id})})
    words = _Words(
        zone=ZoneInfo(events[0].time_zone),
        doctors={pk: names.short_name(*name) for pk, *name in doctors},
        chairs=dict(chairs),
    )
    return [
        Happening(
            at=event.at,
            who="" if event.who[0] is None else names.short_name(*event.who),
            role=event.role,
            what=words.of(event),
            note=event.note,
        )
        for event in events
    ]


def _places(event: _Event) -> Iterable[str]:
    if event.kind in (EventKind.BOOKED, EventKind.MOVED):
        return [text for text in (event.was, event.became) if text]
    return []


@dataclass(frozen=True)
class _Words:
    zone: ZoneInfo
    doctors: dict[int, str]
    chairs: dict[int, str]

    def of(self, event: _Event) -> str:
        if event.kind == EventKind.BOOKED:
            return _("Booked for %(place)s") % {"place": self.place(event.became)}
        if event.kind == EventKind.MOVED:
            return _("Moved: %(was)s → %(became)s") % {
                "was": self.place(event.was),
                "became": self.place(event.became),
            }
        if event.kind == EventKind.STATE:
            was, became = (AppointmentState(state).label for state in (event.was, event.became))
            return f"{was} → {became}"
        if event.kind == EventKind.CONFIRMATION:
            return _("Confirmation: %(answer)s") % {"answer": Confirmation(event.became).label}
        if event.kind == EventKind.CANCELLED:
            return _("Cancelled: %(reason)s") % {"reason": event.became}
        return str(EventKind(event.kind).label)

    def place(self, text: str) -> str:
        where = Placement.parse(text)
        minutes = _("%(minutes)s min") % {"minutes": where.minutes}
        parts = [
            clock.format_moment(where.starts_at, self.zone),
            minutes,
            self.doctors.get(where.doctor_id, ""),
            self.chairs.get(where.chair_id or 0, ""),
        ]
        return ", ".join(part for part in parts if part)
