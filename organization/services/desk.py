"""A shared desk: who gave their password in one browser lately and may come back to it by PIN."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from organization.models import DeskMember, User


def join_desk(*, user: User, desk: str) -> None:
    """The person gave the password in this browser just now."""
    now = timezone.now()
    DeskMember.objects.filter(since__lt=now - DeskMember.STAYS).delete()
    DeskMember.objects.update_or_create(desk=desk, user=user, defaults={"since": now})


def leave_desk(*, user_id: int, desk: str) -> None:
    """The person signed out by themselves: coming back takes the password."""
    DeskMember.objects.filter(desk=desk, user=user_id).delete()


def people_at_desk(desk: str) -> QuerySet[User]:
    """Those who may come back by PIN: at this desk within the working day, working here still, with a PIN; by name."""
    if not desk:
        return User.objects.none()
    return (
        User.objects.filter(desks__desk=desk, desks__since__gt=timezone.now() - DeskMember.STAYS)
        .filter(is_active=True, pin_set_at__isnull=False, employee__archived_at=None)
        .select_related("employee")
        .order_by("employee__sort_key")
    )
