"""Advisory locks of a transaction, always taken in one order."""

from collections.abc import Iterable

from django.db import connection


def lock_in_order(keys: Iterable[tuple[int, int]]) -> None:
    """Take transaction advisory locks for (class, id) pairs, sorted, so that waiters never deadlock.

    Raises: RuntimeError outside a transaction, where the lock would be gone at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("advisory locks need a transaction")
    ordered = sorted(set(keys))
    if not ordered:
        return
    with connection.cursor() as cursor:
        # one statement; unnest keeps the order of the arrays
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k.class, k.id) FROM unnest(%s::int[], %s::int[]) WITH ORDINALITY AS k(class, id, n) "
            "ORDER BY k.n",
            [[key[0] for key in ordered], [key[1] % 2**31 for key in ordered]],
        )
