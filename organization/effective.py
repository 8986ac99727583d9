"""What a person may really do: the role's rights, widened and narrowed personally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core import modules
from core.actor import Scope
from organization.enums import BuiltInRole, Effect

WIDTH = {Scope.OWN: 0, Scope.BRANCH: 1, Scope.ALL: 2}

Grant = Sequence[str | int | None]  # (code, effect, scope, limit), as the tables keep it


@dataclass(frozen=True)
class Rights:
    """Codes with their scopes, and how much is given of those that have a limit; a code without one has none."""

    scopes: Mapping[str, Scope]
    limits: Mapping[str, int]


@dataclass(frozen=True)
class Held:
    """How one right is held: how far it reaches and how much of it is given. Without a scope it is not held."""

    scope: Scope | None = None
    limit: int | None = None


NOT_HELD = Held()


def is_wider(scope: Scope, than: Scope | None) -> bool:
    """True when the scope reaches further than the other one."""
    return than is None or WIDTH[scope] > WIDTH[than]


def is_more(limit: int | None, than: int | None) -> bool:
    """True when the limit lets more through than the other one; None lets everything through."""
    return than is not None and (limit is None or limit > than)


def effective_rights(role_code: str, grants: Iterable[Grant], *, off: frozenset[str] | None = None) -> Rights:
    """Rights that hold. The widest permission counts, no wider than any cap; a denial wins wherever it comes from.

    The director's role has every right there is, unless denied or capped.
    Rights of modules that are off (``off``, asked for when None) are left out, so that nothing can be done with them.
    """
    known = modules.registry.permissions()
    off = modules.modules_off() if off is None else off
    scopes, limits = summed_rights(role_code, grants)
    held = {code: scope for code, scope in scopes.items() if code in known and modules.module_of(code) not in off}
    held_limits = {code: limit for code, limit in limits.items() if code in held and limit is not None}
    return Rights(MappingProxyType(held), MappingProxyType(held_limits))


def summed_rights(role_code: str, grants: Iterable[Grant]) -> tuple[dict[str, Scope], dict[str, int | None]]:
    """Scopes and limits of all that is given, whatever module it belongs to."""
    scopes: dict[str, Scope] = {}
    limits: dict[str, int | None] = {}
    if role_code == BuiltInRole.DIRECTOR:
        scopes = dict.fromkeys(modules.registry.permissions(), Scope.ALL)
        limits = dict.fromkeys(scopes)
    by_effect: dict[str, list[Grant]] = {effect: [] for effect in Effect.values}
    for grant in grants:
        by_effect[str(grant[1])].append(grant)
    for code, _effect, scope, limit in by_effect[Effect.ALLOW]:
        if is_wider(Scope(scope), scopes.get(code)):
            scopes[code] = Scope(scope)
        if code not in limits or is_more(limit, limits[code]):
            limits[code] = limit
    for code, _effect, scope, limit in by_effect[Effect.CAP]:
        if code in scopes:
            scopes[code] = min(scopes[code], Scope(scope), key=WIDTH.__getitem__)
            limits[code] = limit if is_more(limits[code], limit) else limits[code]
    for code, *_rest in by_effect[Effect.DENY]:
        scopes.pop(code, None)
        limits.pop(code, None)
    return scopes, limits
