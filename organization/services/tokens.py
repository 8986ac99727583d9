"""Keys of the API."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.actor import Actor
from organization import selectors
from organization.errors import RoleNotGranted
from organization.models import ApiToken, Branch, Employee, Role, User
from organization.services import rights

USE_STEP = timedelta(minutes=10)  # how exactly the time of the last use is kept


@transaction.atomic
def issue_token(
    *,
    actor: Actor,
    employee: Employee,
    role: Role,
    label: str,
    branch: Branch | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a key that acts as the employee under one of their roles; the key itself is returned once and kept nowhere.

    Raises: RoleNotGranted when the role is not the employee's, RoleTooWide when it may do more than the actor's.
    """
    actor.require("organization.issue_token")
    Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)  # a role taken meanwhile is seen
    if not selectors.roles_of(employee.user_id).filter(pk=role.pk).exists():
        raise RoleNotGranted
    rights.refuse_wider(actor, role)
    key = f"zubr_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        employee=employee,
        role=role,
        branch=branch,
        label=label,
        expires_at=expires_at,
        digest=selectors.token_digest(key),
        created_by=User.objects.get(employee=actor.employee_id),
    )
    return token, key


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End a key at once and for ever; does nothing when it is over already."""
    actor.require("organization.issue_token")
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


def note_token_use(*, token: ApiToken) -> None:
    """Remember that the key was used, at most once in ten minutes."""
    now = timezone.now()
    stale = Q(used_at=None) | Q(used_at__lt=now - USE_STEP)
    ApiToken.objects.filter(stale, pk=token.pk).update(used_at=now)
