"""Who stands in for whom, and from when to when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exclusion import one_number_range, time_range
from organization.models.people import Employee


class SubstitutionQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime | None = None) -> Self:
        """Those that hold at a moment."""
        at = at or timezone.now()
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def ahead_of(self, employee: Employee, at: datetime) -> Self:
        """Those that are not over and in which the person is absent or stands in."""
        return self.filter(Q(absent=employee) | Q(substitute=employee), ended_at=None, ends_at__gt=at)


@pghistory.track()
class Substitution(models.Model):
    """One employee stands in for another from the first day to the last, both included (замещение).

    ``starts_at`` and ``ends_at`` are the midnights of those days by the clock of the absent person's branch; what is ended
    early ends at that moment, and one that had not begun is left empty: it never holds.
    """

    absent = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="substitutions", verbose_name=_("absent")
    )
    substitute = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="stand_ins", verbose_name=_("substitute"), db_index=False
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["first_on", "pk"]
        indexes = [models.Index(fields=["substitute", "ends_at"], name="organization_subst_of")]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="organization_substitution_days"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="organization_substitution_term"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="organization_substitution_other"),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="organization_substitution_ended"
            ),
            ExclusionConstraint(
                name="organization_substitution_once",
                expressions=[
                    (one_number_range("absent_id"), RangeOperators.OVERLAPS),
                    (one_number_range("substitute_id"), RangeOperators.OVERLAPS),
                    (time_range(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def state(self) -> str:
        """now, ahead or over."""
        now = timezone.now()
        return "over" if self.ends_at <= now else "now" if self.starts_at <= now else "ahead"
