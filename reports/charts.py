"""Data of the charts, drawn by static/reports/js/charts.js; every chart has a table with the same figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from core.money import ZERO, allocate
from reports.periods import Period, PeriodKind, Span
from reports.selectors import DayMoney, MeansSum


@dataclass(frozen=True)
class Series:
    """One line or set of bars; None where there is no figure. ``tone`` names the colour: main, second, faint."""

    name: str
    values: Sequence[Decimal | None]
    tone: str


@dataclass(frozen=True)
class Chart:
    """A chart of roubles. ``kind`` is line, columns or bars; ``titles`` are the full names of the labels."""

    kind: str
    summary: str
    labels: Sequence[str]
    titles: Sequence[str]
    series: Sequence[Series]

    @property
    def json(self) -> str:
        """What the script reads: kopecks stay exact, as text."""
        return json.dumps(
            {
                "kind": self.kind,
                "units": ["₽", _("thousand ₽"), _("million ₽")],
                "labels": list(self.labels),
                "titles": list(self.titles),
                "series": [
                    {
                        "name": each.name,
                        "tone": each.tone,
                        "values": [None if value is None else str(value) for value in each.values],
                    }
                    for each in self.series
                ],
            },
            ensure_ascii=False,
        )

    @property
    def rows(self) -> list[tuple[str, list[Decimal | None]]]:
        """The same as a table: a title and the figure of every series."""
        columns = [each.values for each in self.series]
        return [(title, list(values)) for title, *values in zip(self.titles, *columns, strict=True)]


def cumulative(period: Period, money: Mapping[date, DayMoney], *, with_year_ago: bool) -> Chart:
    """How revenue and receipts added up over the period, beside the revenue of the year before when that is comparable."""
    whole, ago = period.whole, period.whole_year_ago
    if period.kind == PeriodKind.YEAR:
        steps, steps_ago = _months(whole), _months(ago)
        labels = [str(MONTHS_3[step.since.month]) for step in steps]
        titles = [date_format(step.since, "F Y") for step in steps]
    else:
        steps, steps_ago = _days(whole), _days(ago)
        is_month = period.kind == PeriodKind.MONTH
        labels = [str(step.since.day) if is_month else date_format(step.since, "j b") for step in steps]
        titles = [clock.format_date(step.since) for step in steps]
    begun = sum(step.since <= period.today for step in steps)
    blanks = [None] * (len(steps) - begun)
    series = [
        Series(_("revenue"), [*_added_up(steps[:begun], money, "revenue"), *blanks], "main"),
        Series(_("receipts"), [*_added_up(steps[:begun], money, "receipts"), *blanks], "second"),
    ]
    before = _added_up(steps_ago, money, "revenue") if with_year_ago else []
    if before and before[-1]:
        same_length = [*before, *[before[-1]] * len(steps)][: len(steps)]  # a leap year is a day longer
        series.append(Series(_("revenue in %(year)s") % {"year": ago.since.year}, same_length, "faint"))
    return Chart(
        "line", _("Revenue and receipts added up, %(period)s") % {"period": period.title}, labels, titles, series
    )


def day_columns(span: Span, money: Mapping[date, DayMoney]) -> Chart:
    """Revenue and receipts of each day."""
    found = [money.get(day, DayMoney()) for day in span.days]
    return Chart(
        "columns",
        _("Revenue and receipts by day"),
        [date_format(day, "j b") for day in span.days],
        [clock.format_weekday(day) for day in span.days],
        [
            Series(_("revenue"), [each.revenue for each in found], "main"),
            Series(_("receipts"), [each.receipts for each in found], "second"),
        ],
    )


def means_bars(sums: Sequence[MeansSum]) -> Chart:
    """Receipts by means."""
    names = [str(each.means.label) for each in sums]
    series = [Series(_("receipts"), [each.receipts for each in sums], "main")]
    return Chart("bars", _("Receipts by means of payment"), names, names, series)


class StripePart(NamedTuple):
    """A part of a striped bar of a hundred."""

    start: int
    width: int


def stripe(amounts: Sequence[Decimal]) -> list[StripePart]:
    """Parts of a bar in proportion to amounts; together a hundred, nothing when there is nothing."""
    widths = allocate(Decimal(1), list(amounts)) if any(amounts) else [ZERO] * len(amounts)
    hundredths = [int(width * 100) for width in widths]
    ends = list(accumulate(hundredths))
    return [StripePart(end - width, width) for end, width in zip(ends, hundredths, strict=True)]


def _days(span: Span) -> list[Span]:
    return [Span(day, following) for day, following in zip(span.days, [*span.days[1:], span.until], strict=True)]


def _months(year: Span) -> list[Span]:
    return [Span(*clock.month_bounds(date(year.since.year, month, 1))) for month in range(1, 13)]


def _added_up(steps: Sequence[Span], money: Mapping[date, DayMoney], figure: str) -> list[Decimal]:
    sums = [sum((getattr(money[day], figure) for day in step.days if day in money), ZERO) for step in steps]
    return list(accumulate(sums))
