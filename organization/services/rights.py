"""Roles and rights: who may sign in as what, and what each role and each person may do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import EllipsisType

from django.db import transaction
from django.utils import timezone

from core import modules
from core.actor import Actor, Scope
from core.errors import constraint_as
from organization import selectors
from organization.effective import is_more, is_wider
from organization.enums import BuiltInRole, Effect, ScopeChoice
from organization.errors import (
    DirectorKeepsRights,
    LastDirector,
    NameTaken,
    PeriodEmpty,
    RoleTooWide,
    UnknownRight,
)
from organization.models import Employee, EmployeePermission, EmployeeRole, Role, RolePermission

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
    """Let a person sign in under a role; does nothing when they may already."""
    actor.require(RIGHT)
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
    for pk in sorted(now.keys() - had.keys()):
        grant_role(actor=actor, employee=employee, role=now[pk])
    for pk in sorted(had.keys() - now.keys()):
        revoke_role(actor=actor, employee=employee, role=had[pk])


@transaction.atomic
def set_role_permission(
    *, actor: Actor, role: Role, code: str, scope: Scope | None, limit: int | EllipsisType | None = ...
) -> RolePermission:
    """Give a role a right with its scope and limit, or take it away (None); it acts on the next request of everybody.

    Taking writes a denial, so that defaults of later versions do not give it back. A limit that is not named stays as it
    was; one that never was is the tightest there is. The director's role has none.

    Raises: UnknownRight, DirectorKeepsRights.
    """
    actor.require(RIGHT)
    permission = modules.registry.permissions().get(code)
    if permission is None:
        raise UnknownRight
    role = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if role.is_director and code == RIGHT and scope is None:
        raise DirectorKeepsRights
    if not permission.is_scoped or role.is_director:
        scope = scope and Scope.ALL
    may_be_limited = permission.limit is not None and not role.is_director
    row = RolePermission.objects.filter(role=role, code=code).first() or RolePermission(
        role=role, code=code, limit=permission.limit.choices[0] if permission.limit and may_be_limited else None
    )
    was = (row.pk and row.effect, row.scope, row.limit)
    row.effect = Effect.DENY if scope is None else Effect.ALLOW
    row.scope = ScopeChoice(scope or row.scope)
    if may_be_limited and not isinstance(limit, EllipsisType):
        row.limit = limit
    if (row.effect, row.scope, row.limit) != was:
        row.save()
    return row


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


@transaction.atomic
def add_role(*, actor: Actor, name: str, like: Role | None = None) -> Role:
    """Make a role of the clinic's own, empty or with the rights of another one. Raises: NameTaken."""
    actor.require(RIGHT)
    with constraint_as({"organization_role_name_key": NameTaken}):
        role = Role.objects.create(name=name)
    if like is not None:
        has = selectors.rights_of_role(like, with_modules_off=True)
        RolePermission.objects.bulk_create(
            RolePermission(
                role=role, code=code, effect=Effect.ALLOW, scope=ScopeChoice(scope), limit=has.limits.get(code)
            )
            for code, scope in has.scopes.items()
        )
    return role


@transaction.atomic
def rename_role(*, actor: Actor, role: Role, version: int | None, name: str) -> Role:
    """Rename a role. Raises: NameTaken, ChangedByOther."""
    actor.require(RIGHT)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    role.check_version(version)
    role.name = name
    with constraint_as({"organization_role_name_key": NameTaken}):
        role.save_version(["name"])
    return role
