"""Gap-free numbers per series."""

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
