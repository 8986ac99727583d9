"""Half-open intervals of time, [from, to): working shifts, appointments, validity of prices.

A bound of None is open (no beginning, no end). All arithmetic is done in UTC: Python compares and subtracts two
datetimes of one zone by their wall clocks, which is an hour wrong across a change of the clocks.

Rows come from the database by the hundred with both bounds and in UTC already: for them there are spans, plain pairs
of such moments or of whole minutes, which cost no conversion.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

from psycopg.types.range import Range

Interval: TypeAlias = Range[datetime]
Span: TypeAlias = tuple[datetime, datetime]  # [from, to), both in UTC, the end after the beginning
Point = TypeVar("Point", datetime, int)  # a moment in UTC, or a number of minutes

_MINUTE = timedelta(minutes=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


def interval(lower: datetime | None, upper: datetime | None) -> Interval:
    """[lower, upper) in UTC, fit for a ``DateTimeRangeField``.

    Raises: ValueError for a naive datetime, or an end that is not after the beginning.
    """
    start, end = _utc(lower), _utc(upper)
    if start is not None and end is not None and start >= end:
        raise ValueError("an interval ends after it begins")
    return Range(start, end, "[)")


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether they share a moment. Neighbours (one ends when the other begins) do not."""
    return _intersection(_bounds(one), _bounds(other)) is not None


def contains(whole: Interval, moment: datetime) -> bool:
    """Whether the moment is inside: the beginning is, the end is not."""
    lower, upper = _bounds(whole)
    return lower <= moment.astimezone(UTC) < upper


def covers(whole: Interval, part: Interval) -> bool:
    """Whether every moment of the part is inside the whole. An empty part is covered by anything."""
    if part.isempty:
        return True
    lower, upper = _bounds(part)
    start, end = _bounds(whole)
    return start <= lower and upper <= end


def intersect(one: Interval, other: Interval) -> Interval | None:
    """The moments both share, or None."""
    common = _intersection(_bounds(one), _bounds(other))
    return _interval(common) if common else None


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as few intervals in order of time: overlapping and touching ones become one."""
    return [_interval(bounds) for bounds in merge_spans(_spans(intervals))]


def subtract(intervals: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """The moments of the intervals that are not busy, merged and in order: free time is shifts minus appointments."""
    return [_interval(bounds) for bounds in subtract_spans(_spans(intervals), _spans(busy))]


def merge_spans(spans: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """``merge`` for spans."""
    merged: list[tuple[Point, Point]] = []
    for lower, upper in sorted(spans):
        if merged and lower <= merged[-1][1]:
            if upper > merged[-1][1]:
                merged[-1] = (merged[-1][0], upper)
        else:
            merged.append((lower, upper))
    return merged


def subtract_spans(
    spans: Iterable[tuple[Point, Point]], busy: Iterable[tuple[Point, Point]]
) -> list[tuple[Point, Point]]:
    """``subtract`` for spans."""
    free: list[tuple[Point, Point]] = []
    taken = merge_spans(busy)
    for start, end in merge_spans(spans):
        position = start
        for busy_start, busy_end in taken:
            if busy_end <= position:
                continue
            if busy_start >= end:
                break
            if busy_start > position:
                free.append((position, busy_start))
            position = busy_end
        if position < end:
            free.append((position, end))
    return free


def total_minutes_of_spans(spans: Iterable[Span]) -> int:
    """``total_minutes`` for spans."""
    return sum((upper - lower) // _MINUTE for lower, upper in merge_spans(spans))


def minutes(whole: Interval) -> int:
    """Length in whole minutes, rounded down; an empty interval has none.

    Raises: ValueError when the interval has no beginning or no end.
    """
    if whole.isempty:
        return 0
    lower, upper = _bounds(whole)
    if lower == _BEGINNING or upper == _END:
        raise ValueError("an open interval has no length")
    return (upper - lower) // _MINUTE


def total_minutes(intervals: Iterable[Interval]) -> int:
    """Minutes covered by at least one interval: moments that overlap count once."""
    return sum(minutes(part) for part in merge(intervals))


def starts(free: Iterable[Interval], *, length_minutes: int, step_minutes: int) -> Iterator[datetime]:
    """Moments, UTC, at which something of the length fits into free time, stepping from the beginning of each part.

    Raises: ValueError for a length or a step below one minute, or free time without an end.
    """
    if length_minutes < 1 or step_minutes < 1:
        raise ValueError("length and step are at least one minute")
    for part in free:
        if minutes(part) < length_minutes:
            continue
        position, upper = _bounds(part)
        while position + timedelta(minutes=length_minutes) <= upper:
            yield position
            position += timedelta(minutes=step_minutes)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment knows its zone")
    return moment.astimezone(UTC)


def _bounds(whole: Interval) -> Span:
    """Bounds in UTC, the open ones as the ends of time; an empty interval gives two equal bounds."""
    if whole.isempty:
        return _BEGINNING, _BEGINNING
    if (whole.lower is not None and not whole.lower_inc) or whole.upper_inc:
        raise ValueError("intervals are half-open: [from, to)")
    return _utc(whole.lower) or _BEGINNING, _utc(whole.upper) or _END


def _interval(bounds: Span) -> Interval:
    lower, upper = bounds
    return Range(None if lower == _BEGINNING else lower, None if upper == _END else upper, "[)")


def _intersection(one: Span, other: Span) -> Span | None:
    lower, upper = max(one[0], other[0]), min(one[1], other[1])
    return (lower, upper) if lower < upper else None


def _spans(intervals: Iterable[Interval]) -> Iterator[Span]:
    return (_bounds(whole) for whole in intervals if not whole.isempty)
