"""Numbers run without gaps and locks are taken in one order, with real parallel connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.counters import go_on_from, next_number, next_numbers, raise_to
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


def test_a_series_goes_on_from_a_number_but_never_from_one_that_was_given():
    for _time in range(3):
        next_number("card")

    assert next_numbers(["card", "other"]) == {"card": 4, "other": 1}
    assert not go_on_from("card", 3)
    assert go_on_from("card", 4)
    assert go_on_from("card", 100)
    assert not go_on_from("card", 50)
    assert next_number("card") == 100


def test_numbers_drawn_while_the_series_is_moved_on_have_no_doubles_and_none_in_the_gap():
    def draw_or_raise(n: int) -> int | None:
        with transaction.atomic():
            return next_number("card") if n else (go_on_from("card", 500) and None)

    drawn = [number for number in in_parallel(draw_or_raise, 12) if number is not None]

    below = sorted(number for number in drawn if number < 500)
    above = sorted(number for number in drawn if number >= 500)
    assert below == list(range(1, len(below) + 1))
    assert above == list(range(500, 500 + len(above)))
    assert len(below) + len(above) == 11


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
