"""Cards: adding, changing, phones, archive."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

import pghistory
from django.db import transaction
from django.utils import timezone

from core import names
from core.actor import Actor
from core.counters import next_number
from core.errors import DomainError, constraint_as
from core.joints import publish
from core.locks import lock_in_order
from core.phones import format_phone, normalise_phone
from patients import selectors
from patients.choices import CARD_SERIES
from patients.constants import LOCK_PERSON, LOCK_PHONE, MOST_PHONES, OLDEST_YEARS
from patients.enums import Sex
from patients.errors import (
    ArchiveReasonMissing,
    BirthDateImpossible,
    ForbiddenWithoutReason,
    PatientIsArchived,
    PhoneTwice,
    PossibleDuplicate,
    SurnameMissing,
    TooManyPhones,
)
from patients.facts import PatientAdded, PatientArchived, PatientChanged, PatientRestored
from patients.lexemes import card_lexemes
from patients.models import AcquisitionChannel, Patient, PatientPhone
from patients.ports import before_patient_archived
from patients.services.demands import demanded_of, require_filled

_NAMES = ("surname", "name", "patronymic", "former_surname")
_COLUMNS = ("name", "patronymic", "born_on", "sex", "address", "snils", "email")  # of what may be demanded
_CONSTRAINTS: dict[str, type[DomainError]] = {"patients_patient_forbidden_why": ForbiddenWithoutReason}


class OptionalFields(TypedDict, total=False):
    """What a card may have besides its surname."""

    name: str
    patronymic: str
    former_surname: str
    sex: str
    born_on: date | None
    email: str
    address: str
    snils: str
    comment: str
    allergy: str
    alert: str
    is_booking_forbidden: bool
    booking_forbidden_reason: str
    channel: AcquisitionChannel | None
    home_branch_id: int | None


class PatientFields(OptionalFields, total=False):
    """What ``change_patient`` may change; what is left out stays."""

    surname: str


@dataclass(frozen=True)
class PhoneEntry:
    """A phone as it was typed, and whose it is."""

    number: str
    note: str = ""


@transaction.atomic
def add_patient(
    *,
    actor: Actor,
    surname: str,
    phone: str = "",
    phone_note: str = "",
    more_phones: Sequence[PhoneEntry] = (),
    confirmed_different: bool = False,
    is_draft: bool = False,
    **fields: Unpack[OptionalFields],
) -> Patient:
    """Make a card and give it the next card number. A draft made at a phone call may have a surname only, whatever the
    role must fill in otherwise.

    Sex is told from the patronymic when it is not given, the branch is the actor's. The look for duplicates holds locks
    of the phones and of the person, so two clerks adding the same person at once are told of each other.

    Raises: PossibleDuplicate unless ``confirmed_different``; FieldsMissing unless ``is_draft``; SurnameMissing, BirthDateImpossible,
    ForbiddenWithoutReason, PhoneTwice, TooManyPhones; ValidationError for a name or a phone that is none.
    """
    values = _tidied({"surname": surname, **fields})
    values["sex"] = values.get("sex") or _sex_by_patronymic(values.get("patronymic", ""))
    values["home_branch_id"] = values.get("home_branch_id") or actor.branch_id
    entries = [PhoneEntry(phone, phone_note), *more_phones] if phone else list(more_phones)
    numbers = _normalised(entries)
    require_filled(
        actor,
        {**dict.fromkeys(_COLUMNS), **values, "phone": numbers, "channel": values.get("channel_id")},
        is_draft=is_draft,
    )
    person = (values["surname"], values.get("name", ""), values.get("born_on"))
    _lock_person(*person, numbers)
    similar = selectors.possible_duplicates(surname=person[0], name=person[1], born_on=person[2], phones=list(numbers))
    if similar and not confirmed_different:
        raise PossibleDuplicate(similar)
    said_different = {"similar_to": [found.patient.pk for found in similar]} if similar else {}
    with pghistory.context(**said_different), constraint_as(_CONSTRAINTS):
        patient = Patient.objects.create(
            card_number=next_number(CARD_SERIES), created_by_id=actor.employee_id, **values
        )
    _write_phones(patient, numbers)
    _refresh_search(patient)
    publish(PatientAdded(patient_id=patient.pk, actor_id=actor.pk))
    return patient


@transaction.atomic
def change_patient(
    *,
    actor: Actor,
    patient: Patient,
    version: int | None,
    phones: Sequence[PhoneEntry] | None = None,
    is_draft: bool = False,
    **fields: Unpack[PatientFields],
) -> Patient:
    """Change what is given and differs. A new surname keeps the one before it as the former one, to be found by both;
    another spelling of the same (ё or е, capitals) does not. A former surname given explicitly stays as given.
    Phones, when given, become exactly these, the first one the main one: that is for who sees them whole. When phones
    alone are given, nothing else of the card is asked for.

    Raises: FieldsMissing when the card would lack what the role must fill in (of a draft, only what it had);
    ChangedByOther when the card is newer than ``version``; SurnameMissing, BirthDateImpossible,
    ForbiddenWithoutReason, PhoneTwice, TooManyPhones; ValidationError for a name or a phone that is none.
    """
    if phones is not None:
        actor.require("patients.view_phone")
    patient = locked(patient)
    patient.check_version(version)
    values = _tidied(fields)
    changed = {name: value for name, value in values.items() if getattr(patient, name) != value}
    numbers = _normalised(phones) if phones is not None else None
    _require_filled(
        actor, patient, changed, numbers, is_draft=is_draft, is_phones_alone=numbers is not None and not fields
    )
    is_renamed = "surname" in changed and names.normalise(changed["surname"]) != names.normalise(patient.surname)
    if is_renamed and "former_surname" not in changed:
        changed["former_surname"] = patient.surname
    are_phones_changed = numbers is not None and _write_phones(patient, numbers)
    if not changed and not are_phones_changed:
        return patient
    for name, value in changed.items():
        setattr(patient, name, value)
    with constraint_as(_CONSTRAINTS):
        patient.save_version()
    _refresh_search(patient)
    publish(PatientChanged(patient_id=patient.pk, actor_id=actor.pk))
    return patient


def set_phones(*, actor: Actor, patient: Patient, version: int | None, entries: Sequence[PhoneEntry]) -> Patient:
    """Make the card's phones exactly these, the first one the main one.

    Raises: ChangedByOther, PhoneTwice, TooManyPhones; ValidationError for a number that is none.
    """
    return change_patient(actor=actor, patient=patient, version=version, phones=entries)


@transaction.atomic
def archive_patient(*, actor: Actor, patient: Patient, reason: str) -> Patient:
    """Put a card away: it leaves lists and pickers, keeps its number and everything on it. Does nothing twice.

    Raises: ArchiveReasonMissing, or whatever a ``before_patient_archived`` veto raises.
    """
    patient = locked(patient)
    if patient.is_archived:
        return patient
    if not reason.strip():
        raise ArchiveReasonMissing
    before_patient_archived.ask(patient=patient)
    patient.archived_at, patient.archive_reason = timezone.now(), reason.strip()
    patient.save_version(["archived_at", "archive_reason"])
    publish(PatientArchived(patient_id=patient.pk, actor_id=actor.pk))
    return patient


@transaction.atomic
def restore_patient(*, actor: Actor, patient: Patient) -> Patient:
    """Take a card out of the archive. Does nothing to one that is not there."""
    patient = locked(patient)
    if not patient.is_archived:
        return patient
    patient.archived_at, patient.archive_reason = None, ""
    patient.save_version(["archived_at", "archive_reason"])
    publish(PatientRestored(patient_id=patient.pk, actor_id=actor.pk))
    return patient


def locked(patient: Patient) -> Patient:
    """The row as it is now, locked until the transaction ends."""
    return Patient.objects.select_for_update(of=("self",)).defer("search").get(pk=patient.pk)


def require_active(patient: Patient) -> None:
    """Raises: PatientIsArchived."""
    if patient.is_archived:
        raise PatientIsArchived


def _tidied(fields: PatientFields) -> dict[str, Any]:
    """Values as they are stored, by column."""
    values: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in fields.items()
    }
    for field in _NAMES:
        if field in values:
            values[field] = names.clean_name(values[field])
    if "surname" in values and not values["surname"]:
        raise SurnameMissing
    if "channel" in values:
        channel = values.pop("channel")
        values["channel_id"] = channel.pk if channel else None
    if values.get("is_booking_forbidden") is False:
        values["booking_forbidden_reason"] = ""
    _check_birth_date(values.get("born_on"))
    return values


def _require_filled(
    actor: Actor,
    patient: Patient,
    changed: Mapping[str, Any],
    numbers: Mapping[str, str] | None,
    *,
    is_draft: bool,
    is_phones_alone: bool,
) -> None:
    """The card as it would be, against what the role must fill in; phones cost a question only where they are demanded."""
    demanded = demanded_of(actor)
    if not demanded:
        return
    had = {name: getattr(patient, name) for name in _COLUMNS} | {"channel": patient.channel_id}
    card = {**had, **changed, "channel": changed.get("channel_id", patient.channel_id)} if not is_phones_alone else {}
    if "phone" in demanded:
        had["phone"] = patient.phones.exists()
        card["phone"] = bool(numbers) if numbers is not None else had["phone"]
    require_filled(actor, card, before=had, is_draft=is_draft)


def _check_birth_date(born_on: date | None) -> None:
    today = timezone.localdate()
    if born_on is not None and not (today.year - OLDEST_YEARS <= born_on.year and born_on <= today):
        raise BirthDateImpossible


def _write_phones(patient: Patient, wanted: dict[str, str]) -> bool:
    """Numbers with their notes, the first one the main one; False when the card has just these."""
    kept = {phone.number: phone for phone in patient.phones.all()}
    if [(phone.number, phone.note, phone.is_main) for phone in kept.values()] == [
        (number, note, position == 0) for position, (number, note) in enumerate(wanted.items())
    ]:
        return False
    # one main phone at a time is a constraint of the database, so the old one steps down first
    patient.phones.filter(is_main=True).exclude(number=next(iter(wanted), "")).update(is_main=False)
    patient.phones.exclude(number__in=wanted).delete()
    for position, (number, note) in enumerate(wanted.items()):
        phone = kept.get(number) or PatientPhone(patient=patient, number=number)
        if phone.pk is None or (phone.note, phone.is_main) != (note, position == 0):
            phone.note, phone.is_main = note, position == 0
            phone.save()
    return True


def _normalised(entries: Sequence[PhoneEntry]) -> dict[str, str]:
    if len(entries) > MOST_PHONES:
        raise TooManyPhones(most=MOST_PHONES)
    wanted: dict[str, str] = {}
    for entry in entries:
        number = normalise_phone(entry.number)
        if number in wanted:
            raise PhoneTwice(number=format_phone(number))
        wanted[number] = entry.note.strip()
    return wanted


def _lock_person(surname: str, name: str, born_on: date | None, numbers: Iterable[str]) -> None:
    person = f"{names.normalise(surname)}|{names.normalise(name)}|{born_on or ''}"
    phone_keys = [(LOCK_PHONE, zlib.crc32(number.encode())) for number in numbers]
    lock_in_order([(LOCK_PERSON, zlib.crc32(person.encode())), *phone_keys])


def _sex_by_patronymic(patronymic: str) -> str:
    """Петровна and кызы are she, Петрович and оглы he; anything else tells nothing."""
    plain = names.normalise(patronymic)
    if plain.endswith(("вна", "чна", "кызы", "гызы")):
        return Sex.FEMALE
    return Sex.MALE if plain.endswith(("ич", "оглы", "улы", "уулу")) else Sex.UNKNOWN


def _refresh_search(patient: Patient) -> None:
    """The one place that writes what a card is found by."""
    numbers = patient.phones.order_by().values_list("number", flat=True)
    lexemes = card_lexemes(patient, numbers)
    Patient.objects.filter(pk=patient.pk).update(search=lexemes)
