"""The overview's own tiles: figures from the selectors, made ready for their templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock, options
from core.actor import Actor
from core.modules import Part
from core.money import ZERO, round_money
from reports import charts, links, selectors
from reports.choices import LAG
from reports.periods import Period, PeriodKind, Span
from reports.selectors.doctors import doctor_names
from reports.selectors.load import Bucket, Load, total_load

USUAL_WEEKS = 4  # «usual» is the mean of so many weeks before
AHEAD_WEEKS = 4
DAYS_OF_COLUMNS = 28


@dataclass(frozen=True)
class Compared:
    """A figure beside another one; the change in percent is absent when there is nothing to compare with."""

    value: Decimal | int
    other: Decimal | int | None

    @property
    def change_percent(self) -> int | None:
        return round(100 * (self.value - self.other) / self.other) if self.other else None

    @property
    def change(self) -> str:
        """«+10 %», «−4 %»; empty when there is nothing to compare with."""
        percent = self.change_percent
        if percent is None:
            return ""
        return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)}\u00a0%"

    @property
    def tone(self) -> str:
        percent = self.change_percent or 0
        return "up" if percent > 0 else "down" if percent < 0 else ""


def today(*, actor: Actor, period: Period) -> Part:
    """«Сегодня», or the day chosen: beside the mean of the same weekday of four weeks before, up to the same hour."""
    day = period.on if period.kind == PeriodKind.DAY else period.today
    is_today = day == period.today
    before = [day - timedelta(weeks=week) for week in range(1, USUAL_WEEKS + 1)]
    figures = selectors.day_figures(
        branch_ids=period.branch_ids, days=[day, *before], until_time_of=period.now if is_today else None
    )
    loads = selectors.booked_load(
        branch_ids=period.branch_ids,
        buckets=[Bucket(each, each + timedelta(days=1)) for each in [day, *before]],
    )
    totals = [total_load(load) for load in loads]
    worked = [
        (figures[each], load)
        for each, load in zip(before, totals[1:], strict=True)
        if figures[each].has_any or load.worked_minutes
    ]
    own = figures[day]
    context = {
        "on": day,
        "is_today": is_today,
        "time": clock.format_time(period.now, period.branches[0].zone) if period.branches and is_today else "",
        "figures": own,
        "usual_days": len(worked),
        "revenue": Compared(own.revenue, _mean([past.revenue for past, _load in worked])),
        "receipts": Compared(own.receipts, _mean([past.receipts for past, _load in worked])),
        "usual_finished": _mean([past.finished for past, _load in worked]),
        "load": totals[0].percent,
        "usual_load": sum((load for _past, load in worked), Load()).percent,
        "more_url": links.day_url(actor, period, day),
    }
    return Part("reports/_tile_today.html", context)


def period_figures(*, actor: Actor, period: Period) -> Part:
    """The period's revenue and receipts beside the same part of the year before, with the line they grew by."""
    past, year_ago = period.past, period.past_year_ago
    drawn = Span(period.on - timedelta(days=DAYS_OF_COLUMNS - 1), period.whole.until)
    is_day = period.kind == PeriodKind.DAY
    spans = [drawn] if is_day else [past]
    money = selectors.money_by_day(branch_ids=period.branch_ids, spans=[*spans, period.whole_year_ago])
    finished, finished_before = (
        sum(counts.values())
        for counts in selectors.finished_counts(branch_ids=period.branch_ids, spans=[past, year_ago])
    )
    # a clinic that kept no books through the whole of that time would seem to have grown a hundredfold
    is_kept = selectors.books_were_kept(branch_ids=period.branch_ids, since=year_ago.since)
    revenue = Compared(_sum(money, past, "revenue"), _sum(money, year_ago, "revenue") if is_kept else None)
    receipts = Compared(_sum(money, past, "receipts"), _sum(money, year_ago, "receipts") if is_kept else None)
    context = {
        "period": period,
        "revenue": revenue,
        "receipts": receipts,
        "finished": Compared(finished, finished_before if is_kept else None),
        "bill": Compared(_ratio(revenue.value, finished) or ZERO, _ratio(revenue.other or ZERO, finished_before)),
        "has_year_ago": bool(revenue.other or receipts.other or (is_kept and finished_before)),
        "year_ago": period.year_ago_title,
        "chart": charts.day_columns(drawn, money)
        if is_day
        else charts.cumulative(period, money, with_year_ago=is_kept),
        "more_url": links.url_for(
            actor, "billing.view_invoice", "billing:invoice_list", query={"since": past.since, "until": past.last}
        ),
    }
    return Part("reports/_tile_period.html", context)


def debts(*, actor: Actor, period: Period) -> Part:
    """Debts by age beside advances, never netted; who could set one off against the other."""
    owed = selectors.money_owed(
        branch_ids=period.branch_ids,
        legal_entity_ids={branch.legal_entity_id for branch in period.branches},
        today=period.today,
        span=period.past,
    )
    movement = [
        ("taken", _("taken in"), owed.advance_taken),
        ("set_off", _("set off"), owed.advance_set_off),
        ("refunded", _("paid back"), owed.advance_refunded),
    ]
    context = {
        "period": period,
        "owed": owed,
        "ages": [
            (age, part, f"age-{number}")
            for number, (age, part) in enumerate(
                zip(owed.ages, charts.stripe([age.amount for age in owed.ages]), strict=True), start=1
            )
        ],
        "movement": movement,
        "more_url": links.url_for(actor, "billing.view_invoice", "billing:invoice_list", query={"state": "unpaid"}),
        "branch_value": period.branch_value,
    }
    return Part("reports/_tile_debts.html", context)


@dataclass(frozen=True)
class LoadCell:
    """One doctor in one week: percent taken, the usual at this distance, the difference in percentage points."""

    percent: int | None
    usual: int | None

    @property
    def difference(self) -> int | None:
        return None if self.percent is None or self.usual is None else self.percent - self.usual

    @property
    def difference_text(self) -> str:
        if self.difference is None:
            return ""
        return f"{'+' if self.difference > 0 else '−' if self.difference < 0 else ''}{abs(self.difference)}"

    @property
    def lags_behind(self) -> bool:
        return self.difference is not None and self.difference <= -options.value(LAG)

    @property
    def tick(self) -> int | None:
        """Where the mark of the usual stands, 0 to 98 of the bar's hundred."""
        return None if self.usual is None else min(self.usual, 98)


def load_ahead(*, actor: Actor, period: Period) -> Part:
    """Doctors × this week and the next three, with what was usual so long before in the four weeks past."""
    monday = clock.week_days(period.today)[0]
    weeks = [Span(monday + timedelta(weeks=n), monday + timedelta(weeks=n + 1)) for n in range(AHEAD_WEEKS)]
    buckets = [Bucket(week.since, week.until) for week in weeks]
    for week in weeks:
        for back in (timedelta(weeks=n) for n in range(1, USUAL_WEEKS + 1)):
            buckets.append(Bucket(week.since - back, week.until - back, period.now - back))
    loads = selectors.booked_load(branch_ids=period.branch_ids, buckets=buckets)
    ahead, behind = loads[:AHEAD_WEEKS], loads[AHEAD_WEEKS:]
    usual = [_added(behind[n * USUAL_WEEKS : (n + 1) * USUAL_WEEKS]) for n in range(AHEAD_WEEKS)]
    names = doctor_names({doctor_id for load in ahead for doctor_id in load})
    totals = [
        LoadCell(total_load(load).percent, total_load({pk: usual[n][pk] for pk in load if pk in usual[n]}).percent)
        for n, load in enumerate(ahead)
    ]
    rows = [
        (
            name,
            [LoadCell(load.get(pk, Load()).percent, usual[n].get(pk, Load()).percent) for n, load in enumerate(ahead)],
        )
        for pk, name in names.items()
    ]
    context = {
        "weeks": [(_week_title(week), totals[n].lags_behind) for n, week in enumerate(weeks)],
        "rows": rows,
        "totals": totals,
        "has_usual": any(cell.usual is not None for cell in totals),
        "more_url": links.day_url(actor, period, period.today),
    }
    return Part("reports/_tile_load.html", context)


def doctors(*, actor: Actor, period: Period) -> Part:
    """What each doctor brought in the period."""
    results = selectors.doctor_results(branches=period.branches, span=period.past)
    finished = sum(result.finished for result in results)
    load = sum((result.load for result in results), Load())
    revenue = sum((result.revenue for result in results), ZERO)
    context = {
        "period": period,
        "results": results,
        "revenue": revenue,
        "finished": finished,
        "average_bill": _ratio(revenue, finished),
        "load": load,
        "per_hour": round_money(revenue * 60 / load.worked_minutes) if load.worked_minutes else None,
    }
    return Part("reports/_tile_doctors.html", context)


def means(*, actor: Actor, period: Period) -> Part:
    """Receipts of the period by means, with what was given back."""
    sums = selectors.receipts_by_means(branch_ids=period.branch_ids, span=period.past)
    context = {
        "period": period,
        "sums": sums,
        "receipts": sum((each.receipts for each in sums), ZERO),
        "refunded": sum((each.refunded for each in sums), ZERO),
        "chart": charts.means_bars(sums),
    }
    return Part("reports/_tile_means.html", context)


def new_patients(*, actor: Actor, period: Period) -> Part:
    """New patients of the period by the stages the program knows."""
    now, before = selectors.new_patients(
        branch_ids=period.branch_ids, spans=[period.past, period.past_year_ago], now=period.now
    )
    stages = [
        (_("Booked"), now.booked, None, before.booked, None),
        (_("Came"), now.came, now.booked, before.came, before.booked),
        (_("Booked again"), now.booked_again, now.came, before.booked_again, before.came),
        (_("Came again"), now.came_again, now.booked_again, before.came_again, before.booked_again),
    ]
    context = {
        "period": period,
        "stages": [
            {
                "title": title,
                "count": count,
                "width": 100 * count // now.booked if now.booked else 0,
                "share": _percent(count, whole),
                "share_before": _percent(count_before, whole_before),
            }
            for title, count, whole, count_before, whole_before in stages
        ],
        "has_any": bool(now.booked),
        "has_year_ago": bool(before.booked),
        "year_ago": period.year_ago_title,
    }
    return Part("reports/_tile_new_patients.html", context)


def _sum(money: dict, span: Span, figure: str) -> Decimal:
    return sum((getattr(day, figure) for on, day in money.items() if span.since <= on < span.until), ZERO)


def _mean(values: Sequence[Decimal | int]) -> Decimal | None:
    return round_money(Decimal(sum(values)) / len(values)) if values else None


def _ratio(amount: Decimal | int, count: int) -> Decimal | None:
    return round_money(Decimal(amount) / count) if count else None


def _percent(part: int, whole: int | None) -> int | None:
    return round(100 * part / whole) if whole else None


def _added(loads: Collection[dict[int, Load]]) -> dict[int, Load]:
    added: dict[int, Load] = {}
    for load in loads:
        for doctor_id, each in load.items():
            added[doctor_id] = added.get(doctor_id, Load()) + each
    return added


def _week_title(week: Span) -> str:
    """«23–29 ноя», «30 ноя – 6 дек»."""
    if week.since.month == week.last.month:
        return f"{week.since.day}–{date_format(week.last, 'j b')}"
    return f"{date_format(week.since, 'j b')} – {date_format(week.last, 'j b')}"
