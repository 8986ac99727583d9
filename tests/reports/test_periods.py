"""Which days a period means, and what part of them has figures."""

from datetime import UTC, date, datetime

import pytest

from reports.forms import OverviewForm
from reports.periods import PeriodKind, Span, period_of, year_before
from tests.factories.organization import BranchFactory, actor_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "whole", "past", "year_ago"),
    [
        (PeriodKind.DAY, ("2026-11-23", "2026-11-24"), "2026-11-24", ("2025-11-24", "2025-11-25")),
        (PeriodKind.MONTH, ("2026-11-01", "2026-12-01"), "2026-11-24", ("2025-11-01", "2025-11-24")),
        (PeriodKind.QUARTER, ("2026-10-01", "2027-01-01"), "2026-11-24", ("2025-10-01", "2025-11-24")),
        (PeriodKind.YEAR, ("2026-01-01", "2027-01-01"), "2026-11-24", ("2025-01-01", "2025-11-24")),
    ],
)
def test_a_current_period_has_figures_up_to_today_and_is_compared_with_as_much(head, kind, whole, past, year_ago):
    period = period_of(head, kind=kind, now=NOW)

    assert (period.whole.since.isoformat(), period.whole.until.isoformat()) == whole
    assert period.past == Span(period.whole.since, date.fromisoformat(past))
    assert (period.past_year_ago.since.isoformat(), period.past_year_ago.until.isoformat()) == year_ago
    assert period.following is None


def test_a_period_that_is_over_is_compared_with_the_whole_one_a_year_before(head):
    period = period_of(head, kind=PeriodKind.MONTH, on=date(2026, 2, 10), now=NOW)

    assert period.past == Span(date(2026, 2, 1), date(2026, 3, 1))
    assert period.past_year_ago == Span(date(2025, 2, 1), date(2025, 3, 1))
    assert (period.previous, period.following) == (date(2026, 1, 31), date(2026, 3, 1))


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_quarters_follow_each_other_without_gaps(head, quarter):
    period = period_of(head, kind=PeriodKind.QUARTER, on=date(2025, quarter * 3, 15), now=NOW)

    assert period.whole.since == date(2025, quarter * 3 - 2, 1)
    assert period.following == period.whole.until
    assert (period.whole.until - period.whole.since).days in (90, 91, 92)


def test_the_twenty_ninth_of_february_begins_the_same_day_of_march_a_year_before():
    assert year_before(date(2024, 2, 29)) == date(2023, 3, 1)


def test_a_day_in_the_future_is_today(head):
    assert period_of(head, on=date(2027, 5, 1), now=NOW).on == date(2026, 11, 23)


def test_today_is_the_branchs_own(director):
    vladivostok = BranchFactory(name="Владивосток", time_zone="Asia/Vladivostok")
    evening = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # 04:00 of the 24th there

    period = period_of(actor_of(director), branch=str(vladivostok.pk), now=evening)

    assert period.today == date(2026, 11, 24)


def test_nobody_looks_into_a_branch_that_is_not_theirs(registrar, branch):
    other = BranchFactory()

    period = period_of(actor_of(registrar), branch=str(other.pk), now=NOW)

    assert period.branch_ids == [branch.pk]


def test_all_means_all_branches_of_the_person(registrar, director, branch):
    other = BranchFactory()

    assert period_of(actor_of(registrar), branch="all", now=NOW).branch_ids == [branch.pk]
    assert set(period_of(actor_of(director), branch="all", now=NOW).branch_ids) == {branch.pk, other.pk}


@pytest.mark.parametrize(
    "query",
    [{"period": "decade"}, {"on": "yesterday"}, {"on": "0001-01-01"}, {"branch": "1 OR 1=1"}, {"branch": "9" * 30}],
)
def test_nonsense_in_the_url_is_taken_as_not_said(head, query, now, branch):
    period = OverviewForm(query).period_for(head)

    assert (period.kind, period.on, period.branch_ids) == (PeriodKind.MONTH, date(2026, 11, 23), [branch.pk])
