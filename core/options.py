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


@dataclass(frozen=True)
class Option:
    """One choice. ``effect`` tells in a sentence what it changes; ``page`` names the settings page that shows it."""

    code: str
    title: Title
    effect: Title
    kind: Kind
    default: Any
    page: str
    order: int
    section: Title = ""
    unit: Title = ""
    least: int = 0
    most: int = 0
    choices: Sequence[tuple[str, Title]] = ()

    def accepts(self, value: Any) -> bool:
        """Whether the value is one this option may have."""
        allowed = {code for code, _title in self.choices}
        match self.kind:
            case Kind.WHOLE:
                return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            case Kind.SWITCH:
                return isinstance(value, bool)
            case Kind.CHOICE:
                return value in allowed
            case Kind.SEVERAL:
                return isinstance(value, list) and all(entry in allowed for entry in value)
            case Kind.TEXT:
                return isinstance(value, str) and len(value) <= self.most
            case Kind.DATE:
                return value == "" or _is_day(value)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


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
