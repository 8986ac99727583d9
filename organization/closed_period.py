"""The day before which nothing changes any more: the books of those days are with the accountant or the tax office."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core import options
from core.clock import format_date
from core.options import Kind, Option
from organization.errors import PeriodClosed

LOCKED_BEFORE = "organization.locked_before"
OPTION = Option(
    LOCKED_BEFORE,
    _("Closed before"),
    _(
        "Appointments, work orders and invoices of earlier days change no more, whatever rights one has. "
        "Payments and refunds of today for old debts go on."
    ),
    Kind.DATE,
    default="",
    page="rules",
    order=900,
    section=_("Closed period"),
    where=_("Schedule, work orders, invoices"),
)


def closed_before() -> date | None:
    """The first day that may still change; None when all may."""
    chosen = options.value(LOCKED_BEFORE)
    return date.fromisoformat(chosen) if chosen else None


def refuse_closed(*days: date) -> None:
    """Raises: PeriodClosed when one of the days is before the first that may still change."""
    first = closed_before()
    if first is not None and min(days) < first:
        raise PeriodClosed(day=format_date(first))
