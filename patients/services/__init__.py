"""Every write of the card index."""

from patients.services.attending import hand_over_patients, set_attending, set_attending_doctors
from patients.services.cards import (
    PatientFields,
    PhoneEntry,
    add_patient,
    archive_patient,
    change_patient,
    restore_patient,
    set_phones,
)
from patients.services.demands import demanded_of
from patients.services.families import add_relative, join_family, leave_family
from patients.services.grants import Identity, end_card_grant, open_card, open_foreign_card
from patients.services.notes import add_note, archive_note
from patients.services.openings import record_opening

__all__ = [
    "Identity",
    "PatientFields",
    "PhoneEntry",
    "add_note",
    "add_patient",
    "add_relative",
    "archive_note",
    "archive_patient",
    "change_patient",
    "demanded_of",
    "end_card_grant",
    "hand_over_patients",
    "join_family",
    "leave_family",
    "open_card",
    "open_foreign_card",
    "record_opening",
    "restore_patient",
    "set_attending",
    "set_attending_doctors",
    "set_phones",
]
