"""What the card shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from core import names
from core.actor import Actor
from core.sql import read
from patients.display import age_text, phone_text
from patients.enums import Kinship
from patients.models import Patient
from patients.selectors.facts import ShownFact, patient_facts
from patients.selectors.reach import allowed_cards


@dataclass(frozen=True, slots=True)
class ShownPhone:
    text: str
    note: str
    number: str  # "" for a role that may not call


@dataclass(frozen=True, slots=True)
class ShownAttending:
    """The attending doctor for one speciality."""

    specialty: str
    doctor: str
    since_on: date


@dataclass(frozen=True, slots=True)
class ShownNote:
    pk: int
    text: str
    written_on: date
    author: str


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What the card index itself keeps beside the card: phones (the main one first), attending doctors, notes.

    ``channel`` and ``home_branch`` are names, "" when the card has none.
    """

    channel: str
    home_branch: str
    phones: tuple[ShownPhone, ...]
    attending: tuple[ShownAttending, ...]
    notes: tuple[ShownNote, ...]

    @property
    def more_phones(self) -> int:
        """How many there are besides the one that is shown."""
        return max(len(self.phones) - 1, 0)


@dataclass(frozen=True, slots=True)
class Relative:
    """Another member of the family whose card the actor may open."""

    pk: int
    full_name: str
    short_name: str
    kinship: str
    age: str


@dataclass(frozen=True, slots=True)
class FamilyMember:
    relative: Relative
    facts: tuple[ShownFact, ...]


class PatientCard:
    """A card being shown: each thing is asked for once, when a part of the page first shows it.

    ``with_family``: the relatives are shown too, so what others know is asked for all of them together.
    """

    def __init__(self, *, actor: Actor, patient: Patient, with_family: bool = False) -> None:
        self.actor = actor
        self.patient = patient
        self.with_family = with_family

    @cached_property
    def age(self) -> str:
        return age_text(self.patient.born_on, timezone.localdate())

    @cached_property
    def details(self) -> CardDetails:
        return card_details(actor=self.actor, patient_id=self.patient.pk)

    @property
    def facts(self) -> tuple[ShownFact, ...]:
        """Every fact other apps know about the patient."""
        return self._facts[self.patient.pk]

    @cached_property
    def members(self) -> Sequence[FamilyMember]:
        """The other members whose cards the actor may open: the head first, then by age. Others are not even counted."""
        return [FamilyMember(relative, self._facts[relative.pk]) for relative in self._relatives]

    @cached_property
    def _relatives(self) -> Sequence[Relative]:
        return relatives_of(actor=self.actor, patient=self.patient) if self.with_family else ()

    @cached_property
    def _facts(self) -> dict[int, tuple[ShownFact, ...]]:
        ids = [self.patient.pk, *(relative.pk for relative in self._relatives)]
        return patient_facts(actor=self.actor, patient_ids=ids)


_DETAILS = """
SELECT
  (SELECT name FROM patients_acquisitionchannel WHERE id = p.channel_id),
  (SELECT name FROM organization_branch WHERE id = p.home_branch_id),
  (SELECT json_agg(json_build_array(f.number, f.note) ORDER BY f.is_main DESC, f.id)
     FROM patients_patientphone f WHERE f.patient_id = p.id),
  (SELECT json_agg(json_build_array(s.name, t.since_on, d.surname, d.name, d.patronymic) ORDER BY s."order", s.name)
     FROM patients_attendingdoctor t
     JOIN organization_specialty s ON s.id = t.specialty_id
     JOIN organization_employee d ON d.id = t.doctor_id
     WHERE t.patient_id = p.id),
  (SELECT json_agg(json_build_array(n.id, n.text, n.created_at, e.surname, e.name, e.patronymic)
                   ORDER BY n.created_at DESC, n.id DESC)
     FROM patients_patientnote n
     LEFT JOIN organization_employee e ON e.id = n.created_by_id
     WHERE n.patient_id = p.id AND n.archived_at IS NULL)
FROM patients_patient p WHERE p.id = %(patient)s
"""

_RELATIVES = """
SELECT id, surname, name, patronymic, kinship, born_on FROM patients_patient
WHERE family_id = %s AND id <> %s AND {allowed}
ORDER BY kinship <> 'head', coalesce(born_on, %s), id
"""


def card_details(*, actor: Actor, patient_id: int) -> CardDetails:
    """Phones as the role may see them, attending doctors in the order of specialities, notes from the newest; one query."""
    [(channel, home_branch, phones, attending, notes)] = read(_DETAILS, {"patient": patient_id}, keep_plan=True)
    return CardDetails(
        channel=channel or "",
        home_branch=home_branch or "",
        phones=tuple(shown_phone(actor, number, note) for number, note in phones or ()),
        attending=tuple(
            ShownAttending(specialty, names.short_name(*doctor), date.fromisoformat(since_on))
            for specialty, since_on, *doctor in attending or ()
        ),
        notes=tuple(
            ShownNote(pk, text, _local_date(written_at), names.short_name(*author) if author[0] is not None else "")
            for pk, text, written_at, *author in notes or ()
        ),
    )


def shown_phone(actor: Actor, number: str, note: str) -> ShownPhone:
    """Only the end of the number for a role without the right to whole ones."""
    is_whole = actor.can("patients.view_phone")
    return ShownPhone(text=phone_text(number, is_whole=is_whole), note=note, number=number if is_whole else "")


def relatives_of(*, actor: Actor, patient: Patient) -> Sequence[Relative]:
    """The head of the family first, then by age; one query, none for whoever is in no family."""
    if patient.family_id is None:
        return ()
    today = timezone.localdate()
    allowed, parameters = allowed_cards(actor)
    rows = read(_RELATIVES.format(allowed=allowed), [patient.family_id, patient.pk, *parameters, today])
    return [
        Relative(
            pk=pk,
            full_name=names.full_name(*name),
            short_name=names.short_name(*name),
            kinship=str(Kinship(kinship).label) if kinship else "",
            age=age_text(born_on, today),
        )
        for pk, *name, kinship, born_on in rows
    ]


def _local_date(moment: str) -> date:
    return timezone.localdate(datetime.fromisoformat(moment))
