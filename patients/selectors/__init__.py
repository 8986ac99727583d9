"""Reads of the card index."""

from patients.selectors.cards import (
    CardDetails,
    FamilyMember,
    PatientCard,
    Relative,
    ShownAttending,
    ShownNote,
    ShownPhone,
    card_details,
    relatives_of,
)
from patients.selectors.duplicates import Candidate, possible_duplicates
from patients.selectors.facts import ShownFact, fact_columns, patient_facts
from patients.selectors.listing import PatientPage, PatientRow, doctor_choices, patient_page
from patients.selectors.suggestions import PatientSuggestion, patient_suggestions, picked_patient, suggestions_of

__all__ = [
    "Candidate",
    "CardDetails",
    "FamilyMember",
    "PatientCard",
    "PatientPage",
    "PatientRow",
    "PatientSuggestion",
    "Relative",
    "ShownAttending",
    "ShownFact",
    "ShownNote",
    "ShownPhone",
    "card_details",
    "doctor_choices",
    "fact_columns",
    "patient_facts",
    "patient_page",
    "patient_suggestions",
    "picked_patient",
    "possible_duplicates",
    "relatives_of",
    "suggestions_of",
]
