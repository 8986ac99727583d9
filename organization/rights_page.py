"""What the page of one role's rights shows: every right there is, by module, with its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core import modules, names
from core.actor import Scope
from core.modules import Module, Permission
from organization import selectors
from organization.models import Role

SHOWN = ("all", "changed", "dangerous")


@dataclass(frozen=True)
class RightRow:
    """One right of one role. ``scope`` is None when the role does not have it, ``usual`` what it started with."""

    permission: Permission
    scope: Scope | None
    usual: Scope | None
    is_built_in: bool
    is_fixed: bool

    @property
    def scopes(self) -> list[tuple[Scope, bool]]:
        """Every scope, and whether it is the one in force."""
        return [(scope, scope == self.scope) for scope in Scope]

    @property
    def is_changed(self) -> bool:
        return self.is_built_in and self.scope != self.usual

    def matches(self, words: str) -> bool:
        text = names.normalise(f"{self.permission.title} {self.permission.description}")
        return all(word in text for word in words.split())


@dataclass(frozen=True)
class RightGroup:
    """The rights of one module, with how many of all of them the role has."""

    module: Module
    rows: list[RightRow]
    given: int
    total: int
    is_on: bool


def groups_of(role: Role, *, search: str = "", show: str = "all") -> list[RightGroup]:
    """Rights by module, left to what is searched for; modules without any such right are left out."""
    has = selectors.rights_of_role(role, with_modules_off=True)
    words = names.normalise(search)
    groups = []
    for module in modules.registry.all():
        every = [row_of(role, permission, has.scopes.get(permission.code)) for permission in module.permissions]
        rows = [row for row in every if row.matches(words) and is_shown(row, show)]
        if rows:
            given = sum(row.scope is not None for row in every)
            groups.append(RightGroup(module, rows, given, len(every), modules.is_on(module.code)))
    return groups


def row_of(role: Role, permission: Permission, scope: Scope | None) -> RightRow:
    usual = Scope.ALL if role.is_director else permission.defaults.get(role.code)
    is_fixed = role.is_director and permission.code == "organization.change_rights"
    return RightRow(permission, scope, usual, bool(role.code), is_fixed)


def is_shown(row: RightRow, show: str) -> bool:
    if show == "changed":
        return row.is_changed
    return row.permission.is_dangerous if show == "dangerous" else True


def group_of(role: Role, code: str) -> tuple[RightGroup, RightRow]:
    """The group a right belongs to, and its row there."""
    for group in groups_of(role):
        for row in group.rows:
            if row.permission.code == code:
                return group, row
    raise LookupError(code)


def counts_of(role: Role) -> dict[str, Any]:
    """How many rights there are in all, changed and dangerous: the numbers on the filter."""
    rows = [row for group in groups_of(role) for row in group.rows]
    return {show: sum(is_shown(row, show) for row in rows) for show in SHOWN}
