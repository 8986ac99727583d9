"""What the page of one role's rights shows and reads: every right there is, by module, with its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext, pgettext

from core import modules, names
from core.actor import Scope
from core.conflicts import Difference
from core.modules import Module, Permission
from organization import selectors
from organization.defaults import start_of
from organization.effective import NOT_HELD, Held
from organization.models import Role

SHOWN = ("all", "changed", "dangerous")
OFF = "off"
RUNNING = {"core", "organization", "clinic"}  # modules about running the program: after those about the clinic's work
KEPT = "organization.change_rights"  # the director's role always has it


@dataclass(frozen=True)
class Choice:
    """One choice of a control: what is posted, what is read, and whether it is in force."""

    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class RightRow:
    """One right of one role.

    ``now`` is what the controls show, ``saved`` what is in force; they differ after a refused save. ``base`` is what the
    role was supplied or copied with, None when nothing is known of that.
    """

    permission: Permission
    now: Held
    saved: Held
    base: Held | None
    is_director: bool
    is_on: bool

    @property
    def code(self) -> str:
        return self.permission.code

    @property
    def is_fixed(self) -> bool:
        return self.is_director and self.code == KEPT

    @property
    def is_open(self) -> bool:
        """True when the controls may be used."""
        return self.is_on and not self.is_fixed

    @property
    def is_scoped(self) -> bool:
        return self.permission.is_scoped and not self.is_director

    @property
    def is_limited(self) -> bool:
        return self.permission.limit is not None and not self.is_director

    @property
    def is_changed(self) -> bool:
        return self.base is not None and self.saved != self.base

    @property
    def is_unsaved(self) -> bool:
        return self.now != self.saved

    @property
    def offered(self) -> Held:
        """What the scope and limit controls show: as held, or as they would begin if the right were given."""
        if self.now.scope is not None:
            return self.now
        if self.base is not None and self.base.scope is not None:
            return self.base
        limit = self.permission.limit
        return Held(Scope.OWN if self.is_scoped else Scope.ALL, limit.choices[0] if limit and self.is_limited else None)

    @property
    def scopes(self) -> list[Choice]:
        return [Choice(scope.value, scope.label, scope == self.offered.scope) for scope in Scope]

    @property
    def limits(self) -> list[Choice]:
        """Limits to choose from, the one in force among them even if it is no longer offered; no limit last."""
        limit = self.permission.limit
        if limit is None:
            return []
        numbers = sorted({*limit.choices, *(held.limit for held in (self.now, self.saved) if held.limit is not None)})
        return [
            Choice("" if number is None else str(number), limit.in_words(number), number == self.offered.limit)
            for number in (*numbers, None)
        ]

    @property
    def saved_key(self) -> str:
        return key_of(self.saved)

    @property
    def base_key(self) -> str:
        return "" if self.base is None else key_of(self.base)

    @property
    def saved_words(self) -> str:
        return in_words(self.permission, self.saved)

    @property
    def now_words(self) -> str:
        return in_words(self.permission, self.now)

    @property
    def base_words(self) -> str:
        return "" if self.base is None else in_words(self.permission, self.base)

    @property
    def words(self) -> str:
        """What the search looks through."""
        return names.normalise(f"{self.permission.title} {self.permission.description}")


@dataclass(frozen=True)
class Filter:
    """What the page is narrowed to; rows that do not match stay in the form, hidden, so that nothing typed is lost."""

    search: str = ""
    show: str = "all"
    module: str = ""

    def matches(self, row: RightRow, module: Module) -> bool:
        if self.show == "changed" and not (row.is_changed or row.is_unsaved):
            return False
        if self.show == "dangerous" and not row.permission.is_dangerous:
            return False
        words = names.normalise(self.search).split()
        return self.module in {"", module.code} and all(word in row.words for word in words)


@dataclass(frozen=True)
class RightGroup:
    """The rights of one module, with which of them the filter hides."""

    module: Module
    rows: list[RightRow]
    is_on: bool
    hidden: frozenset[str] = field(default_factory=frozenset)

    @property
    def given(self) -> int:
        return sum(row.now.scope is not None for row in self.rows)

    @property
    def is_hidden(self) -> bool:
        return len(self.hidden) == len(self.rows)

    @property
    def lines(self) -> list[tuple[RightRow, bool]]:
        """Rows, and whether each is hidden."""
        return [(row, row.code in self.hidden) for row in self.rows]


def groups_of(
    role: Role, *, changes: Mapping[str, Held] | None = None, shown: Filter | None = None
) -> list[RightGroup]:
    """Rights by module; ``changes`` are those typed and not saved."""
    changes, shown = changes or {}, shown or Filter()
    saved, base = saved_of(role), base_of(role)
    groups = []
    for module in modules_in_order():
        is_on = modules.is_on(module.code)
        rows = []
        for permission in module.permissions:
            held = saved.get(permission.code, NOT_HELD)
            was = None if base is None else base.get(permission.code, NOT_HELD)
            now = changes.get(permission.code, held)
            rows.append(RightRow(permission, now, held, was, role.is_director, is_on))
        if rows:
            hidden = frozenset(row.code for row in rows if not shown.matches(row, module))
            groups.append(RightGroup(module, rows, is_on, hidden))
    return groups


def modules_in_order() -> list[Module]:
    """As people read rights: the clinic's work first."""
    return sorted(modules.registry.all(), key=lambda module: module.code in RUNNING)


def counts_of(groups: list[RightGroup]) -> dict[str, int]:
    """How many rights there are in all, changed and dangerous: the numbers on the filter."""
    shown = {show: Filter(show=show) for show in SHOWN}
    return {
        show: sum(wanted.matches(row, group.module) for group in groups for row in group.rows)
        for show, wanted in shown.items()
    }


def saved_of(role: Role) -> dict[str, Held]:
    """What the role holds, rights of switched-off modules too."""
    has = selectors.rights_of_role(role, with_modules_off=True)
    return _tidy({code: Held(scope, has.limits.get(code)) for code, scope in has.scopes.items()})


def base_of(role: Role) -> dict[str, Held] | None:
    """What the role was supplied with, or copied with; None for one that was made from nothing."""
    known = modules.registry.permissions()
    if role.is_director:
        return dict.fromkeys(known, Held(Scope.ALL))
    if role.code:
        starts = {code: start_of(permission, role.code) for code, permission in known.items()}
        return _tidy({code: Held(start.scope, start.limit) for code, start in starts.items() if start is not None})
    if role.baseline is None:
        return None
    return _tidy({code: Held(Scope(scope), limit) for code, (scope, limit) in role.baseline.items()})


def _tidy(held: Mapping[str, Held]) -> dict[str, Held]:
    """Declared rights alone, without a scope or a limit that has no meaning for them."""
    known = modules.registry.permissions()
    return {
        code: Held(one.scope if known[code].is_scoped else Scope.ALL, one.limit if known[code].limit else None)
        for code, one in held.items()
        if code in known
    }


def in_words(permission: Permission, held: Held) -> str:
    """«off», «own branch», «own branch, up to 10 %»."""
    if held.scope is None:
        return pgettext("right", "off")
    parts = [held.scope.label] if permission.is_scoped else []
    if permission.limit is not None:
        parts.append(permission.limit.in_words(held.limit))
    return ", ".join(parts) or pgettext("right", "on")


def key_of(held: Held) -> str:
    """«off», «branch:», «all:10»: what the form and the address carry."""
    if held.scope is None:
        return OFF
    return f"{held.scope.value}:{'' if held.limit is None else held.limit}"


def held_of(key: str) -> Held:
    """The other way round. Raises: ValueError."""
    if key == OFF:
        return NOT_HELD
    scope, _colon, limit = key.partition(":")
    return Held(Scope(scope), int(limit) if limit else None)


@dataclass(frozen=True)
class Typed:
    """What was sent from the page: what each right was when it was opened, and what the person made of it."""

    was: Mapping[str, Held]
    changes: Mapping[str, Held]


def typed_of(data: Mapping[str, str]) -> Typed:
    """Read the posted form; rights it does not carry are left out. Raises: ValueError for what no control sends."""
    was, changes = {}, {}
    for code, permission in modules.registry.permissions().items():
        if f"was-{code}" not in data:
            continue
        was[code] = held_of(data[f"was-{code}"])
        typed = NOT_HELD
        if f"on-{code}" in data:
            scope = Scope(data.get(f"scope-{code}") or Scope.ALL) if permission.is_scoped else Scope.ALL
            limit = data.get(f"limit-{code}") if permission.limit is not None else None
            typed = Held(scope, int(limit) if limit else None)
        if typed != was[code]:
            changes[code] = typed
    return Typed(was, changes)


def fields_of(typed: Typed) -> list[tuple[str, str]]:
    """The changes alone as form fields, for the dialog that asks before saving."""
    fields = []
    for code, held in typed.changes.items():
        fields.append((f"was-{code}", key_of(typed.was[code])))
        if held.scope is not None:
            limit = "" if held.limit is None else str(held.limit)
            fields += [(f"on-{code}", "1"), (f"scope-{code}", held.scope.value), (f"limit-{code}", limit)]
    return fields


def conflicts_of(role: Role, typed: Typed) -> list[Difference]:
    """What somebody else saved since the page was opened, beside what is typed here."""
    saved, known = saved_of(role), modules.registry.permissions()
    found = []
    for code, was in typed.was.items():
        theirs = saved.get(code, NOT_HELD)
        if theirs == was:
            continue
        yours = in_words(known[code], typed.changes[code]) if code in typed.changes else gettext("left as it was")
        found.append(Difference(label=str(known[code].title), theirs=in_words(known[code], theirs), yours=yours))
    return found
