"""An appointment's state is one thing, its confirmation another; a move is an event, not a state."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AppointmentState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("appointment", "planned")
    ARRIVED = "arrived", pgettext_lazy("appointment", "arrived")
    READY = "ready", pgettext_lazy("appointment", "ready")
    IN_CHAIR = "in_chair", pgettext_lazy("appointment", "in the chair")
    FINISHED = "finished", pgettext_lazy("appointment", "finished")
    SETTLED = "settled", pgettext_lazy("appointment", "settled")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")
    NO_SHOW = "no_show", pgettext_lazy("appointment", "did not come")
    VOIDED = "voided", pgettext_lazy("appointment", "voided")


# Rows in these states hold no time of the doctor and of the chair.
NOT_OCCUPYING = (AppointmentState.CANCELLED, AppointmentState.VOIDED)

# From which state each may be reached by hand; undoing steps back one. Settled is set by billing only.
NEXT_STATES: dict[str, tuple[str, ...]] = {
    AppointmentState.PLANNED: (AppointmentState.ARRIVED, AppointmentState.NO_SHOW),
    AppointmentState.ARRIVED: (AppointmentState.READY, AppointmentState.IN_CHAIR, AppointmentState.PLANNED),
    AppointmentState.READY: (AppointmentState.IN_CHAIR, AppointmentState.ARRIVED),
    AppointmentState.IN_CHAIR: (AppointmentState.FINISHED, AppointmentState.READY, AppointmentState.ARRIVED),
    AppointmentState.FINISHED: (AppointmentState.SETTLED, AppointmentState.IN_CHAIR),
    AppointmentState.SETTLED: (AppointmentState.FINISHED,),
    AppointmentState.NO_SHOW: (AppointmentState.PLANNED, AppointmentState.ARRIVED),
    AppointmentState.CANCELLED: (),
    AppointmentState.VOIDED: (),
}


class Confirmation(models.TextChoices):
    NONE = "none", pgettext_lazy("appointment", "not asked")
    ASKED = "asked", pgettext_lazy("appointment", "asked")
    CONFIRMED = "confirmed", pgettext_lazy("appointment", "confirmed")
    WANTS_MOVE = "wants_move", pgettext_lazy("appointment", "asked to move")
    REFUSED = "refused", pgettext_lazy("appointment", "refused")


class CancelSide(models.TextChoices):
    PATIENT = "patient", pgettext_lazy("appointment", "patient")
    CLINIC = "clinic", pgettext_lazy("appointment", "clinic")


class EventKind(models.TextChoices):
    BOOKED = "booked", pgettext_lazy("appointment", "booked")
    MOVED = "moved", pgettext_lazy("appointment", "moved")
    STATE = "state", pgettext_lazy("appointment", "state changed")
    CONFIRMATION = "confirmation", pgettext_lazy("appointment", "confirmation")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")
    RESTORED = "restored", pgettext_lazy("appointment", "restored")
    VOIDED = "voided", pgettext_lazy("appointment", "voided")
    CHANGED = "changed", pgettext_lazy("appointment", "changed")
