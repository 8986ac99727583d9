"""Small icons in an appointment's box: the schedule's own, then those of other apps, asked once for a list."""

from collections.abc import Collection, Iterable

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core import modules
from core.actor import Actor
from core.modules import Mark
from schedule.models import Appointment
from schedule.selectors.sheet_rows import AppointmentRow


def own_marks(row: Appointment | AppointmentRow, *, allergy: str, alert: str, is_outside: bool) -> Iterable[Mark]:
    """First visit, the patient's allergy or alert, overbooked, outside the shift, comment."""
    if row.is_first_visit:
        yield Mark("star", _("First visit"), "warn")
    if allergy:
        yield Mark("alert-triangle", _("Allergy: %(what)s") % {"what": allergy}, "danger")
    elif alert:
        yield Mark("alert-triangle", alert, "danger")
    if row.is_overbooked:
        yield Mark("stack-2", _("Over another appointment"), "danger")
    if is_outside:
        yield Mark("clock-pause", _("Outside the shift"), "danger")
    if row.comment:
        yield Mark("note", row.comment)


def marks_of_others(*, actor: Actor, appointment_ids: Collection[int]) -> dict[int, list[Mark]]:
    """What other apps mark these appointments with; one question to each, whatever the number of appointments."""
    found: dict[int, list[Mark]] = {}
    if not appointment_ids:
        return found
    for place in modules.registry.entries("appointment_marks", actor=actor):
        answer = import_string(place.answer)(actor=actor, appointment_ids=appointment_ids)
        for appointment_id, mark in answer.items():
            found.setdefault(appointment_id, []).append(mark)
    return found


def marks_of(*, actor: Actor, appointments: Collection[Appointment]) -> dict[int, list[Mark]]:
    """All marks of appointments whose patients are loaded, for lists outside the grid."""
    others = marks_of_others(actor=actor, appointment_ids=[row.pk for row in appointments])
    return {
        row.pk: [
            *own_marks(row, allergy=row.patient.allergy, alert=row.patient.alert, is_outside=False),
            *others.get(row.pk, []),
        ]
        for row in appointments
    }
