"""Find as you type: rows ready for display."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from core import search
from core.actor import Actor
from core.names import full_name, normalise
from core.phones import reversed_digits
from core.spelling import other_layout, to_cyrillic
from patients.display import NamePart, age_text, name_parts, phone_text
from patients.models import Patient, PatientPhone
from patients.selectors.facts import ShownFact, patient_facts

SUGGESTED = 8


@dataclass(frozen=True)
class PatientSuggestion:
    """A patient in a list of suggestions or in a picker."""

    pk: int
    full_name: str
    name_parts: tuple[NamePart, ...]
    age: str
    card_number: str
    phone: str
    phone_note: str
    allergy: str
    forbidden_reason: str
    is_archived: bool
    facts: tuple[ShownFact, ...]

    @property
    def pressing_facts(self) -> list[ShownFact]:
        """Those one would act on (a debt, the next appointment); the others wait on the card."""
        return [fact for fact in self.facts if fact.is_known and (fact.tone or fact.url)]


def patient_suggestions(
    *, actor: Actor, text: str, limit: int = SUGGESTED, with_archived: bool = True
) -> list[PatientSuggestion]:
    """Patients the actor may open, found by the text: surnames that begin with it first, archived cards last.

    Costs one to four attempts of the search, one query for phones and one per fact.
    """
    cards = Patient.objects.visible_to(actor) if with_archived else Patient.objects.visible_to(actor).active()
    rows = search.find_rows(_best_first(cards, text), text, limit=limit)
    return suggestions_of(actor=actor, patients=rows, text=text)


def suggestions_of(*, actor: Actor, patients: Sequence[Patient], text: str = "") -> list[PatientSuggestion]:
    """The given patients ready for display, in their order, with the phone that was searched by, else the main one."""
    ids = [patient.pk for patient in patients]
    phones = _phones_by_patient(ids)
    facts = patient_facts(actor=actor, patient_ids=ids)
    today = timezone.localdate()
    sees_phones = actor.can("patients.view_phone")
    suggestions = []
    for patient in patients:
        phone = _phone_to_show(phones.get(patient.pk, []), text)
        name = shown_name(patient)
        suggestions.append(
            PatientSuggestion(
                pk=patient.pk,
                full_name=name,
                name_parts=name_parts(name, text),
                age=age_text(patient.born_on, today),
                card_number=patient.card_number_text,
                phone=phone_text(phone.number, is_whole=sees_phones) if phone else "",
                phone_note=phone.note if phone else "",
                allergy=patient.allergy,
                forbidden_reason=patient.booking_forbidden_reason if patient.is_booking_forbidden else "",
                is_archived=patient.is_archived,
                facts=facts[patient.pk],
            )
        )
    return suggestions


def picked_patient(*, actor: Actor, patient_id: int | str | None) -> PatientSuggestion | None:
    """The patient a picker holds, if the actor may see them; anything else typed into the url is nobody."""
    if patient_id is None or not re.fullmatch(r"[0-9]{1,18}", str(patient_id)):
        return None
    found = list(Patient.objects.visible_to(actor).defer("search").filter(pk=int(patient_id)))
    return next(iter(suggestions_of(actor=actor, patients=found)), None)


def shown_name(patient: Patient) -> str:
    """«Петрова (Иванова) Анна Сергеевна»: whoever knew her before finds her."""
    former = f" ({patient.former_surname})" if patient.former_surname else ""
    return full_name(f"{patient.surname}{former}", patient.name, patient.patronymic)


def _best_first(cards: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    # The order looks at the first word only: «ив» must give Ивановы before everybody called Иван.
    begins = Q(pk=None)
    for word in {normalise(reading).split(" ")[0] for reading in (text, other_layout(text), to_cyrillic(text))}:
        if word:
            begins |= Q(sort_key__startswith=word)
    is_late = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    is_archived = Case(When(archived_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return cards.defer("search").order_by(is_archived, is_late, "sort_key", "pk")


def _phones_by_patient(patient_ids: Iterable[int]) -> dict[int, list[PatientPhone]]:
    phones: dict[int, list[PatientPhone]] = {}
    for phone in PatientPhone.objects.filter(patient_id__in=list(patient_ids)).order_by("-is_main", "pk"):
        phones.setdefault(phone.patient_id, []).append(phone)
    return phones


def _phone_to_show(phones: Sequence[PatientPhone], text: str) -> PatientPhone | None:
    tail = reversed_digits(text)
    if len(tail) >= search.MIN_TAIL_DIGITS and not re.search(r"[^\W\d_]", text):
        national = tail[:10]  # 8 916… and +7 916… end alike
        for phone in phones:
            if reversed_digits(phone.number).startswith(national):
                return phone
    return phones[0] if phones else None
