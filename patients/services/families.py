"""Families: who belongs together. Money stays each member's own."""

from typing import Unpack

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.joints import publish
from patients.constants import ADULT_YEARS
from patients.enums import Kinship
from patients.errors import InAnotherFamily, NotInFamily, NotOwnRelative
from patients.facts import FamilyJoined, FamilyLeft
from patients.models import Family, Patient
from patients.services.cards import OptionalFields, add_patient


@transaction.atomic
def join_family(*, actor: Actor, patient: Patient, relative: Patient, kinship: Kinship = Kinship.OTHER) -> Patient:
    """Bring a patient into the relative's family, or start one with the relative as its head.

    ``kinship`` is what the patient is to the head. For somebody who is in that family already it changes just that.
    A new head takes the old one's place. Raises: NotOwnRelative; InAnotherFamily.
    """
    if patient.pk == relative.pk:
        raise NotOwnRelative
    patient, relative = _both_locked(patient, relative)
    if patient.family_id is not None and patient.family_id != relative.family_id:
        raise InAnotherFamily
    family = relative.family or Family.objects.create()
    if relative.family_id is None:
        relative.family, relative.kinship = family, Kinship.HEAD
        relative.save(update_fields=["family", "kinship"])
    if kinship == Kinship.HEAD:
        _step_down(family)
    patient.family, patient.kinship = family, kinship
    patient.save(update_fields=["family", "kinship"])
    publish(FamilyJoined(patient_id=patient.pk, family_id=family.pk, actor_id=actor.pk))
    return patient


@transaction.atomic
def add_relative(
    *,
    actor: Actor,
    relative: Patient,
    surname: str,
    phone: str = "",
    phone_note: str = "",
    is_draft: bool = False,
    **fields: Unpack[OptionalFields],
) -> Patient:
    """Make a card of somebody who shares a phone with ``relative`` and bring it into the same family, all or nothing.

    Whoever is under age is a child there until somebody says otherwise. Raises: what ``add_patient`` and
    ``join_family`` do, but for PossibleDuplicate: a relative is a different person.
    """
    patient = add_patient(
        actor=actor,
        surname=surname,
        phone=phone,
        phone_note=phone_note,
        confirmed_different=True,
        is_draft=is_draft,
        **fields,
    )
    age = patient.age_on(timezone.localdate())
    kinship = Kinship.CHILD if age is not None and age < ADULT_YEARS else Kinship.OTHER
    return join_family(actor=actor, patient=patient, relative=relative, kinship=kinship)


@transaction.atomic
def leave_family(*, actor: Actor, patient: Patient) -> Patient:
    """Take a patient out. The longest-known of the others becomes the head when the head goes; one alone is no family.

    Raises: NotInFamily.
    """
    if patient.family_id is None:
        raise NotInFamily
    members = list(
        Patient.objects.select_for_update(of=("self",))
        .defer("search")
        .filter(family_id=patient.family_id)
        .order_by("pk")
    )
    leaving = next((member for member in members if member.pk == patient.pk), None)
    if leaving is None:
        raise NotInFamily
    family_id = leaving.family_id
    _set_out(leaving)
    left = [member for member in members if member.pk != patient.pk]
    if len(left) == 1:
        _set_out(left[0])
    elif left and not any(member.kinship == Kinship.HEAD for member in left):
        left[0].kinship = Kinship.HEAD
        left[0].save(update_fields=["kinship"])
    publish(FamilyLeft(patient_id=leaving.pk, family_id=family_id, actor_id=actor.pk))
    return leaving


def _set_out(patient: Patient) -> None:
    patient.family, patient.kinship = None, ""
    patient.save(update_fields=["family", "kinship"])


def _step_down(family: Family) -> None:
    for head in Patient.objects.defer("search").filter(family=family, kinship=Kinship.HEAD):
        head.kinship = Kinship.OTHER
        head.save(update_fields=["kinship"])


def _both_locked(one: Patient, other: Patient) -> tuple[Patient, Patient]:
    """Locked in the order of their keys, so that two clerks joining crosswise never deadlock."""
    rows = {
        row.pk: row
        for row in Patient.objects.select_for_update(of=("self",))
        .defer("search")
        .filter(pk__in=[one.pk, other.pk])
        .order_by("pk")
    }
    return rows[one.pk], rows[other.pk]
