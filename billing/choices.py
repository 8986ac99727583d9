"""Options of the cash desk: how its documents are numbered, and of which series."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules import NumberSeries
from core.options import Kind, Option

_NAMES = [("year", _("year")), ("yy", _("last two figures of the year"))]


def _writing(code: str, section: Any, form: str, order: int) -> list[Option]:
    return [
        Option(
            f"billing.{code}_number_form",
            _("How it is written"),
            _("Text around {number}; {year} is the year in full, {yy} its last two figures."),
            Kind.PATTERN,
            default=form,
            page="numbering",
            order=order,
            section=section,
            where=_("Cash desk, patient cards, papers"),
            most=30,
            choices=_NAMES,
        ),
        Option(
            f"billing.{code}_number_digits",
            _("Figures, with zeros in front"),
            _("A shorter number gets zeros in front up to so many figures; 1 writes it as it is."),
            Kind.WHOLE,
            default=1,
            page="numbering",
            order=order + 1,
            section=section,
            where=_("Cash desk, patient cards, papers"),
            unit=_("figures"),
            least=1,
            most=9,
        ),
    ]


def _series(code: str, title: Any, order: int) -> NumberSeries:
    return NumberSeries(
        code,
        title,
        f"billing.numbers.{code}_series",
        form=f"billing.{code}_number_form",
        digits=f"billing.{code}_number_digits",
        order=order,
    )


OPTIONS = [
    *_writing("order", _("Work orders"), "{number}", 20),
    *_writing("invoice", _("Invoices"), "{year}/{number}", 30),
    *_writing("payment", _("Payments"), "{year}/{number}", 40),
]
NUMBERS = [
    _series("order", _("Work orders"), 20),
    _series("invoice", _("Invoices"), 30),
    _series("payment", _("Payments"), 40),
]
