"""The card index: patients, their phones, families and attending doctors."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import names, search
from core.actor import Actor, Scope
from core.fields import TsvectorField
from core.models import Archived, ArchivedQuerySet, Versioned
from organization.models import Branch, Employee, ExplicitGrant, Specialty
from organization.reach import is_own_doctor
from patients.display import card_number_text
from patients.enums import Kinship, Sex
from patients.ports import own_patients


@pghistory.track()
class AcquisitionChannel(Archived):
    """Where patients come from (источник обращения)."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Family(models.Model):
    """Patients who belong together. The head may pay for others; balances stay each member's own."""

    created_at = models.DateTimeField(default=timezone.now)


class PatientQuerySet(ArchivedQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Patients whose cards the role in force may open, decided in SQL."""
        scope = actor.scope("patients.view_patient")
        if scope is None:
            return self.none()
        if scope == Scope.ALL:
            return self
        own = is_own_card(actor, "pk")
        return self.filter(own | Q(home_branch_id__in=actor.branch_ids) if scope == Scope.BRANCH else own)

    def own_to(self, actor: Actor) -> Self:
        """The actor's own patients, whatever the role may open."""
        return self.filter(is_own_card(actor, "pk"))

    def found_by(self, text: str) -> Self:
        """Patients by the beginning of any word of the name, a phone's tail, a card number or a birth date."""
        return search.find(self, text)


def is_own_card(actor: Actor, card: str) -> Q:
    """The card a row names by this field is the actor's own.

    Of those one is the attending doctor of, those who have or had an appointment with one (a port answers), the same of whoever
    one stands in for now, and those whose card is open to one by name. Asked of each row, so that PostgreSQL may look up
    the few that matter or, for a whole list, read the doctor's own once.
    """
    attending = AttendingDoctor.objects.filter(is_own_doctor(actor.employee_id), patient_id=OuterRef(card))
    opened = CardGrant.objects.in_force().of_user(actor.user_id).filter(content_object_id=OuterRef(card))
    seen = [ids.filter(patient_id=OuterRef(card)) for ids in own_patients.answers(employee_id=actor.employee_id)]
    own = Q(Exists(attending)) | Q(Exists(opened))
    for rows in seen:
        own |= Q(Exists(rows))
    return own


@pghistory.track(exclude=["search", "sort_key"])
class Patient(Archived, Versioned):
    """A card. Numbers are never given twice; a draft card made at a phone call may lack all but a name."""

    card_number = models.PositiveIntegerField(_("card number"), unique=True, editable=False)
    surname = models.CharField(_("surname"), max_length=80)
    name = models.CharField(_("first name"), max_length=80, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    former_surname = models.CharField(_("former surname"), max_length=80, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    snils = models.CharField(_("SNILS"), max_length=11, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    allergy = models.CharField(_("allergy"), max_length=200, blank=True)
    alert = models.CharField(_("medical alert"), max_length=200, blank=True)
    is_booking_forbidden = models.BooleanField(_("do not book"), default=False)
    booking_forbidden_reason = models.CharField(_("reason"), max_length=200, blank=True)
    archive_reason = models.CharField(_("why archived"), max_length=200, blank=True, db_default="", editable=False)
    channel = models.ForeignKey(
        AcquisitionChannel, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("acquisition channel")
    )
    home_branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("branch"))
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    kinship = models.CharField(_("in the family"), max_length=6, choices=Kinship.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Employee, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    sort_key = models.CharField(max_length=260, editable=False)
    search = TsvectorField(editable=False, null=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["search"], name="patients_patient_search", fastupdate=False),
            models.Index(fields=["sort_key", "id"], name="patients_patient_sorted"),
            models.Index(fields=["born_on"], name="patients_patient_born"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_booking_forbidden=False) | ~Q(booking_forbidden_reason=""),
                name="patients_patient_forbidden_why",
            )
        ]
        permissions = [("open_card", "May open this card")]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = names.sort_key(self.surname, self.name, self.patronymic)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return names.full_name(self.surname, self.name, self.patronymic)

    @property
    def short_name(self) -> str:
        return names.short_name(self.surname, self.name, self.patronymic)

    @property
    def initials(self) -> str:
        return names.initials(self.name, self.surname)

    @property
    def card_number_text(self) -> str:
        """«004318»: as on the paper card."""
        return card_number_text(self.card_number)

    def age_on(self, on: date) -> int | None:
        """Full years on a date; None when the birth date is not known."""
        if self.born_on is None:
            return None
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


@pghistory.track()
class PatientPhone(models.Model):
    """One phone of a patient, E.164. Not unique: a parent's phone stands on three children's cards."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=16)
    note = models.CharField(_("whose"), max_length=60, blank=True)
    is_main = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_main", "pk"]
        indexes = [models.Index(fields=["number"], name="patients_phone_number")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "number"], name="patients_phone_once"),
            models.UniqueConstraint(fields=["patient"], condition=Q(is_main=True), name="patients_phone_one_main"),
        ]

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class AttendingDoctor(models.Model):
    """The attending doctor (лечащий врач) of a patient for one speciality."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="attending")
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT)
    doctor = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "specialty"], name="patients_attending_one")]
        indexes = [models.Index(fields=["doctor", "patient"], name="patients_attending_doctor")]


@pghistory.track()
class PatientNote(models.Model):
    """A note on the card, read while talking to the patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]


class CardOpening(models.Model):
    """Somebody opened a patient's card: who, under which role, when, from where. Written for every look, never changed."""

    append_only = True

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="openings")
    employee = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    role_name = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    page = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True, db_default="", help_text="Of opening a foreign card.")

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-at"], name="patients_opening_patient"),
            models.Index(fields=["employee", "-id"], name="patients_opening_employee"),
            models.Index(fields=["-at", "-id"], name="patients_opening_newest"),
        ]


@pghistory.track()
class CardGrant(ExplicitGrant):
    """One card is open to one person until a moment, as if the patient were their own."""

    content_object = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="card_grants")
    is_emergency = models.BooleanField(default=False, help_text="The person opened a foreign card themselves.")

    class Meta(ExplicitGrant.Meta):
        constraints = [
            *ExplicitGrant.Meta.constraints,
            models.CheckConstraint(condition=Q(valid_until__isnull=False), name="patients_cardgrant_until"),
        ]
