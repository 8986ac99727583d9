"""Values of a history row as people read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core import clock, money, phones

Names = Mapping[type[models.Model], Mapping[Any, str]]
ABSENT = clock.ABSENT


def pointed_at(entry: models.Field) -> type[models.Model]:
    """The model a foreign key points at."""
    target = entry.related_model
    if not isinstance(target, type):
        raise TypeError(f"{entry} points at nothing")
    return target


def show(entry: models.Field, value: Any, names: Names) -> str:
    """The value of a column, from the JSON of a history row."""
    if value is None or value in ("", []):
        return ABSENT
    if entry.is_relation:
        return names.get(pointed_at(entry), {}).get(value, f"№ {value}")
    if entry.choices:
        return str(dict(entry.flatchoices).get(value, value))
    for kind, say in KINDS:
        if isinstance(entry, kind):
            return say(entry, value)
    return ", ".join(str(item) for item in value) if isinstance(value, list) else phones.format_phone(str(value))


def _yes_or_no(entry: models.Field, value: bool) -> str:
    return _("yes") if value else _("no")


def _moment(entry: models.Field, value: str) -> str:
    moment = parse_datetime(value)
    return clock.format_moment(moment, timezone.get_current_timezone()) if moment else value


def _day(entry: models.Field, value: str) -> str:
    return clock.format_date(date.fromisoformat(value))


def _wall_time(entry: models.Field, value: str) -> str:
    return f"{time.fromisoformat(value):%H:%M}"


def _decimal(entry: models.Field, value: Any) -> str:
    exact = Decimal(value)
    is_money = getattr(entry, "decimal_places", None) == money.DECIMAL_PLACES
    return money.format_money(exact, currency=False) if is_money else f"{exact:f}".replace(".", ",")


def _period(entry: models.Field, value: str) -> str:
    """A range of moments as PostgreSQL writes it: ``["2026-11-01 00:00:00+03",)``."""
    begins, _comma, ends = value.strip("[]()").replace('"', "").partition(",")
    return " – ".join(_moment(entry, end) if end else "…" for end in (begins, ends))


# A date and time is a date too, so it comes first.
KINDS: tuple[tuple[type[models.Field], Callable[[models.Field, Any], str]], ...] = (
    (models.BooleanField, _yes_or_no),
    (DateTimeRangeField, _period),
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.TimeField, _wall_time),
    (models.DecimalField, _decimal),
)
