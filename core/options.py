"""The clinic's own choices: thresholds, lengths, switches. An app declares them, one page changes them, anybody reads them.

Option("schedule.no_show_minutes", _("Did not come after"), _("…"), Kind.WHOLE, default=30, page="rules", …)
options.value("schedule.no_show_minutes")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Title = Any  # a lazy translation


class Kind(StrEnum):
    """What an option's value is, and so how it is typed in."""

    WHOLE = "whole"  # a whole number, ``least`` to ``most``
    SWITCH = "switch"  # yes or no
    CHOICE = "choice"  # one of ``choices``
    SEVERAL = "several"  # a list of some of ``choices``
    TEXT = "text"  # at most ``most`` letters
    DATE = "date"  # a day as ISO text; "" for none
    PATTERN = "pattern"  # text around {number} and what else ``choices`` name, at most ``most`` letters
    SOUND = "sound"  # a choice that can be listened to
    BY_ROLE = "by_role"  # a list of some of ``choices`` for each role, by its id
    PICTURE = "picture"  # the name of a kept picture; "" for none


@dataclass(frozen=True)
class Option:
    """One choice. ``effect`` tells in a sentence what it changes, ``where`` on which pages and reports that shows;
    ``page`` names the settings page it stands on.
    """

    code: str
    title: Title
    effect: Title
    kind: Kind
    default: Any
    page: str
    order: int
    section: Title = ""
    unit: Title = ""
    where: Title = ""
    least: int = 0
    most: int = 0
    choices: Sequence[tuple[str, Title]] = ()

    def accepts(self, value: Any) -> bool:
        """Whether the value is one this option may have."""
        allowed = {code for code, _title in self.choices}
        match self.kind:
            case Kind.WHOLE:
                fits = isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            case Kind.SWITCH:
                fits = isinstance(value, bool)
            case Kind.CHOICE | Kind.SOUND:
                fits = isinstance(value, str) and value in allowed
            case Kind.SEVERAL:
                fits = _are_some_of(value, allowed)
            case Kind.BY_ROLE:
                fits = isinstance(value, dict) and all(
                    str(role).isdecimal() and _are_some_of(entries, allowed) for role, entries in value.items()
                )
            case Kind.DATE:
                fits = value == "" or _is_day(value)
            case _:
                fits = isinstance(value, str) and len(value) <= self.most
        return fits and (self.kind != Kind.PATTERN or _is_pattern(value, allowed))


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _are_some_of(value: Any, allowed: set[str]) -> bool:
    return isinstance(value, list) and all(entry in allowed for entry in value)


def _is_pattern(text: str, allowed: set[str]) -> bool:
    """The number, beside it letters and the names that are allowed, each once, nothing that formats or reaches inside them."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return False
    names = [name for _text, name, _format, _conversion in parts if name is not None]
    is_plain = all(not layout and not conversion for _text, name, layout, conversion in parts if name is not None)
    return is_plain and "number" in names and len(names) == len(set(names)) and set(names) <= {"number", *allowed}


_chosen: ContextVar[Mapping[str, Any] | None] = ContextVar("options_chosen", default=None)
_UNREAD: Mapping[str, Any] = {}


def value(code: str) -> Any:
    """What the clinic chose, or what the option is supplied with. Raises: KeyError for an option nobody declared."""
    from core.modules import registry  # declares what a module is, options among it

    option = registry.options()[code]
    chosen = _all_chosen().get(code, option.default)
    return chosen if option.accepts(chosen) else option.default


def _all_chosen() -> Mapping[str, Any]:
    known = _chosen.get()
    if known is None:
        return _read()
    if known is _UNREAD:
        known = _read()
        _chosen.set(known)
    return known


def _read() -> Mapping[str, Any]:
    from core.models import OptionValue  # models load after this file

    return dict(OptionValue.objects.values_list("code", "value"))


def remember(chosen: Mapping[str, Any]) -> None:
    """Take the values that came along with another statement; they hold until the request or task ends."""
    if _chosen.get() is not None:
        _chosen.set(dict(chosen))


@contextmanager
def remembered_values() -> Iterator[None]:
    """The values are read at most once, by whoever asks first, and hold until the end of the request or task."""
    token = _chosen.set(_UNREAD)
    try:
        yield
    finally:
        _chosen.reset(token)


def forget() -> None:
    """After a change inside a request: what follows in the same request sees it."""
    if _chosen.get() is not None:
        _chosen.set(_UNREAD)
