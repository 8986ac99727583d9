"""Reads of the schedule."""

from schedule.selectors.day import Column, DaySheet, SheetAppointment, day_sheet
from schedule.selectors.events import Happening, happenings
from schedule.selectors.free import Slot, free_slots, nearest_slots
from schedule.selectors.lists import (
    NextAppointment,
    Outcomes,
    ToConfirm,
    appointments_of_patient,
    my_day,
    next_appointments,
    outcomes_of_patient,
    specialties_of_branch,
    to_confirm,
    waiting_room,
)
from schedule.selectors.marks import marks_of
from schedule.selectors.stamps import day_stamp, day_stamp_of, my_day_stamp

__all__ = [
    "Column",
    "DaySheet",
    "Happening",
    "NextAppointment",
    "Outcomes",
    "SheetAppointment",
    "Slot",
    "ToConfirm",
    "appointments_of_patient",
    "day_sheet",
    "day_stamp",
    "day_stamp_of",
    "free_slots",
    "happenings",
    "marks_of",
    "my_day",
    "my_day_stamp",
    "nearest_slots",
    "next_appointments",
    "outcomes_of_patient",
    "specialties_of_branch",
    "to_confirm",
    "waiting_room",
]
