from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range

from core.ranges import contains, covers, intersect, interval, merge, minutes, overlaps, starts, subtract, total_minutes

DAY = datetime(2026, 11, 23, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def at(minute: int) -> datetime:
    return DAY + timedelta(minutes=minute)


def span(lower: int | None, upper: int | None) -> Range:
    return interval(None if lower is None else at(lower), None if upper is None else at(upper))


def inside(intervals: list[Range]) -> set[int]:
    """The minutes of the test day covered, by asking each interval minute by minute."""
    return {minute for minute in range(-1, 62) if any(contains(whole, at(minute)) for whole in intervals)}


bounds = st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(lambda pair: pair[0] < pair[1])
open_bounds = st.tuples(st.none() | st.integers(0, 30), st.none() | st.integers(31, 60))
spans = st.lists((bounds | open_bounds).map(lambda pair: span(*pair)), max_size=8)
closed_spans = st.lists(bounds.map(lambda pair: span(*pair)), max_size=8)


def test_interval_is_half_open_and_in_utc():
    whole = interval(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Yekaterinburg")), None)

    assert whole == Range(datetime(2026, 11, 23, 4, tzinfo=UTC), None, "[)")
    assert contains(whole, datetime(2026, 11, 23, 4, tzinfo=UTC))


@pytest.mark.parametrize(("lower", "upper"), [(at(1), at(1)), (at(2), at(1))])
def test_interval_refuses_an_end_that_is_not_after_the_beginning(lower, upper):
    with pytest.raises(ValueError, match="ends after"):
        interval(lower, upper)


def test_interval_refuses_a_naive_moment():
    with pytest.raises(ValueError, match="zone"):
        interval(datetime(2026, 11, 23), None)


def test_closed_intervals_are_refused():
    with pytest.raises(ValueError, match="half-open"):
        overlaps(Range(at(0), at(1), "[]"), span(0, 1))


def test_neighbours_do_not_overlap_and_merge_into_one():
    assert not overlaps(span(0, 15), span(15, 30))
    assert merge([span(15, 30), span(0, 15)]) == [span(0, 30)]


def test_free_time_is_shifts_minus_appointments():
    shifts = [span(0, 30), span(40, 60)]
    appointments = [span(5, 10), span(10, 15), span(25, 45)]

    assert subtract(shifts, appointments) == [span(0, 5), span(15, 25), span(45, 60)]


def test_empty_intervals_hold_nothing():
    empty = Range(empty=True)

    assert merge([empty]) == []
    assert subtract([span(0, 5)], [empty]) == [span(0, 5)]
    assert not overlaps(empty, span(None, None))
    assert not contains(empty, at(0))
    assert minutes(empty) == 0
    assert covers(span(0, 1), empty)


def test_open_intervals_have_no_length():
    with pytest.raises(ValueError, match="no length"):
        minutes(span(None, 5))
    assert merge([span(None, 5), span(3, None)]) == [Range(None, None, "[)")]


def test_minutes_count_real_time_when_the_clocks_change():
    before = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK)  # clocks go back an hour at two
    after = datetime(2026, 11, 1, 3, 0, tzinfo=NEW_YORK)

    assert minutes(Range(before, after, "[)")) == 210
    assert minutes(interval(before, after)) == 210


def test_the_repeated_hour_is_told_apart():
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    second = first.replace(fold=1)

    assert minutes(interval(first, second)) == 60
    assert not overlaps(interval(first, first.astimezone(UTC) + timedelta(minutes=30)), interval(second, None))


@given(spans, spans)
def test_subtract_leaves_exactly_the_minutes_that_are_not_busy(whole, busy):
    free = subtract(whole, busy)

    assert inside(free) == inside(whole) - inside(busy)
    assert not any(overlaps(part, taken) for part in free for taken in busy)
    assert free == merge(free)


@given(spans)
def test_merge_keeps_the_minutes_in_the_fewest_parts(whole):
    merged = merge(whole)

    assert inside(merged) == inside(whole)
    for earlier, later in pairwise(merged):
        assert earlier.upper < later.lower


@given(spans, spans)
def test_what_is_free_and_what_is_shared_make_up_the_whole(whole, busy):
    shared = [common for one in whole for other in busy if (common := intersect(one, other))]

    assert merge([*subtract(whole, busy), *shared]) == merge(whole)


@given(bounds, bounds)
def test_overlaps_is_mutual_and_agrees_with_intersect(one, other):
    first, second = span(*one), span(*other)

    assert overlaps(first, second) == overlaps(second, first) == (intersect(first, second) is not None)
    assert overlaps(first, second) == bool(inside([first]) & inside([second]))
    assert covers(first, second) == (inside([second]) <= inside([first]))


@given(closed_spans)
def test_total_minutes_count_what_overlaps_once(whole):
    assert total_minutes(whole) == len(inside(whole))


@given(closed_spans, st.integers(1, 20), st.integers(1, 20))
def test_starts_fit_into_free_time(free, length, step):
    free = merge(free)

    for moment in starts(free, length_minutes=length, step_minutes=step):
        assert any(covers(part, interval(moment, moment + timedelta(minutes=length))) for part in free)


def test_starts_step_from_the_beginning_of_each_part():
    found = starts([span(0, 45), span(50, 60)], length_minutes=30, step_minutes=10)

    assert list(found) == [at(0), at(10)]


@pytest.mark.parametrize(("length", "step"), [(0, 5), (5, 0)])
def test_starts_refuse_to_stand_still(length, step):
    with pytest.raises(ValueError, match="at least one minute"):
        list(starts([span(0, 45)], length_minutes=length, step_minutes=step))
