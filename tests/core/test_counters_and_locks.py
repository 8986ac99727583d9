"""Numbers run without gaps and locks are taken in one order, with real parallel connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.counters import next_number, raise_to
from core.locks import lock_in_order

pytestmark = pytest.mark.django_db(transaction=True)


def in_parallel(job, times: int) -> list:
    """Run ``job(n)`` in as many threads, each with its own connection, let go at the same moment."""
    gate = threading.Barrier(times)

    def run(n: int):
        gate.wait()
        try:
            return job(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_numbers_drawn_in_parallel_have_no_gaps_and_no_doubles():
    def draw(n: int) -> int:
        with transaction.atomic():
            return next_number("invoice:1:2026")

    assert sorted(in_parallel(draw, 12)) == list(range(1, 13))


def test_a_rollback_gives_the_number_back():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number("card")
        raise ZeroDivisionError

    assert next_number("card") == 1


def test_series_count_apart():
    assert (next_number("a"), next_number("b"), next_number("a")) == (1, 1, 2)


def test_raise_to_never_lowers():
    raise_to("card", 500)
    raise_to("card", 10)

    assert next_number("card") == 501


def test_locks_asked_in_opposite_orders_do_not_deadlock():
    def take(n: int) -> bool:
        keys = [(1, 7), (2, 9), (1, 8)]
        with transaction.atomic():
            lock_in_order(keys if n % 2 else reversed(keys))
            return True

    assert in_parallel(take, 8) == [True] * 8


def test_a_lock_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        lock_in_order([(1, 1)])
