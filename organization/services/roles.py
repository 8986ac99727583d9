"""Roles and the rights of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType

from django.db import transaction
from django.utils import timezone

from core import modules
from core.actor import Actor, Scope
from core.errors import constraint_as
from core.modules import Permission
from organization import selectors
from organization.effective import Held
from organization.enums import Effect, ScopeChoice
from organization.errors import DirectorKeepsRights, NameTaken, RoleBuiltIn, RoleHeld, UnknownRight
from organization.models import EmployeeRole, Role, RolePermission

RIGHT = "organization.change_rights"


@transaction.atomic
def set_role_permissions(*, actor: Actor, role: Role, version: int | None, changes: Mapping[str, Held]) -> Role:
    """Bring these rights of a role to what is asked, all or none; it acts on the next request of everybody under it.

    Taking a right away writes a denial, so that defaults of later versions do not give it back. The director's role holds
    rights whole or not at all.

    Raises: ChangedByOther when the role was saved after ``version``, UnknownRight, DirectorKeepsRights.
    """
    actor.require(RIGHT)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    role.check_version(version)
    known = modules.registry.permissions()
    rows = {row.code: row for row in RolePermission.objects.filter(role=role, code__in=changes)}
    is_changed = False
    for code in sorted(changes):
        if code not in known:
            raise UnknownRight
        row = rows.get(code) or RolePermission(role=role, code=code)
        is_changed |= _hold(role, row, known[code], changes[code])
    if is_changed:
        role.save_version([])
    return role


def _hold(role: Role, row: RolePermission, permission: Permission, held: Held) -> bool:
    """Write one right as it is to be held; False when it is so already."""
    if role.is_director and permission.code == RIGHT and held.scope is None:
        raise DirectorKeepsRights
    was = (row.pk and row.effect, row.scope, row.limit)
    row.effect = Effect.DENY if held.scope is None else Effect.ALLOW
    if held.scope is not None:
        row.scope = ScopeChoice(held.scope if permission.is_scoped and not role.is_director else Scope.ALL)
        row.limit = None if permission.limit is None or role.is_director else held.limit
    if (row.effect, row.scope, row.limit) == was:
        return False
    row.save()
    return True


@transaction.atomic
def set_role_permission(
    *, actor: Actor, role: Role, code: str, scope: Scope | None, limit: int | EllipsisType | None = ...
) -> RolePermission:
    """Give a role one right, or take it away (None); as ``set_role_permissions``.

    A limit that is not named stays as it was; one that never was is the tightest there is.
    """
    actor.require(RIGHT)
    permission = modules.registry.permissions().get(code)
    if permission is None:
        raise UnknownRight
    Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if isinstance(limit, EllipsisType):
        row = RolePermission.objects.filter(role=role, code=code).first()
        tightest = permission.limit.choices[0] if permission.limit else None
        limit = row.limit if row else tightest
    set_role_permissions(actor=actor, role=role, version=None, changes={code: Held(scope, limit)})
    return RolePermission.objects.get(role=role, code=code)


@transaction.atomic
def add_role(*, actor: Actor, name: str, like: Role | None = None) -> Role:
    """Make a role of the clinic's own, empty or with the rights of another one, which it remembers. Raises: NameTaken."""
    actor.require(RIGHT)
    has = selectors.rights_of_role(like, with_modules_off=True) if like else None
    rights = {code: (ScopeChoice(scope), has.limits.get(code)) for code, scope in has.scopes.items()} if has else {}
    with constraint_as({"organization_role_name_key": NameTaken}):
        role = Role.objects.create(
            name=name,
            copied_from=like,
            copied_at=timezone.now() if like else None,
            baseline={code: [scope.value, limit] for code, (scope, limit) in rights.items()} if like else None,
        )
    RolePermission.objects.bulk_create(
        RolePermission(role=role, code=code, effect=Effect.ALLOW, scope=scope, limit=limit)
        for code, (scope, limit) in rights.items()
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


@transaction.atomic
def archive_role(*, actor: Actor, role: Role) -> Role:
    """Put a role of the clinic's own away. Raises: RoleBuiltIn, RoleHeld while anybody employed may sign in under it."""
    actor.require(RIGHT)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if role.code:
        raise RoleBuiltIn
    if EmployeeRole.objects.filter(role=role, employee__archived_at=None).exists():
        raise RoleHeld
    role.archived_at = timezone.now()
    role.save(update_fields=["archived_at"])
    return role


@transaction.atomic
def restore_role(*, actor: Actor, role: Role) -> Role:
    """Take a role back from the archive with the rights it had."""
    actor.require(RIGHT)
    role = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
    role.archived_at = None
    role.save(update_fields=["archived_at"])
    return role
