"""Substitutions: who sees whose patients while somebody is away."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import clock, notices
from core.actor import Actor
from core.errors import constraint_as
from organization.errors import (
    SubstituteIsAbsent,
    SubstituteLeft,
    SubstitutionOver,
    SubstitutionPast,
    SubstitutionReversed,
    SubstitutionTwice,
)
from organization.models import Branch, Employee, Substitution

RIGHT = "organization.change_substitution"


def zone_of(employee: Employee) -> ZoneInfo:
    """The clock a person's days are counted by: of their first branch, else the one in force."""
    branch = Branch.objects.active().filter(grants__user_id=employee.user_id).order_by("pk").first()
    return branch.zone if branch else timezone.get_current_timezone()


@transaction.atomic
def add_substitution(
    *, actor: Actor, absent: Employee, substitute: Employee, first_on: date, last_on: date, reason: str
) -> Substitution:
    """Let one employee see the patients of another from the first day to the last, both included; the substitute is told.

    Raises: SubstitutionReversed, SubstitutionPast, SubstituteIsAbsent, SubstituteLeft, SubstitutionTwice (the same two
    people on the same day, also when two people write it at the same moment).
    """
    actor.require(RIGHT)
    if absent.pk == substitute.pk:
        raise SubstituteIsAbsent
    people = {row.pk: row for row in Employee.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=[absent.pk, substitute.pk]).select_related("user").order_by("pk")}  # fmt: skip
    absent, substitute = people[absent.pk], people[substitute.pk]
    if substitute.is_archived:
        raise SubstituteLeft
    if last_on < first_on:
        raise SubstitutionReversed
    zone = zone_of(absent)
    if last_on < clock.localdate(zone):
        raise SubstitutionPast
    with constraint_as({"organization_substitution_once": SubstitutionTwice}):
        row = Substitution.objects.create(
            absent=absent,
            substitute=substitute,
            first_on=first_on,
            last_on=last_on,
            starts_at=clock.branch_day_bounds(first_on, zone)[0],
            ends_at=clock.branch_day_bounds(last_on, zone)[1],
            reason=reason,
            made_by_id=actor.pk,
        )
    _tell(row)
    return row


@transaction.atomic
def end_substitution(*, actor: Actor, substitution: Substitution) -> Substitution:
    """End a substitution now; one that has not begun never will. Raises: SubstitutionOver."""
    actor.require(RIGHT)
    row = Substitution.objects.select_for_update(of=("self",)).get(pk=substitution.pk)
    now = timezone.now()
    if row.ended_at is not None or row.ends_at <= now:
        raise SubstitutionOver
    _end(actor, row, now)
    return row


@transaction.atomic
def end_substitutions_of(*, actor: Actor, employee: Employee) -> int:
    """End what a leaving person has a part in, as absent or as substitute; the leaving was allowed by its own right.

    Returns how many ended.
    """
    now = timezone.now()
    rows = Substitution.objects.select_for_update(of=("self",)).ahead_of(employee, now).order_by("pk")
    for row in rows:
        _end(actor, row, now)
    return len(rows)


def _end(actor: Actor, row: Substitution, now: datetime) -> None:
    row.ended_at, row.ended_by_id = now, actor.pk
    row.ends_at = max(now, row.starts_at)
    row.save(update_fields=["ended_at", "ended_by", "ends_at"])
    notices.take_back(subject=_subject(row))


def _tell(row: Substitution) -> None:
    with translation.override(row.substitute.user.language):
        notices.notify(
            user_ids=[row.substitute.user_id],
            title=_("You stand in for %(absent)s") % {"absent": row.absent.short_name},
            body=_("From %(first)s to %(last)s you see these patients and their appointments of that time. %(reason)s")
            % {"first": clock.format_date(row.first_on), "last": clock.format_date(row.last_on), "reason": row.reason},
            url=reverse("organization:home"),
            subject=_subject(row),
        )


def _subject(row: Substitution) -> str:
    return f"substitution:{row.pk}"
