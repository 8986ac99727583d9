"""Every write of the schedule: lock → check → write → publish."""

from schedule.services.booking import (
    book_appointment,
    cancel_appointment,
    change_appointment,
    move_appointment,
    restore_appointment,
    void_appointment,
)
from schedule.services.leaving import hand_over_schedule
from schedule.services.shifts import add_shift, cancel_shift, change_shift, copy_week
from schedule.services.states import change_state, mark_settled, mark_unsettled, set_confirmation

__all__ = [
    "add_shift",
    "book_appointment",
    "cancel_appointment",
    "cancel_shift",
    "change_appointment",
    "change_shift",
    "change_state",
    "copy_week",
    "hand_over_schedule",
    "mark_settled",
    "mark_unsettled",
    "move_appointment",
    "restore_appointment",
    "set_confirmation",
    "void_appointment",
]
