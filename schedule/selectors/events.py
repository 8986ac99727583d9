"""An appointment's own history in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core import clock
from organization.models import Chair, Employee
from schedule.enums import AppointmentState, Confirmation, EventKind
from schedule.models import Appointment, AppointmentEvent
from schedule.placement import Placement


@dataclass(frozen=True)
class Happening:
    """One line: when, who under which role, what, and the note."""

    at: datetime
    who: str
    role: str
    what: str
    note: str


def happenings(appointment: Appointment) -> list[Happening]:
    """What happened to the appointment, newest first; three queries."""
    events = list(appointment.events.select_related("employee").order_by("-pk"))
    places = [Placement.parse(text) for event in events for text in _places(event)]
    doctors = Employee.objects.in_bulk({place.doctor_id for place in places})
    chairs = Chair.objects.in_bulk({place.chair_id for place in places if place.chair_id})
    words = _Words(appointment.branch.zone, doctors, chairs)
    return [
        Happening(
            at=event.at,
            who=event.employee.short_name if event.employee else "",
            role=event.role_name,
            what=words.of(event),
            note=event.note,
        )
        for event in events
    ]


def _places(event: AppointmentEvent) -> Iterable[str]:
    if event.kind in (EventKind.BOOKED, EventKind.MOVED):
        return [text for text in (event.was, event.became) if text]
    return []


@dataclass(frozen=True)
class _Words:
    zone: ZoneInfo
    doctors: dict[int, Employee]
    chairs: dict[int, Chair]

    def of(self, event: AppointmentEvent) -> str:
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
        doctor, chair = self.doctors.get(where.doctor_id), self.chairs.get(where.chair_id or 0)
        minutes = _("%(minutes)s min") % {"minutes": where.minutes}
        parts = [
            clock.format_moment(where.starts_at, self.zone),
            minutes,
            doctor and doctor.short_name,
            chair and chair.name,
        ]
        return ", ".join(str(part) for part in parts if part)
