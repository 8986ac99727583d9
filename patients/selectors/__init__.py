"""Reads of the card index."""

from patients.selectors.cards import (
    CardHead,
    FamilyMember,
    ShownPhone,
    attending_doctors,
    card_head,
    family_members,
    shown_phones,
)
from patients.selectors.duplicates import Candidate, possible_duplicates
from patients.selectors.facts import ShownFact, fact_columns, patient_facts
from patients.selectors.listing import PatientPage, PatientRow, patient_page
from patients.selectors.suggestions import PatientSuggestion, patient_suggestions, picked_patient, suggestions_of

__all__ = [
    "Candidate",
    "CardHead",
    "FamilyMember",
    "PatientPage",
    "PatientRow",
    "PatientSuggestion",
    "ShownFact",
    "ShownPhone",
    "attending_doctors",
    "card_head",
    "fact_columns",
    "family_members",
    "patient_facts",
    "patient_page",
    "patient_suggestions",
    "picked_patient",
    "possible_duplicates",
    "shown_phones",
    "suggestions_of",
]
