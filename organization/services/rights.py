"""Who may sign in as what, and what each person may do on top of the role."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import modules
from core.actor import Actor, Scope
from organization import selectors
from organization.effective import is_more, is_wider
from organization.enums import BuiltInRole, Effect, ScopeChoice
from organization.errors import LastDirector, PeriodEmpty, RoleArchived, RoleTooWide, UnknownRight
from organization.models import Employee, EmployeePermission, EmployeeRole, Role

RIGHT = "organization.change_rights"


@contextmanager
def some_director_stays(employee: Employee) -> Iterator[None]:
    """Hold whatever may take the last director away: two at once wait for each other and the second one is refused.

    Raises: LastDirector when nobody who can act as director would be left.
    """
    Role.objects.select_for_update(of=("self",)).get(code=BuiltInRole.DIRECTOR)
    was_director = selectors.able_directors().filter(pk=employee.pk).exists()
    yield
    if was_director and not selectors.able_directors().exists():
        raise LastDirector


def refuse_wider(actor: Actor, role: Role) -> None:
    """Raises: RoleTooWide when the role may do something the actor may not, or more of it."""
    has = selectors.rights_of_role(role)
    wider = {
        code
        for code, scope in has.scopes.items()
        if is_wider(scope, actor.scope(code)) or is_more(has.limits.get(code), actor.limit(code))
    }
    if wider:
        raise RoleTooWide


@transaction.atomic
def grant_role(*, actor: Actor, employee: Employee, role: Role) -> EmployeeRole:
    """Let a person sign in under a role; does nothing when they may already. Raises: RoleArchived."""
    actor.require(RIGHT)
    if Role.objects.select_for_update(of=("self",)).get(pk=role.pk).is_archived:
        raise RoleArchived
    row, _is_new = EmployeeRole.objects.get_or_create(employee=employee, role=role)
    return row


@transaction.atomic
def revoke_role(*, actor: Actor, employee: Employee, role: Role) -> None:
    """Take a role from a person; their open sessions and keys under it end with the next request.

    Raises: LastDirector.
    """
    actor.require(RIGHT)
    with some_director_stays(employee):
        for row in EmployeeRole.objects.select_for_update(of=("self",)).filter(employee=employee, role=role):
            row.delete()


@transaction.atomic
def set_roles(*, actor: Actor, employee: Employee, roles: Collection[Role]) -> None:
    """Bring a person's roles to this set. Raises: LastDirector; PermissionDenied unless nothing changes."""
    had = {role.pk: role for role in employee.roles.all()}
    now = {role.pk: role for role in roles}
    if now.keys() != had.keys():  # all at once and in one order: revoking holds the director's role, too
        touched = Role.objects.filter(Q(pk__in=now.keys() ^ had.keys()) | Q(code=BuiltInRole.DIRECTOR))
        list(touched.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    for pk in sorted(now.keys() - had.keys()):
        grant_role(actor=actor, employee=employee, role=now[pk])
    for pk in sorted(had.keys() - now.keys()):
        revoke_role(actor=actor, employee=employee, role=had[pk])


@transaction.atomic
def set_personal_permission(
    *,
    actor: Actor,
    employee: Employee,
    code: str,
    effect: Effect,
    scope: Scope = Scope.ALL,
    limit: int | None = None,
    reason: str,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> EmployeePermission:
    """Widen, cap or deny one person's right on top of the role for a period.

    Raises: UnknownRight, PeriodEmpty, LastDirector when it would take the right to change rights from the last one.
    """
    actor.require(RIGHT)
    permission = modules.registry.permissions().get(code)
    if permission is None:
        raise UnknownRight
    begins = valid_from or timezone.now()
    if valid_until is not None and valid_until <= begins:
        raise PeriodEmpty
    with some_director_stays(employee):
        return EmployeePermission.objects.create(
            employee=employee,
            code=code,
            effect=effect,
            scope=ScopeChoice(scope if permission.is_scoped else Scope.ALL),
            limit=limit if permission.limit is not None else None,
            reason=reason,
            valid_from=begins,
            valid_until=valid_until,
        )


@transaction.atomic
def end_personal_permission(*, actor: Actor, permission: EmployeePermission) -> EmployeePermission:
    """End a personal widening or narrowing now; one that has not begun yet never will."""
    actor.require(RIGHT)
    row = EmployeePermission.objects.select_for_update(of=("self",)).get(pk=permission.pk)
    now = timezone.now()
    with some_director_stays(row.employee):
        if row.valid_until is None or row.valid_until > now:
            row.valid_until = max(now, row.valid_from)
            row.save(update_fields=["valid_until"])
    return row
