"""A demo clinic loaded once for a file of tests, at 11:24 on a Monday; what a test changes is taken back.

The files are marked with django_db: each test runs in a savepoint inside the transaction of the load.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from clinic import demo
from core.demo import Run

ZONE = ZoneInfo("Europe/Moscow")
MONDAY = "2026-11-23T11:24"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[Run]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.load("XS", 1, at(MONDAY))
        transaction.set_rollback(True)


@pytest.fixture
def rows() -> Callable[..., list[tuple]]:
    """Answers of an SQL question."""

    def ask(sql: str, *parameters: object) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    return ask
