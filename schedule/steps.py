"""The steps a person may make from here: what the buttons of an appointment offer."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actor import Actor, Scope
from schedule.enums import NEXT_STATES, AppointmentState
from schedule.models import Appointment
from schedule.services.states import right_for

ORDER = [
    AppointmentState.PLANNED,
    AppointmentState.ARRIVED,
    AppointmentState.READY,
    AppointmentState.IN_CHAIR,
    AppointmentState.FINISHED,
]
VERBS = {
    AppointmentState.ARRIVED: (pgettext_lazy("appointment", "Came"), "home"),
    AppointmentState.READY: (pgettext_lazy("appointment", "Ready"), "flag"),
    AppointmentState.IN_CHAIR: (pgettext_lazy("appointment", "Into the chair"), "dental"),
    AppointmentState.NO_SHOW: (pgettext_lazy("appointment", "Did not come"), "user-x"),
}


@dataclass(frozen=True)
class Step:
    """A button: the state it leads to, its words, and whether it goes on or takes the last step back."""

    to: str
    title: Any
    icon: str
    is_back: bool
    is_main: bool


def next_steps(*, actor: Actor, appointment: Appointment) -> list[Step]:
    """Steps allowed by the state and the actor's rights: forward ones first, then the one that undoes the last."""
    allowed = [
        AppointmentState(to)
        for to in NEXT_STATES[appointment.state]
        if AppointmentState.SETTLED not in (to, appointment.state) and _may(actor, appointment, to)
    ]
    # no button finishes a visit by itself: closing its work order does, or the order would never reach the cash desk
    ahead = [to for to in allowed if to in VERBS and not _is_back(appointment.state, to)]
    steps = [Step(to, *VERBS[to], is_back=False, is_main=index == 0) for index, to in enumerate(ahead)]
    back = _way_back(appointment, allowed)
    if back is not None:
        steps.append(Step(back, _("Take back: %(state)s") % {"state": back.label}, "arrow-back-up", True, False))
    return steps


def _may(actor: Actor, appointment: Appointment, to: str) -> bool:
    scope = actor.scope(right_for(appointment.state, to))
    return scope is not None and (scope != Scope.OWN or appointment.doctor_id == actor.employee_id)


def _is_back(state: str, to: str) -> bool:
    if state == AppointmentState.NO_SHOW:
        return to == AppointmentState.PLANNED
    return to in ORDER and ORDER.index(AppointmentState(to)) < ORDER.index(AppointmentState(state))


def _way_back(appointment: Appointment, allowed: list[AppointmentState]) -> AppointmentState | None:
    """The state before: a patient who went to the chair without «ready» goes back to «arrived»."""
    back = [to for to in allowed if _is_back(appointment.state, to)]
    if AppointmentState.READY in back and appointment.ready_at is None and AppointmentState.ARRIVED in back:
        return AppointmentState.ARRIVED
    return back[0] if back else None
