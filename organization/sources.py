"""Where each right of a person comes from: the same sum as ``organization.effective``, told step by step.

Pure: given everything that is granted, it answers for every declared right which grants shaped it and what held after each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core import modules
from core.actor import Scope
from organization.effective import NOT_HELD, WIDTH, Held, is_more, is_wider
from organization.enums import BuiltInRole, Effect


class Origin(StrEnum):
    DIRECTOR = "director"  # the director's role has every right there is
    ROLE = "role"
    UNSAVED = "unsaved"  # the role, as it stands changed on the page and not saved yet
    PERSONAL = "personal"
    NAMED = "named"  # a single report opened to this person by name
    MODULE_OFF = "module_off"


@dataclass(frozen=True)
class Grant:
    """One row that gives, caps or denies a right, and what is known about it; ``until`` is its first moment without force."""

    code: str
    effect: Effect
    scope: Scope
    limit: int | None
    origin: Origin
    by: str = ""
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Step:
    """What holds after one grant was taken into account. ``grant`` is None where no row stands behind it."""

    origin: Origin
    held: Held
    grant: Grant | None = None


@dataclass(frozen=True)
class Standing:
    """One right of one person: the steps that shaped it; without any the right was never given."""

    code: str
    steps: tuple[Step, ...]

    @property
    def held(self) -> Held:
        """What holds in the end."""
        return self.steps[-1].held if self.steps else NOT_HELD

    @property
    def by_role(self) -> Held:
        """What the role alone gives, whether its module is on or not."""
        own = [step for step in self.steps if step.origin in {Origin.DIRECTOR, Origin.ROLE, Origin.UNSAVED}]
        return own[-1].held if own else NOT_HELD

    @property
    def is_personal(self) -> bool:
        """True when the person may do something else than the role."""
        return self.held != self.by_role and any(step.origin in {Origin.PERSONAL, Origin.NAMED} for step in self.steps)


def standings(role_code: str, grants: Iterable[Grant], *, off: frozenset[str]) -> dict[str, Standing]:
    """Every declared right with its steps, in the order of strength: given, capped, denied, module off.

    Grants that change nothing are left out, but for denials: they hold against whatever is given later.
    """
    by_code: dict[str, list[Grant]] = {code: [] for code in modules.registry.permissions()}
    for grant in grants:
        if grant.code in by_code:
            by_code[grant.code].append(grant)
    is_director = role_code == BuiltInRole.DIRECTOR
    return {
        code: Standing(code, tuple(_steps(of_code, is_director, modules.module_of(code) in off)))
        for code, of_code in by_code.items()
    }


def _steps(grants: list[Grant], is_director: bool, is_off: bool) -> Iterator[Step]:
    held = NOT_HELD
    if is_director:
        held = Held(Scope.ALL, None)
        yield Step(Origin.DIRECTOR, held)
    for effect in (Effect.ALLOW, Effect.CAP, Effect.DENY):
        for grant in grants:
            if grant.effect != effect:
                continue
            after = _after(held, grant)
            if after != held or effect == Effect.DENY:
                held = after
                yield Step(grant.origin, held, grant)
    if is_off and held.scope is not None:
        yield Step(Origin.MODULE_OFF, NOT_HELD)


def _after(held: Held, grant: Grant) -> Held:
    """What holds once the grant is taken into account."""
    if grant.effect == Effect.DENY:
        return NOT_HELD
    if grant.effect == Effect.ALLOW:
        if held.scope is None:
            return Held(grant.scope, grant.limit)
        return Held(
            grant.scope if is_wider(grant.scope, held.scope) else held.scope,
            grant.limit if is_more(grant.limit, held.limit) else held.limit,
        )
    if held.scope is None:
        return held
    return Held(
        min(held.scope, grant.scope, key=WIDTH.__getitem__),
        grant.limit if is_more(held.limit, grant.limit) else held.limit,
    )
