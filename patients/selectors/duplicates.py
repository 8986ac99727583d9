"""Who may be the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.names import normalise
from patients.constants import MOST_CANDIDATES
from patients.models import Patient, PatientPhone


@dataclass(frozen=True)
class Candidate:
    """A card that may be the same person's, and what agrees."""

    patient: Patient
    has_same_phone: bool
    has_same_name: bool


def possible_duplicates(
    *, surname: str, name: str = "", born_on: date | None = None, phones: Sequence[str] = ()
) -> list[Candidate]:
    """Cards with one of the phones (E.164), or the same surname (also a former one), name and birth date.

    All cards are looked through, archived ones and those the actor may not see too: whoever shows them must filter.
    """
    # the ids first: either side then uses its own index
    holders = (
        list(PatientPhone.objects.filter(number__in=phones).values_list("patient_id", flat=True)) if phones else []
    )
    same = Q(pk__in=holders) if holders else Q()
    if born_on is not None:
        same |= Q(born_on=born_on)
    if not same:
        return []
    rows = Patient.objects.filter(same).defer("search")
    candidates = [
        Candidate(
            patient=patient,
            has_same_phone=patient.pk in holders,
            has_same_name=born_on is not None and _is_same_person(patient, surname, name, born_on),
        )
        for patient in rows.order_by("sort_key", "pk")
    ]
    matching = [found for found in candidates if found.has_same_phone or found.has_same_name]
    return sorted(matching, key=lambda found: not found.has_same_name)[:MOST_CANDIDATES]


def _is_same_person(patient: Patient, surname: str, name: str, born_on: date) -> bool:
    surnames = {normalise(patient.surname), normalise(patient.former_surname)}
    return patient.born_on == born_on and normalise(surname) in surnames and normalise(name) == normalise(patient.name)
