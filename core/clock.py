"""The branch's clock: its days, its wall time and how dates and times are printed.

Moments are kept in UTC; only people see the zone. Weeks begin on Monday, days are printed DD.MM.YYYY, times in 24 h.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from core.ranges import Interval, interval

ABSENT = "–"


def localdate(zone: tzinfo, moment: datetime | None = None) -> date:
    """The branch's date at a moment (now, when none is given)."""
    return (moment or timezone.now()).astimezone(zone).date()


def wall_moment(on: date, at: time, zone: tzinfo) -> datetime:
    """The moment, UTC, at which the branch's clocks show this time.

    A time that occurs twice (clocks go back) is the first one; one that never occurs (clocks go forward) is as much
    after the change as it is after the last valid time.
    """
    return datetime.combine(on, at.replace(fold=0, tzinfo=None), tzinfo=zone).astimezone(UTC)


def branch_day_bounds(on: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """First moment of the branch's day and of the next one, UTC. 23 or 25 hours apart when the clocks change."""
    return wall_moment(on, time.min, zone), wall_moment(on + timedelta(days=1), time.min, zone)


def branch_day(on: date, zone: tzinfo) -> Interval:
    """The branch's day as a half-open interval."""
    return interval(*branch_day_bounds(on, zone))


def shift_interval(on: date, starts: time, ends: time, zone: tzinfo) -> Interval:
    """A working shift by wall clock; one that ends at or before its beginning goes on over midnight."""
    last_day = on if ends > starts else on + timedelta(days=1)
    return interval(wall_moment(on, starts, zone), wall_moment(last_day, ends, zone))


def week_days(on: date) -> list[date]:
    """The seven days, Monday first, of the week a date is in."""
    monday = on - timedelta(days=on.weekday())
    return [monday + timedelta(days=shift) for shift in range(7)]


def month_bounds(on: date) -> tuple[date, date]:
    """First day of the month and of the next one."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def age_on(born: date, on: date) -> int:
    """Whole years. A year is complete on the birthday itself; of 29 February, on 1 March in a common year.

    Raises: ValueError for a date before the birth.
    """
    if on < born:
        raise ValueError("not born yet")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def format_date(on: date | None) -> str:
    """«23.11.2026»; absent is «–»."""
    return ABSENT if on is None else f"{on.day:02d}.{on.month:02d}.{on.year:04d}"


def format_weekday(on: date | None) -> str:
    """«Пн 23.11.2026»: where the weekday helps."""
    return ABSENT if on is None else f"{WEEKDAYS_ABBR[on.weekday()]} {format_date(on)}"


def format_time(moment: datetime | None, zone: tzinfo) -> str:
    """«09:05» by the branch's clock."""
    return ABSENT if moment is None else f"{moment.astimezone(zone):%H:%M}"


def format_moment(moment: datetime | None, zone: tzinfo) -> str:
    """«23.11.2026 09:05» by the branch's clock."""
    if moment is None:
        return ABSENT
    return f"{format_date(localdate(zone, moment))} {format_time(moment, zone)}"
