"""What the card shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from core.actor import Actor
from patients.display import age_text, phone_text
from patients.models import AttendingDoctor, Patient
from patients.selectors.facts import ShownFact, patient_facts


@dataclass(frozen=True)
class ShownPhone:
    text: str
    note: str
    number: str  # "" for a role that may not call


@dataclass(frozen=True)
class CardHead:
    """The strip over every tab of the card."""

    patient: Patient
    age: str
    phones: tuple[ShownPhone, ...]
    facts: tuple[ShownFact, ...]

    @property
    def more_phones(self) -> int:
        """How many there are besides the one that is shown."""
        return max(len(self.phones) - 1, 0)


@dataclass(frozen=True)
class FamilyMember:
    patient: Patient
    age: str
    facts: tuple[ShownFact, ...]


def card_head(*, actor: Actor, patient: Patient) -> CardHead:
    """Identity, phones as the role may see them, and every fact other apps know."""
    return CardHead(
        patient=patient,
        age=age_text(patient.born_on, timezone.localdate()),
        phones=shown_phones(actor=actor, patient=patient),
        facts=patient_facts(actor=actor, patient_ids=[patient.pk])[patient.pk],
    )


def shown_phones(*, actor: Actor, patient: Patient) -> tuple[ShownPhone, ...]:
    """The card's phones, the main one first; only their ends for a role without the right to whole numbers."""
    is_whole = actor.can("patients.view_phone")
    return tuple(
        ShownPhone(
            text=phone_text(phone.number, is_whole=is_whole), note=phone.note, number=phone.number if is_whole else ""
        )
        for phone in patient.phones.order_by("-is_main", "pk")
    )


def family_members(*, actor: Actor, patient: Patient) -> Sequence[FamilyMember]:
    """The other members whose cards the actor may open: the head first, then by age. Others are not even counted."""
    if patient.family_id is None:
        return []
    rows = list(
        Patient.objects.visible_to(actor).defer("search").filter(family_id=patient.family_id).exclude(pk=patient.pk)
    )
    facts = patient_facts(actor=actor, patient_ids=[row.pk for row in rows])
    today = timezone.localdate()
    rows.sort(key=lambda row: (row.kinship != "head", row.born_on or today, row.pk))
    return [FamilyMember(patient=row, age=age_text(row.born_on, today), facts=facts[row.pk]) for row in rows]


def attending_doctors(*, patient: Patient) -> QuerySet[AttendingDoctor]:
    """Attending doctors in the order of specialities."""
    return patient.attending.select_related("specialty", "doctor").order_by("specialty__order", "specialty__name")
