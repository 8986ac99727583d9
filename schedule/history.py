"""What makes up the history of the schedule, for the log of changes."""

from django.utils.translation import gettext_lazy as _

from core.history import Source
from schedule.models import Appointment, CancelReason, WorkShift

_PLACE = {
    "doctor": _("Doctor"),
    "branch": _("Branch"),
    "chair": _("Chair"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "cancelled_at": _("Cancelled at"),
}
_STEPS = ("arrived_at", "ready_at", "seated_at", "finished_at", "settled_at")  # the state says it
APPOINTMENTS = (
    Source(
        Appointment,
        labels={
            **_PLACE,
            "state": _("State"),
            "confirmation": _("Confirmation"),
            "is_overbooked": _("Overbooked"),
            "cancel_reason": _("Reason of the cancellation"),
        },
        hidden=frozenset(
            {"patient", "is_first_visit", "first_starts_at", "moves", "created_at", "created_by", *_STEPS}
        ),
        told_by=("starts_at",),
        patient="patient",
    ),
)
SHIFTS = (
    Source(WorkShift, title=_("shift"), labels=_PLACE, told_by=("doctor", "starts_at")),
    Source(CancelReason, title=_("reason of a cancellation"), name="name"),
)
