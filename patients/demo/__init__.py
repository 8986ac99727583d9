"""The demo clinic's card index: families, phones, notes, written by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from django.db.models import Max

from core import bulk, clock, names
from core.counters import raise_to
from core.demo import Run
from organization.demo import Clinic
from patients.demo import cards, households
from patients.demo.households import Member
from patients.enums import Kinship
from patients.lexemes import card_lexemes
from patients.models import (
    AcquisitionChannel,
    AttendingDoctor,
    CardOpening,
    Family,
    Patient,
    PatientNote,
    PatientPhone,
)

CARD_SERIES = "card"
TABLES = (AcquisitionChannel, Family, Patient, PatientPhone, PatientNote, AttendingDoctor, CardOpening)
_COLUMNS = (
    "id", "card_number", "surname", "name", "patronymic", "former_surname", "sex", "born_on", "email", "address",
    "snils", "comment", "allergy", "alert", "is_booking_forbidden", "booking_forbidden_reason", "archive_reason",
    "archived_at", "channel_id", "home_branch_id", "family_id", "kinship", "created_at", "created_by_id", "version",
    "sort_key",
)  # fmt: skip


@dataclass(slots=True)
class Guest:
    """What the schedule and the desk need to know about a patient."""

    pk: int
    full_name: str
    sex: str
    born_on: date
    created_at: datetime
    leaves_on: date | None = None  # nobody books after it: archived, or not to be booked


def build(run: Run, clinic: Clinic) -> list[Guest]:
    """Write the card index, or go on with it; the guests come in the order of their card numbers."""
    run.report("Cards of patients", 0)
    rng = run.rng("cards")
    channels = [AcquisitionChannel.objects.get_or_create(name=name)[0].pk for _, name in cards.CHANNELS]
    members = households.members(run, run.scale.patients)
    families = _families(members)
    patients, phones = (
        bulk.Copier(Patient, *_COLUMNS, "search"),
        bulk.Copier(PatientPhone, "id", "patient_id", "number", "note", "is_main"),
    )
    notes = bulk.Copier(PatientNote, "id", "patient_id", "text", "created_at", "created_by_id", "archived_at")
    row = attrgetter(*_COLUMNS)
    guests = []
    last_card = Patient.objects.aggregate(last=Max("card_number"))["last"] or 0
    for number, member in enumerate(members, start=last_card + 1):
        patient = _card(run, rng, clinic, member, number)
        patient.pk = patients.next_id()
        patient.channel_id = rng.choices([*channels, None], [*(weight for weight, _ in cards.CHANNELS), 12])[0]
        patient.family_id = families.get(member.household)
        patient.kinship = member.kinship if patient.family_id else ""
        lexemes = card_lexemes(patient, [number for number, _ in member.phones])
        patients.add(*row(patient), bulk.lexemes_text(lexemes))
        for place, (phone, whose) in enumerate(member.phones):
            phones.add(phones.next_id(), patient.pk, phone, whose, place == 0)
        if rng.random() < 0.07:
            text, writer = rng.choice(cards.NOTES), rng.choice(clinic.desk).pk
            notes.add(notes.next_id(), patient.pk, text, member.created_at + timedelta(minutes=3), writer, None)
        guests.append(_guest(run, patient, member))
        if number % 500 == 0:
            run.report("Cards of patients", (number - last_card) / len(members))
    for copier in (patients, phones, notes):
        copier.flush()
    raise_to(CARD_SERIES, last_card + len(members))
    return guests


def write_history(run: Run, history: bulk.History, clinic: Clinic) -> None:
    """A card, its phones and notes as they were entered; then the surname that was changed, and the archive."""
    by, at = "t.created_by_id", "t.created_at"
    whole = {"at": run.opened_at(), "by": clinic.director.pk}
    history.write(AcquisitionChannel, at="%(at)s::timestamptz", by="%(by)s::bigint", parameters=whole)
    of_patient = "JOIN patients_patient p ON p.id = t.patient_id"
    history.write(Family, at=at)
    before = {
        "surname": "CASE WHEN t.former_surname <> '' AND t.version > 1 THEN t.former_surname ELSE t.surname END",
        "former_surname": "CASE WHEN t.version > 1 THEN '' ELSE t.former_surname END",
        "is_booking_forbidden": "false",
        "booking_forbidden_reason": "''",
        "archived_at": "NULL",
        "archive_reason": "''",
        "version": "1",
    }
    history.write(Patient, at=at, by=by, instead=before)
    changed = f"least(coalesce(t.archived_at, t.created_at + interval '{_CHANGED_AFTER.days} days'), %(now)s)"
    history.write(Patient, at=changed, by=by, label="update", where="t.version > 1", parameters={"now": run.now})
    history.write(PatientPhone, at="p.created_at", by="p.created_by_id", joins=of_patient)
    history.write(PatientNote, at=at, by=by)
    history.write(
        AttendingDoctor,
        at="least(t.since_on + interval '17 hours', %(now)s)",
        by="t.doctor_id",
        parameters={"now": run.now},
    )


_CHANGED_AFTER = timedelta(days=25)


def _families(members: Sequence[Member]) -> dict[int, int]:
    """A family for every household with more than one card; it begins with its second one."""
    seen: dict[int, datetime] = {}
    begun: dict[int, datetime] = {}
    for member in members:
        if member.household in seen:
            begun.setdefault(member.household, member.created_at)
        seen[member.household] = member.created_at
    families = bulk.Copier(Family, "id", "created_at")
    keys = {}
    for household, moment in sorted(begun.items(), key=lambda item: item[1]):
        keys[household] = families.next_id()
        families.add(keys[household], moment)
    families.flush()
    return keys


def _card(run: Run, rng: Random, clinic: Clinic, member: Member, number: int) -> Patient:
    age = (member.created_at.date() - member.born_on).days // 365
    patient = Patient(
        card_number=number,
        archive_reason="",
        home_branch_id=clinic.branch_id,
        created_at=member.created_at,
        created_by_id=rng.choice(clinic.desk).pk,
        **cards.fields_of(rng, member, number, age),
    )
    changes = _departure(run, rng, member)
    if patient.former_surname and member.created_at + _CHANGED_AFTER < run.now and rng.random() < 0.5:
        changes["version"] = 2
    for name, value in changes.items():
        setattr(patient, name, value)
    patient.sort_key = names.sort_key(patient.surname, patient.name, patient.patronymic)
    return patient


def _departure(run: Run, rng: Random, member: Member) -> dict[str, Any]:
    """A few cards are archived, a few are not to be booked: both some months after they were made."""
    chance = rng.random()
    moment = member.created_at + _CHANGED_AFTER + timedelta(days=rng.randrange(200))
    if chance > 0.009 or moment > run.now or member.kinship == Kinship.HEAD:
        return {}
    if chance > 0.006:
        return {"is_booking_forbidden": True, "booking_forbidden_reason": cards.FORBIDDEN, "version": 2}
    return {"archived_at": moment, "archive_reason": rng.choice(cards.ARCHIVED), "version": 2}


def _guest(run: Run, patient: Patient, member: Member) -> Guest:
    leaves = None
    if patient.archived_at is not None:
        leaves = clock.localdate(run.zone, patient.archived_at)
    elif patient.is_booking_forbidden:
        leaves = clock.localdate(run.zone, patient.created_at + _CHANGED_AFTER)
    return Guest(patient.pk, patient.full_name, member.sex, member.born_on, patient.created_at, leaves)


def is_filled() -> bool:
    """Whether there are patients, real ones perhaps."""
    return Patient.objects.exists()
