"""Roles, rights, personal overrides, explicit grants and API tokens."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from core.models import Archived, Versioned
from organization.enums import BuiltInRole, Effect, ScopeChoice
from organization.models.people import Employee
from organization.models.places import Branch


@pghistory.track(exclude=["baseline"])
class Role(Archived, Versioned):
    """What a person signs in as. ``code`` is set for the built-in ones; a clinic's own roles have none.

    A role made by copying remembers which one and when, and in ``baseline`` the rights it was copied with (code to its
    scope and limit): what "changed" is measured from. The version counts saves of the name and of the rights.
    """

    code = models.CharField(max_length=20, choices=BuiltInRole.choices, blank=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="copies"
    )
    copied_at = models.DateTimeField(null=True, blank=True, editable=False)
    baseline = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="organization_role_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_director(self) -> bool:
        return self.code == BuiltInRole.DIRECTOR


@pghistory.track()
class RolePermission(models.Model):
    """One right of a role. A right without a row is denied."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    code = models.CharField(max_length=80)
    effect = models.CharField(max_length=5, choices=Effect.choices, default=Effect.ALLOW)
    scope = models.CharField(max_length=6, choices=ScopeChoice.choices, default=ScopeChoice.ALL)
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: as much as one likes.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "code"], name="organization_rolepermission_once"),
            models.CheckConstraint(condition=~Q(effect=Effect.CAP), name="organization_rolepermission_no_cap"),
        ]


@pghistory.track()
class EmployeePermission(models.Model):
    """A personal widening, cap or denial on top of the role, with its period and reason; a denial wins."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="permissions")
    code = models.CharField(max_length=80)
    effect = models.CharField(max_length=5, choices=Effect.choices)
    scope = models.CharField(max_length=6, choices=ScopeChoice.choices, default=ScopeChoice.ALL)
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: as much as one likes.")
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["employee", "code"], name="organization_emplperm_code")]


@pghistory.track()
class EmployeeRole(models.Model):
    """A role an employee may sign in under. Roles of one person are never summed."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE)
    role = models.ForeignKey(Role, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "role"], name="organization_employeerole_once")]


@pghistory.track()
class BranchGrant(UserObjectPermissionBase):
    """An explicit grant on one branch (django-guardian, direct foreign keys): where an employee may work."""

    content_object = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="grants")


@pghistory.track(exclude=["digest", "used_at"])
class ApiToken(models.Model):
    """A key of the API: one employee under one role. Only its digest is kept."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="api_tokens")
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT)
    label = models.CharField(_("purpose"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
