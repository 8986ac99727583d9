"""What is opened to one person by name: the rules every explicit grant shares, and the grants of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.errors import constraint_as
from organization.errors import GrantedAlready, GrantOver, GrantTermPast
from organization.models import DeclaredReport, Employee, ExplicitGrant, ReportGrant

RIGHT = "organization.change_rights"
Grant = TypeVar("Grant", bound=ExplicitGrant)


def give(
    model: type[Grant],
    *,
    actor: Actor,
    employee: Employee,
    to: Any,
    permission: str,
    reason: str,
    valid_until: datetime | None,
    **more: Any,
) -> Grant:
    """Write a grant; call it inside a transaction, after the right was asked for.

    Raises: GrantTermPast; GrantedAlready while one on the same object holds, also when two are written at once.
    """
    now = timezone.now()
    if valid_until is not None and valid_until <= now:
        raise GrantTermPast
    grants: Any = model._default_manager  # the model of this kind has the object, the abstract one does not
    rows = grants.filter(user_id=employee.user_id, content_object=to, ended_at=None)
    for old in rows.select_for_update(of=("self",)):
        if old.valid_until is not None and old.valid_until <= now:
            old.ended_at = old.valid_until
            old.save(update_fields=["ended_at"])
    with constraint_as({f"{model._meta.app_label}_{model._meta.model_name}_one": GrantedAlready}):
        return grants.create(
            user_id=employee.user_id,
            content_object=to,
            permission=Permission.objects.get(codename=permission, content_type__app_label=to._meta.app_label),
            reason=reason,
            granted_at=now,
            granted_by_id=actor.pk,
            valid_until=valid_until,
            **more,
        )


def take_away(grant: Grant, *, actor: Actor) -> Grant:
    """End a grant now; call it inside a transaction, after the right was asked for. Raises: GrantOver."""
    grants: Any = type(grant)._default_manager
    row = grants.select_for_update(of=("self",)).get(pk=grant.pk)
    now = timezone.now()
    if row.ended_at is not None or (row.valid_until is not None and row.valid_until <= now):
        raise GrantOver
    row.ended_at, row.ended_by_id = now, actor.pk
    row.save(update_fields=["ended_at", "ended_by"])
    return row


@transaction.atomic
def open_report(
    *, actor: Actor, employee: Employee, report: DeclaredReport, reason: str, valid_until: datetime | None = None
) -> ReportGrant:
    """Open one report to one person although the role has no right to it. Raises: GrantTermPast, GrantedAlready."""
    actor.require(RIGHT)
    return give(
        ReportGrant,
        actor=actor,
        employee=employee,
        to=report,
        permission="open_report",
        reason=reason,
        valid_until=valid_until,
    )


@transaction.atomic
def end_report_grant(*, actor: Actor, grant: ReportGrant) -> ReportGrant:
    """Close the report again. Raises: GrantOver."""
    actor.require(RIGHT)
    return take_away(grant, actor=actor)
