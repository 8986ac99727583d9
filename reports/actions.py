"""The overview's right side: facts with one action each, and the checklist of the day's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.actor import Actor
from core.modules import Part
from core.money import format_money
from reports import selectors
from reports.links import day_url, desk_url, url_for
from reports.periods import Period
from reports.selectors import Findings
from reports.selectors.closing import Progress


@dataclass(frozen=True)
class Alert:
    """One fact, one action. ``tone`` is danger or warn."""

    icon: str
    tone: str
    text: str
    note: str
    action: str
    url: str


@dataclass(frozen=True)
class Step:
    """One line of the checklist: done, or what is left, with the page where it is done."""

    title: str
    value: str
    is_done: bool
    url: str


def attention(*, actor: Actor, period: Period) -> Part:
    """«Требует внимания»: what past days left undone, and what the next one lacks."""
    found = selectors.findings(branches=period.branches, today=period.today, now=period.now)
    return Part("reports/_tile_attention.html", {"alerts": list(_alerts(actor, found, period))})


def closing(*, actor: Actor, period: Period) -> Part:
    """«Закрытие дня»: the checklist of today."""
    steps = list(_steps(actor, period))
    context = {
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "desk_url": desk_url(actor, period),
    }
    return Part("reports/_tile_closing.html", context)


def _alerts(actor: Actor, found: Findings, period: Period) -> Iterator[Alert]:
    for shift in found.left_open:
        opened = clock.format_moment(shift.opened_at, shift.desk.branch.zone)
        yield Alert(
            "cash-register",
            "danger",
            _("%(desk)s: the cash shift was not closed") % {"desk": shift.desk.name},
            _("open since %(moment)s") % {"moment": opened},
            _("Open the shift"),
            url_for(actor, "billing.view_invoice", "billing:shift", shift.pk),
        )
    for branch in found.without_doctors:
        tomorrow = period.today + timedelta(days=1)
        yield Alert(
            "calendar-x",
            "danger",
            _("%(branch)s: no doctor has a shift tomorrow") % {"branch": branch.name},
            clock.format_weekday(tomorrow),
            _("Open that day"),
            day_url(actor, period, tomorrow),
        )
    yield from _leftovers(actor, found, period)


def _leftovers(actor: Actor, found: Findings, period: Period) -> Iterator[Alert]:
    rows = found.to_invoice
    if rows.count:
        text = ngettext(
            "%(count)s work order of past days is on no invoice",
            "%(count)s work orders of past days are on no invoice",
            rows.count,
        )
        note = _("%(sum)s, since %(date)s") % {"sum": format_money(rows.amount), "date": clock.format_date(rows.oldest)}
        yield Alert(
            "file-invoice", "warn", text % {"count": rows.count}, note, _("To the desk"), desk_url(actor, period)
        )
    rows = found.drafts
    if rows.count:
        text = ngettext(
            "%(count)s work order of past days is not closed",
            "%(count)s work orders of past days are not closed",
            rows.count,
        )
        url = url_for(actor, "billing.view_order", "billing:order", rows.first_id)
        yield Alert(
            "clipboard-text", "warn", text % {"count": rows.count}, _since(rows.oldest), _("Open the first"), url
        )
    rows = found.unfinished
    if rows.count:
        text = ngettext(
            "%(count)s appointment of past days is not finished",
            "%(count)s appointments of past days are not finished",
            rows.count,
        )
        url = day_url(actor, period, rows.oldest)
        yield Alert(
            "calendar-event", "warn", text % {"count": rows.count}, _since(rows.oldest), _("Open that day"), url
        )
    rows = found.asked_to_move
    if rows.count:
        text = ngettext(
            "%(count)s patient asked to move the appointment or refused",
            "%(count)s patients asked to move the appointment or refused",
            rows.count,
        )
        note = _("the next one is on %(date)s") % {"date": clock.format_date(rows.oldest)}
        url = day_url(actor, period, rows.oldest)
        yield Alert("message-2", "warn", text % {"count": rows.count}, note, _("Open that day"), url)


def _since(oldest: date | None) -> str:
    return _("since %(date)s") % {"date": clock.format_date(oldest)}


def _steps(actor: Actor, period: Period) -> Iterator[Step]:
    end = selectors.day_end(branches=period.branches, on=period.today, now=period.now)
    today = day_url(actor, period, period.today)
    tomorrow = day_url(actor, period, period.today + timedelta(days=1))
    desk = desk_url(actor, period)
    yield _counted(_("Appointments marked"), end.marked, today)
    yield _counted(_("Work orders closed"), end.orders_closed, today)
    yield _counted(_("Work orders invoiced"), end.orders_invoiced, desk)
    yield _counted(_("Cancellations with a reason"), end.cancelled_with_reason, today)
    yield _counted(_("Tomorrow's appointments confirmed"), end.tomorrow_confirmed, tomorrow)
    for shift in end.open_shifts:
        title = _("%(desk)s: open") % {"desk": shift.desk}
        url = url_for(actor, "billing.view_invoice", "billing:shift", shift.pk)
        yield Step(title, format_money(shift.cash), is_done=False, url=url)
    if not end.open_shifts:
        yield Step(_("Cash shifts closed"), "", is_done=True, url=desk)


def _counted(title: str, progress: Progress, url: str) -> Step:
    value = _("%(done)s of %(all)s") % {"done": progress.done, "all": progress.all} if progress.all else clock.ABSENT
    return Step(title, value, is_done=not progress.left, url=url)
