"""Questions the schedule asks of the apps above it."""

from core.joints import Veto

before_appointment_finished = Veto(
    "before_appointment_finished",
    "Asked with appointment, locked, before a visit becomes finished, by whatever way. "
    "Raise while something of it is not written down yet, or it would never reach the cash desk.",
)
