"""What is given to one person by name and for a time: the common part of explicit grants, and the grant of one report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from organization.models.people import Employee


class GrantQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime | None = None) -> Self:
        """Grants that open something at a moment: given, not over, not ended."""
        at = at or timezone.now()
        return self.filter(ended_at=None).filter(Q(valid_until=None) | Q(valid_until__gt=at))

    def of_user(self, user_id: int | None) -> Self:
        return self.filter(user_id=user_id)


class ExplicitGrant(UserObjectPermissionBase):
    """A grant on one object to one login (django-guardian, direct foreign keys), with its term and its reason.

    ``valid_until`` is the first moment at which it no longer holds; None means for good. Rows stay after they end.
    """

    reason = models.CharField(max_length=300)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = GrantQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["user", "content_object"], condition=Q(ended_at=None), name="%(app_label)s_%(class)s_one"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("granted_at")), name="%(app_label)s_%(class)s_term"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="%(app_label)s_%(class)s_ended"
            ),
        ]


@pghistory.track()
class DeclaredReport(models.Model):
    """A report some module declares, so that a grant has something to point at; kept in step after every migration.

    ``permission`` is the right that opens it: every report has one of its own.
    """

    code = models.CharField(max_length=60, unique=True)
    permission = models.CharField(max_length=80)

    class Meta:
        permissions = [("open_report", "May open this report")]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class ReportGrant(ExplicitGrant):
    """One report is open to one person although the role has no right to it. A denial still wins."""

    content_object = models.ForeignKey(DeclaredReport, on_delete=models.PROTECT, related_name="grants")
