"""The line every act leaves in the appointment's own history."""

from core.actor import Actor
from schedule.enums import EventKind
from schedule.models import Appointment, AppointmentEvent


def record(
    actor: Actor, appointment: Appointment, kind: EventKind, *, was: str = "", became: str = "", note: str = ""
) -> None:
    """Write what happened, who did it and under which role; a system job signs with its name."""
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        employee_id=actor.employee_id,
        role_name=actor.role_name or (actor.name if actor.is_system else ""),
        was=was,
        became=became,
        note=note,
    )
