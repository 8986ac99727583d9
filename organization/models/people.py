"""Employees, their specialities and positions."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import names
from core.models import Archived, ArchivedQuerySet, Versioned


@pghistory.track()
class Specialty(Archived):
    """A doctor's speciality (therapist, surgeon); not the direction of a service."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Position(Archived):
    """A position (должность); it proposes a role for whoever is appointed to it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    role = models.ForeignKey(
        "organization.Role", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("proposes the role")
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(ArchivedQuerySet):
    def doctors(self) -> Self:
        """Those who receive patients: employees with at least one speciality."""
        return self.filter(specialties__isnull=False).distinct()

    def found_by(self, text: str) -> Self:
        """Any word of the name by its beginning."""
        found = self
        for word in names.normalise(text).split():
            found = found.filter(models.Q(sort_key__startswith=word) | models.Q(sort_key__contains=f" {word}"))
        return found


@pghistory.track()
class Employee(Archived, Versioned):
    """A person who works in the clinic. Without a usable password the login exists and opens nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="employee")
    surname = models.CharField(_("surname"), max_length=80)
    name = models.CharField(_("first name"), max_length=80)
    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    sort_key = models.CharField(max_length=260, editable=False, db_index=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    specialties = models.ManyToManyField(
        Specialty, through="EmployeeSpecialty", related_name="employees", verbose_name=_("specialities"), blank=True
    )
    positions = models.ManyToManyField(
        Position, through="EmployeePosition", related_name="employees", verbose_name=_("positions"), blank=True
    )
    roles = models.ManyToManyField(
        "organization.Role", through="EmployeeRole", related_name="employees", verbose_name=_("roles"), blank=True
    )

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = names.sort_key(self.surname, self.name, self.patronymic)
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return names.full_name(self.surname, self.name, self.patronymic)

    @property
    def short_name(self) -> str:
        """«Иванова А. П.»"""
        return names.short_name(self.surname, self.name, self.patronymic)

    @property
    def granted_branches(self) -> list[Any]:
        """Branches this person may work in; fetched with the rows by ``selectors.employees_shown``."""
        return [grant.content_object for grant in self.user.branchgrant_set.all()]

    @property
    def initials(self) -> str:
        return names.initials(self.name, self.surname)


@pghistory.track()
class EmployeeSpecialty(models.Model):
    """A speciality an employee has."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE)
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "specialty"], name="organization_employeespecialty_once")
        ]


@pghistory.track()
class EmployeePosition(models.Model):
    """A position an employee holds."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE)
    position = models.ForeignKey(Position, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "position"], name="organization_employeeposition_once")
        ]
