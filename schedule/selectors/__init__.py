"""Reads of the schedule."""

from schedule.selectors.cards import Person, ToConfirm, to_confirm, waiting_room
from schedule.selectors.day import Column, DaySheet, SheetAppointment, day_sheet
from schedule.selectors.events import Happening, happenings
from schedule.selectors.free import Slot, free_slots, nearest_slots
from schedule.selectors.lists import appointments_of_patient, my_day
from schedule.selectors.marks import marks_of
from schedule.selectors.of_patient import (
    NextAppointment,
    Outcomes,
    PatientAppointment,
    PatientAppointments,
    appointments_around_now,
    next_appointments,
    outcomes_of_patient,
)
from schedule.selectors.people import (
    BranchDoctor,
    Chosen,
    chair_of_shift,
    chairs_of_branch,
    chosen,
    doctors_of_branch,
    specialties_of_branch,
)
from schedule.selectors.reach import bookable
from schedule.selectors.stamps import day_stamp, day_stamp_of, my_day_stamp

__all__ = [
    "BranchDoctor",
    "Chosen",
    "Column",
    "DaySheet",
    "Happening",
    "NextAppointment",
    "Outcomes",
    "PatientAppointment",
    "PatientAppointments",
    "Person",
    "SheetAppointment",
    "Slot",
    "ToConfirm",
    "appointments_around_now",
    "appointments_of_patient",
    "bookable",
    "chair_of_shift",
    "chairs_of_branch",
    "chosen",
    "day_sheet",
    "day_stamp",
    "day_stamp_of",
    "doctors_of_branch",
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
