"""Which nightly backups stay: the last days, the newest of each of the last weeks and months."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Retention:
    """How many days, calendar weeks and months that have a backup keep their newest one."""

    daily: int
    weekly: int
    monthly: int

    def kept(self, days: Sequence[date]) -> set[int]:
        """Places of those that stay among backups made on these days, newest first; the newest always stays."""
        return {
            *([0] if days else []),
            *_newest_of_each(days, lambda day: day, self.daily),
            *_newest_of_each(days, lambda day: day.isocalendar()[:2], self.weekly),
            *_newest_of_each(days, lambda day: (day.year, day.month), self.monthly),
        }


def _newest_of_each(days: Iterable[date], period: Callable[[date], Any], count: int) -> list[int]:
    first: dict[Any, int] = {}
    for place, day in enumerate(days):
        first.setdefault(period(day), place)
    return list(first.values())[:count]
