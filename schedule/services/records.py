"""The line every act leaves in the appointment's own history."""

from django.utils.translation import gettext as _

from core.actor import Actor
from organization.services.second_person import SecondPerson
from schedule.enums import EventKind
from schedule.models import Appointment, AppointmentEvent


def record(
    actor: Actor,
    appointment: Appointment,
    kind: EventKind,
    *,
    was: str = "",
    became: str = "",
    note: str = "",
    confirmed: SecondPerson | None = None,
) -> None:
    """Write what happened, who did it, under which role, and who confirmed it; a system job signs with its name."""
    if confirmed is not None:
        note = " · ".join(filter(None, (_("confirmed by %(name)s") % {"name": confirmed.name}, note)))[:300]
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        employee_id=actor.employee_id,
        role_name=actor.role_name or (actor.name if actor.is_system else ""),
        was=was,
        became=became,
        note=note,
    )
