from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.clock import (
    age_on,
    branch_day,
    branch_day_bounds,
    format_date,
    format_moment,
    format_time,
    format_weekday,
    localdate,
    month_bounds,
    shift_interval,
    wall_moment,
    week_days,
)
from core.ranges import contains, minutes

MOSCOW = ZoneInfo("Europe/Moscow")
# Half hours, a half-hour change of clocks, changes at midnight, both sides of the date line.
ZONES = [
    *["Europe/Moscow", "Asia/Kamchatka", "Asia/Yekaterinburg", "Asia/Kolkata", "Asia/Kathmandu"],
    *["Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "America/New_York"],
    *["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Havana", "UTC"],
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2010, 1, 1), date(2036, 12, 31))
moments = st.datetimes(datetime(2010, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))


@given(moments, zones)
def test_a_moment_is_inside_the_branch_day_of_its_own_date(moment, zone):
    assert contains(branch_day(localdate(zone, moment), zone), moment)


@given(days, zones)
def test_branch_days_follow_one_another_without_gap(on, zone):
    lower, upper = branch_day_bounds(on, zone)

    assert upper == branch_day_bounds(on + timedelta(days=1), zone)[0]
    assert timedelta(hours=23) <= upper - lower <= timedelta(hours=25)
    assert localdate(zone, lower) == on
    assert localdate(zone, upper - timedelta(microseconds=1)) == on


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/Moscow", date(2026, 11, 23), 24),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # there was no midnight that day
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Europe/Moscow", date(2014, 10, 26), 25),  # the last change of clocks in Russia
    ],
)
def test_branch_day_is_as_long_as_the_clocks_say(zone, on, hours):
    assert minutes(branch_day(on, ZoneInfo(zone))) == hours * 60


def test_branch_day_bounds_are_utc():
    assert branch_day_bounds(date(2026, 11, 23), MOSCOW) == (
        datetime(2026, 11, 22, 21, tzinfo=UTC),
        datetime(2026, 11, 23, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("starts", "ends", "length"),
    [(time(9), time(15), 360), (time(20), time(8), 720), (time(9), time(0), 900), (time(8), time(8), 1440)],
)
def test_shift_interval_goes_on_over_midnight(starts, ends, length):
    shift = shift_interval(date(2026, 11, 23), starts, ends, MOSCOW)

    assert minutes(shift) == length
    assert shift.lower == wall_moment(date(2026, 11, 23), starts, MOSCOW)


def test_a_night_shift_lasts_an_hour_longer_when_the_clocks_go_back():
    assert minutes(shift_interval(date(2026, 10, 31), time(20), time(8), ZoneInfo("America/New_York"))) == 780


@given(days, st.times(), zones)
def test_wall_moment_shows_the_time_asked_for_unless_the_clocks_skip_it(on, at, zone):
    shown = wall_moment(on, at, zone).astimezone(zone)

    is_skipped = datetime.combine(on, at, UTC).replace(tzinfo=zone).astimezone(UTC).astimezone(zone).time() != at
    if not is_skipped:
        assert (shown.date(), shown.time()) == (on, at)
    else:
        assert timedelta(0) < shown.replace(tzinfo=None) - datetime.combine(on, at) <= timedelta(hours=1)


def test_wall_moment_of_a_repeated_time_is_the_first_and_of_a_skipped_one_later():
    new_york = ZoneInfo("America/New_York")

    assert wall_moment(date(2026, 11, 1), time(1, 30, fold=1), new_york) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert wall_moment(date(2026, 3, 8), time(2, 30), new_york) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_localdate_is_the_branch_date_and_not_the_server_one():
    late = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)

    assert localdate(MOSCOW, late) == date(2026, 11, 24)
    assert localdate(ZoneInfo("UTC"), late) == date(2026, 11, 23)
    assert abs(localdate(MOSCOW) - datetime.now(MOSCOW).date()) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1985, 4, 12), date(2026, 4, 11), 40),
        (date(1985, 4, 12), date(2026, 4, 12), 41),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_age_is_complete_on_the_birthday(born, on, age):
    assert age_on(born, on) == age


def test_age_refuses_a_date_before_the_birth():
    with pytest.raises(ValueError, match="not born"):
        age_on(date(2026, 11, 24), date(2026, 11, 23))


@given(days)
def test_weeks_begin_on_monday_and_months_on_the_first(on):
    week = week_days(on)
    first, following = month_bounds(on)

    assert on in week
    assert [day.isoweekday() for day in week] == [1, 2, 3, 4, 5, 6, 7]
    assert first <= on < following
    assert (first.day, following.day) == (1, 1)
    assert (following - timedelta(days=1)).month == on.month


def test_dates_and_times_are_printed_the_russian_way():
    moment = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)

    assert format_date(date(2026, 1, 2)) == "02.01.2026"
    assert format_date(date(987, 1, 2)) == "02.01.0987"
    assert format_time(moment, MOSCOW) == "09:05"
    assert format_moment(datetime(2026, 11, 23, 22, 0, tzinfo=UTC), MOSCOW) == "24.11.2026 01:00"
    with translation.override("ru"):
        assert format_weekday(date(2026, 11, 23)) == "Пн 23.11.2026"
    with translation.override("en"):
        assert format_weekday(date(2026, 11, 23)) == "Mon 23.11.2026"


def test_absent_dates_are_a_dash():
    assert {format_date(None), format_weekday(None), format_time(None, MOSCOW), format_moment(None, MOSCOW)} == {"–"}
