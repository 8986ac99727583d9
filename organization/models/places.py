"""Legal entities, branches with their hours, rooms and chairs."""

from __future__ import annotations

import zoneinfo
from datetime import time

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import requisites
from core.models import Archived, Versioned
from organization.enums import TaxSystem, Weekday


def check_time_zone(value: str) -> None:
    """Raises: ValidationError for a zone this server does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone “%(value)s”."), params={"value": value})


@pghistory.track()
class LegalEntity(Archived, Versioned):
    """A company or a sole trader that contracts with patients and owns cash desks.

    Requisites are checked by their check digits. Source: domain_rules § 8.
    """

    name = models.CharField(_("full name"), max_length=300)
    short_name = models.CharField(_("short name"), max_length=120)
    inn = models.CharField(_("INN"), max_length=12, validators=[requisites.clean_inn])
    kpp = models.CharField(_("KPP"), max_length=9, blank=True, validators=[requisites.clean_kpp])
    ogrn = models.CharField(_("OGRN"), max_length=15, blank=True, validators=[requisites.clean_ogrn])
    tax_system = models.CharField(
        _("tax system"), max_length=20, choices=TaxSystem.choices, default=TaxSystem.SIMPLIFIED
    )
    address = models.CharField(_("legal address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    head_name = models.CharField(_("head"), max_length=200, blank=True)
    licence_number = models.CharField(_("licence number"), max_length=60, blank=True)
    licence_on = models.DateField(_("licence date"), null=True, blank=True)
    licence_authority = models.CharField(_("licensing authority"), max_length=200, blank=True)
    bank_name = models.CharField(_("bank"), max_length=200, blank=True)
    bik = models.CharField(_("BIK"), max_length=9, blank=True, validators=[requisites.clean_bik])
    account = models.CharField(_("settlement account"), max_length=20, blank=True)
    correspondent_account = models.CharField(_("correspondent account"), max_length=20, blank=True)

    class Meta:
        ordering = ["short_name"]
        constraints = [models.UniqueConstraint(fields=["inn", "kpp"], name="organization_legalentity_inn_kpp")]

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """An account is right only together with its bank's BIK."""
        super().clean()
        errors: dict[str, list[str]] = {}
        for field, tidy in (
            ("account", requisites.clean_account),
            ("correspondent_account", requisites.clean_correspondent_account),
        ):
            value = getattr(self, field)
            try:
                setattr(self, field, tidy(value, bik=self.bik) if value else "")
            except ValidationError as error:
                errors[field] = error.messages
        if errors:
            raise ValidationError(errors)


@pghistory.track()
class Branch(Archived, Versioned):
    """A place where patients are received. Times of its schedule are local to ``time_zone``."""

    legal_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="branches", verbose_name=_("legal entity")
    )
    name = models.CharField(_("name"), max_length=120, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Moscow", validators=[check_time_zone])
    slot_minutes = models.PositiveSmallIntegerField(
        _("step of the grid"), default=15, choices=[(5, "5"), (10, "10"), (15, "15"), (30, "30")]
    )

    class Meta:
        ordering = ["name"]
        permissions = [("work_in_branch", "May work in this branch")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


@pghistory.track()
class BranchHours(models.Model):
    """Opening hours of one weekday; a weekday without a row is closed. Closing before opening means after midnight."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(20))

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "weekday"], name="organization_branchhours_day"),
            models.CheckConstraint(
                condition=~Q(opens_at=models.F("closes_at")), name="organization_branchhours_length"
            ),
        ]


@pghistory.track()
class Room(Archived):
    """A room (кабинет) of a branch."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("name or number"), max_length=60)

    class Meta:
        ordering = ["branch", "name"]
        constraints = [models.UniqueConstraint(fields=["branch", "name"], name="organization_room_name")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Chair(Archived):
    """A dental chair: the place a patient is treated in; two doctors never use one at the same time."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="chairs")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["room", "name"]
        constraints = [models.UniqueConstraint(fields=["room", "name"], name="organization_chair_name")]

    def __str__(self) -> str:
        return self.name
