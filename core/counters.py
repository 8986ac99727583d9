"""Gap-free numbers per series."""

from collections.abc import Iterable

from django.db import connection


def next_number(series: str) -> int:
    """Draw the next number of a series, from 1, inside the caller's transaction.

    The counter's row stays locked until that transaction ends: a rollback gives the number back, so there are no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (series, value) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET value = core_counter.value + 1 RETURNING value",
            [series],
        )
        return cursor.fetchone()[0]


def raise_to(series: str, value: int) -> None:
    """Make sure the series has reached ``value``; used by imports and the demo, never lowers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (series, value) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET value = GREATEST(core_counter.value, EXCLUDED.value)",
            [series, value],
        )


def go_on_from(series: str, number: int) -> bool:
    """Let the next number drawn be this one; False when it, or a later one, was given already.

    The counter's row is locked from here on: whoever draws meanwhile waits and then draws the new number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (series, value) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET value = EXCLUDED.value WHERE core_counter.value <= EXCLUDED.value "
            "RETURNING value",
            [series, number - 1],
        )
        return cursor.fetchone() is not None


def next_numbers(series: Iterable[str]) -> dict[str, int]:
    """The number each series would draw next, without drawing it."""
    names = list(series)
    with connection.cursor() as cursor:
        cursor.execute("SELECT series, value FROM core_counter WHERE series = ANY(%s)", [names])
        known = dict(cursor.fetchall())
    return {name: known.get(name, 0) + 1 for name in names}
