"""Lexemes a card is found by, made in one place: services, imports and the demo call it."""

from collections.abc import Iterable

from core import search
from patients.models import Patient


def card_lexemes(patient: Patient, phones: Iterable[str]) -> list[str]:
    """All names the person had, card number, birth date, and every phone (E.164) on the card."""
    return search.tokens_for(
        words=(patient.surname, patient.name, patient.patronymic, patient.former_surname),
        phones=phones,
        numbers=(str(patient.card_number),),
        born=(patient.born_on,) if patient.born_on else (),
    )
