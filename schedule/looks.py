"""How an appointment's state looks everywhere: one colour name, one word, one icon."""

from dataclasses import dataclass
from typing import Any

from schedule.enums import AppointmentState, Confirmation


@dataclass(frozen=True)
class Look:
    """``css`` names the colours of the tokens (is-in-chair); ``icon`` is the second sign besides the colour."""

    css: str
    title: Any
    icon: str


_CONFIRMED = Look("confirmed", Confirmation.CONFIRMED.label, "check")
_LOOKS = {
    AppointmentState.PLANNED: Look("planned", AppointmentState.PLANNED.label, ""),
    AppointmentState.ARRIVED: Look("arrived", AppointmentState.ARRIVED.label, "home"),
    AppointmentState.READY: Look("ready", AppointmentState.READY.label, "flag"),
    AppointmentState.IN_CHAIR: Look("in-chair", AppointmentState.IN_CHAIR.label, "dental"),
    AppointmentState.FINISHED: Look("finished", AppointmentState.FINISHED.label, "checks"),
    AppointmentState.SETTLED: Look("settled", AppointmentState.SETTLED.label, "receipt"),
    AppointmentState.NO_SHOW: Look("no-show", AppointmentState.NO_SHOW.label, "user-x"),
    AppointmentState.CANCELLED: Look("cancelled", AppointmentState.CANCELLED.label, "ban"),
    AppointmentState.VOIDED: Look("cancelled", AppointmentState.VOIDED.label, "ban"),
}
ON_THE_GRID = (
    AppointmentState.PLANNED,
    AppointmentState.ARRIVED,
    AppointmentState.READY,
    AppointmentState.IN_CHAIR,
    AppointmentState.FINISHED,
    AppointmentState.SETTLED,
    AppointmentState.NO_SHOW,
)


def look_of(state: str, confirmation: str) -> Look:
    """A planned appointment the patient confirmed has a look of its own."""
    if state == AppointmentState.PLANNED and confirmation == Confirmation.CONFIRMED:
        return _CONFIRMED
    return _LOOKS[AppointmentState(state)]


def legend() -> list[Look]:
    """Every look the grid uses, in the order of the day."""
    looks = [_LOOKS[state] for state in ON_THE_GRID]
    return [looks[0], _CONFIRMED, *looks[1:]]
