"""The time and the places the overview is about. Every tile is given one ``Period``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import models
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.actor import Actor
from organization.models import Branch
from organization.selectors import branches_of

EVERY_BRANCH = "all"
EARLIEST_YEAR = 2000
A_YEAR_OF_WEEKS = timedelta(weeks=52)


class PeriodKind(models.TextChoices):
    DAY = "day", gettext_lazy("Day")
    MONTH = "month", gettext_lazy("Month")
    QUARTER = "quarter", gettext_lazy("Quarter")
    YEAR = "year", gettext_lazy("Year")


@dataclass(frozen=True)
class Span:
    """Days of a branch, ``until`` not among them."""

    since: date
    until: date

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=shift) for shift in range((self.until - self.since).days)]

    def year_ago(self) -> Span:
        return Span(year_before(self.since), year_before(self.until))


@dataclass(frozen=True)
class Period:
    """A day, month, quarter or year around ``on``, in some branches; never in the future.

    ``whole`` is all of it, ``past`` the part up to and including today: what has figures.
    """

    kind: PeriodKind
    on: date
    now: datetime
    today: date
    branches: tuple[Branch, ...]
    is_every_branch: bool = False
    own_branches: tuple[Branch, ...] = ()  # what the person may choose from

    @property
    def branch_ids(self) -> list[int]:
        return [branch.pk for branch in self.branches]

    @property
    def branch_value(self) -> str:
        """What stands in the url."""
        return EVERY_BRANCH if self.is_every_branch else str(self.branches[0].pk) if self.branches else ""

    @cached_property
    def whole(self) -> Span:
        first = self.on.replace(day=1)
        if self.kind == PeriodKind.DAY:
            return Span(self.on, self.on + timedelta(days=1))
        if self.kind == PeriodKind.MONTH:
            return Span(*clock.month_bounds(self.on))
        if self.kind == PeriodKind.QUARTER:
            first = first.replace(month=(self.on.month - 1) // 3 * 3 + 1)
            return Span(first, clock.month_bounds(first + timedelta(days=70))[1])
        return Span(date(self.on.year, 1, 1), date(self.on.year + 1, 1, 1))

    @cached_property
    def past(self) -> Span:
        return Span(self.whole.since, min(self.whole.until, self.today + timedelta(days=1)))

    @property
    def is_current(self) -> bool:
        """Whether today is in it, so that its figures still grow."""
        return self.whole.since <= self.today < self.whole.until

    @property
    def whole_year_ago(self) -> Span:
        """The period a year before; for a day, the same weekday 52 weeks before."""
        if self.kind == PeriodKind.DAY:
            return Span(self.whole.since - A_YEAR_OF_WEEKS, self.whole.until - A_YEAR_OF_WEEKS)
        return self.whole.year_ago()

    @property
    def past_year_ago(self) -> Span:
        """The same part of the period a year before; all of it when the period is over."""
        if self.kind == PeriodKind.DAY or not self.is_current:
            return self.whole_year_ago
        return self.past.year_ago()

    @property
    def year_ago_title(self) -> str:
        """«2025», for a day «24.11.2025»."""
        ago = self.whole_year_ago
        return clock.format_date(ago.since) if self.kind == PeriodKind.DAY else str(ago.since.year)

    @property
    def title(self) -> str:
        """«Ноябрь 2026»."""
        if self.kind == PeriodKind.DAY:
            return clock.format_weekday(self.on)
        if self.kind == PeriodKind.MONTH:
            return f"{MONTHS[self.on.month]} {self.on.year}"
        if self.kind == PeriodKind.QUARTER:
            roman = ("I", "II", "III", "IV")[(self.on.month - 1) // 3]
            return _("Quarter %(roman)s %(year)s") % {"roman": roman, "year": self.on.year}
        return str(self.on.year)

    @property
    def past_title(self) -> str:
        """Which days have figures: «1–23 ноября»."""
        since, last = self.past.since, self.past.last
        if since == last:
            return date_format(last, "j E")
        if (since.year, since.month) == (last.year, last.month):
            return f"{since.day}–{date_format(last, 'j E')}"
        return f"{date_format(since, 'j E')} – {date_format(last, 'j E')}"

    @property
    def previous(self) -> date:
        """A day in the period before, for the url."""
        return self.whole.since - timedelta(days=1)

    @property
    def following(self) -> date | None:
        """A day in the next period; none while that has not begun."""
        return None if self.whole.until > self.today else self.whole.until


def year_before(on: date) -> date:
    """The same date a year before; 29 February becomes 1 March, so that half-open spans keep their days."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return date(on.year - 1, 3, 1)


def period_of(
    actor: Actor,
    *,
    kind: str = PeriodKind.MONTH,
    on: date | None = None,
    branch: str = "",
    now: datetime | None = None,
) -> Period:
    """The period asked for, in the actor's branches only; a date in the future is today.

    ``branch`` is an id, «all», or empty for the branch of the header; one the actor may not see is the header's.
    """
    now = now or timezone.now()
    own = list(branches_of(actor).prefetch_related("hours"))
    chosen = [place for place in own if str(place.pk) == branch] or [
        place for place in own if place.pk == actor.branch_id
    ]
    is_every = branch == EVERY_BRANCH and len(own) > 1
    header = next((place for place in own if place.pk == actor.branch_id), None)
    zone = chosen[0].zone if chosen and not is_every else header.zone if header else timezone.get_current_timezone()
    today = clock.localdate(zone, now)
    wanted = min(on or today, today)
    return Period(
        kind=PeriodKind(kind),
        on=wanted if wanted.year > EARLIEST_YEAR else today,
        now=now,
        today=today,
        branches=tuple(own if is_every else chosen[:1]),
        is_every_branch=is_every,
        own_branches=tuple(own),
    )
