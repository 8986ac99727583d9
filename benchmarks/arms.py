"""The things an operation is timed on: the real page, the framework floor, the SQL floor."""

import json
import re
from html import unescape
from typing import Any, Protocol

import psycopg

from benchmarks.browser import Browser
from core.bench import Operation, Rows, Sample, World, WrongAnswer

_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td>(.*?)</td>", re.DOTALL)


class Arm(Protocol):
    """``act`` is timed; ``check`` is not, and raises ``WrongAnswer``."""

    name: str
    world: World

    def act(self, operation: Operation, sample: Sample) -> Any: ...
    def check(self, operation: Operation, sample: Sample, answer: Any) -> None: ...


class Pages:
    """The product, served by the real stack. ``reference`` says what SQL finds in the same database."""

    def __init__(self, browsers: dict[str, Browser], world: World, reference: "Sql", name: str = "ours") -> None:
        self.browsers, self.world, self.reference, self.name = browsers, world, reference, name

    def act(self, operation: Operation, sample: Sample) -> Any:
        return operation.page(self.browsers[operation.login], sample)

    def check(self, operation: Operation, sample: Sample, answer: Any) -> None:
        shown = operation.shown(answer, self.world, sample)
        if operation.sql is None:
            _compare(operation, sample, "the page shows nothing", bool(shown), True)
        else:
            _compare(operation, sample, "the page shows", shown, self.reference.wanted(operation, sample))


class Framework:
    """A bare Django page over the same SQL."""

    name = "framework"

    def __init__(self, browser: Browser, world: World, reference: "Sql") -> None:
        self.browser, self.world, self.reference = browser, world, reference

    def act(self, operation: Operation, sample: Sample) -> str:
        if operation.is_write:
            return self.browser.post(f"/{operation.code}/", {"sample": json.dumps(sample)}).text
        return self.browser.get(f"/{operation.code}/", sample=json.dumps(sample)).text

    def check(self, operation: Operation, sample: Sample, answer: str) -> None:
        wanted = texts(self.reference.wanted(operation, sample))
        _compare(operation, sample, "the bare page shows", rows_of(answer), wanted)


class Sql:
    """The least SQL, through psycopg."""

    name = "sql"

    def __init__(self, connection: psycopg.Connection, world: World) -> None:
        self.connection, self.world = connection, world

    def act(self, operation: Operation, sample: Sample) -> Rows:
        assert operation.sql is not None
        if not operation.is_write:
            with self.connection.cursor() as cursor:
                return operation.sql(cursor, sample)
        with self.connection.transaction(), self.connection.cursor() as cursor:
            return operation.sql(cursor, sample)

    def check(self, operation: Operation, sample: Sample, answer: Rows) -> None:
        if operation.wanted:
            _compare(operation, sample, "SQL answers", answer, operation.wanted(sample))

    def wanted(self, operation: Operation, sample: Sample) -> Rows:
        """What a right answer shows: what was asked for, or what the database holds."""
        return operation.wanted(sample) if operation.wanted else self.act(operation, sample)


def _compare(operation: Operation, sample: Sample, who: str, shown: Any, wanted: Any) -> None:
    if shown != wanted:
        raise WrongAnswer(f"{operation.code}: {who} {_short(shown)}, not {_short(wanted)}, for {_short(sample)}")


def rows_of(page: str) -> list[list[str]]:
    """The table of a bare page."""
    return [[unescape(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(page)]


def texts(rows: Rows) -> list[list[str]]:
    """Rows as a template writes them."""
    return [[str(value) for value in row] for row in rows]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}…"
