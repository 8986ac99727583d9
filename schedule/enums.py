"""An appointment's state is one thing, its confirmation another; a move is an event, not a state."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentState(models.TextChoices):
    PLANNED = "planned", _("planned")
    ARRIVED = "arrived", _("arrived")
    READY = "ready", _("ready")
    IN_CHAIR = "in_chair", _("in the chair")
    FINISHED = "finished", _("finished")
    SETTLED = "settled", _("settled")
    CANCELLED = "cancelled", _("cancelled")
    NO_SHOW = "no_show", _("did not come")
    VOIDED = "voided", _("voided")


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
    NONE = "none", _("not asked")
    ASKED = "asked", _("asked")
    CONFIRMED = "confirmed", _("confirmed")
    WANTS_MOVE = "wants_move", _("asked to move")
    REFUSED = "refused", _("refused")


class CancelSide(models.TextChoices):
    PATIENT = "patient", _("patient")
    CLINIC = "clinic", _("clinic")


class EventKind(models.TextChoices):
    BOOKED = "booked", _("booked")
    MOVED = "moved", _("moved")
    STATE = "state", _("state changed")
    CONFIRMATION = "confirmation", _("confirmation")
    CANCELLED = "cancelled", _("cancelled")
    RESTORED = "restored", _("restored")
    VOIDED = "voided", _("voided")
    CHANGED = "changed", _("changed")
