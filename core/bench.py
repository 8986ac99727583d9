"""What an app's ``bench.py`` declares: operations people do all day, each beside the least SQL that answers the same.

Such a file imports neither models nor settings: it speaks HTTP to the real pages and SQL to the database, so that the
bare page a framework would need (the framework floor) can run the very same statements in another process.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

Sample = dict[str, Any]  # what one act is about; plain JSON, for it also travels to the framework floor
Rows = list[list[Any]]  # what a page showed, or SQL answered; plain JSON, equal when they say the same
Value = TypeVar("Value")


class WrongAnswer(Exception):
    """The page answered, but not what it should have."""


class Cursor(Protocol):
    """A cursor of psycopg or of Django: both take ``%(name)s``."""

    def execute(self, statement: Any, parameters: Any = None) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...


class Answer(Protocol):
    """A response, as httpx gives it."""

    status_code: int

    @property
    def text(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def headers(self) -> Any: ...
    def json(self) -> Any: ...


class Browser(Protocol):
    """Somebody signed in under one role. A status that was not expected raises ``WrongAnswer``."""

    memory: dict[str, Any]

    def get(self, path: str, *, part: bool = False, status: int = 200, etag: str = "", **query: Any) -> Answer: ...
    def post(self, path: str, data: Any, *, status: int = 200) -> Answer: ...


@dataclass
class World:
    """The database a run works on, for choosing samples and for looking what became of an act."""

    ask: Callable[..., list[tuple[Any, ...]]]  # (sql, **parameters), each in a transaction of its own
    rng: random.Random
    today: date
    zone: ZoneInfo
    _kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Value]) -> Value:
        """What several operations share, made when first asked for."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]


@dataclass(frozen=True)
class Operation:
    """One thing people do, as whole requests through the real pages.

    ``samples(world, count)`` chooses what to do it with; a writing operation uses each sample once.
    ``page(browser, sample)`` makes the requests and is what is timed; ``shown(answer, world, sample)`` reads the answer.
    ``sql(cursor, sample)`` is the floor: its rows must equal those shown, or ``wanted(sample)`` where it writes.
    """

    code: str
    title: str
    login: str
    samples: Callable[[World, int], Sequence[Sample]]
    page: Callable[[Browser, Sample], Any]
    shown: Callable[[Any, World, Sample], Rows]
    sql: Callable[[Cursor, Sample], Rows] | None = None
    wanted: Callable[[Sample], Rows] | None = None
    weight: float = 0.0  # share in the mixed load; 0: measured alone only

    @property
    def is_write(self) -> bool:
        """Whether a sample can be used once only."""
        return self.wanted is not None


def plain(rows: Sequence[Sequence[Any]]) -> Rows:
    """Rows as JSON carries them: dates and sums as text."""
    return [[value if isinstance(value, int | str | bool | None) else str(value) for value in row] for row in rows]
