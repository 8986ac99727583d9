"""The list of invoices: one page of shown columns, and what the whole list adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum

from billing.enums import InvoiceState
from billing.models import Invoice
from core.money import ZERO
from core.names import full_name
from core.numbering import number_text

ON_A_PAGE = 50
# By what a column sorts, upwards. The newest come first unless something else is asked for.
ORDERS = {
    "number": ("year", "number"),
    "issued_on": ("issued_on", "pk"),
    "patient": ("patient__sort_key", "pk"),
    "total": ("total", "pk"),
    "paid": ("paid", "pk"),
}
NEWEST_FIRST = "-number"
_SHOWN = (
    *("pk", "year", "number", "issued_on", "patient__surname", "patient__name", "patient__patronymic"),
    *("branch__name", "total", "paid", "state"),
)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice as the list shows it, roubles."""

    pk: int
    number: str
    issued_on: date
    patient: str
    branch: str
    total: Decimal
    paid: Decimal
    is_voided: bool

    @property
    def due(self) -> Decimal:
        return ZERO if self.is_voided else self.total - self.paid


@dataclass(frozen=True)
class InvoicePage:
    """A page of the list; ``issued``, ``total`` and ``paid`` are of the whole list without voided invoices, roubles."""

    rows: Sequence[InvoiceRow]
    page: Page
    order: str
    issued: int
    total: Decimal
    paid: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.paid

    @property
    def page_numbers(self) -> list[int | str]:
        """Numbers to go to, with «…» for those left out."""
        return list(self.page.paginator.get_elided_page_range(self.page.number))


def invoice_page(invoices: QuerySet[Invoice], *, order: str, number: str) -> InvoicePage:
    """One page of a filtered list; an unknown order is the newest first, an unknown page the first. Two queries."""
    column, is_descending = order.removeprefix("-"), order.startswith("-")
    if column not in ORDERS:
        order, column, is_descending = NEWEST_FIRST, "number", True
    issued = Q(state=InvoiceState.ISSUED)
    sums = invoices.order_by().aggregate(
        listed=Count("pk"),
        issued=Count("pk", filter=issued),
        total=Sum("total", filter=issued, default=ZERO),
        paid=Sum("paid", filter=issued, default=ZERO),
    )
    page = Paginator(range(sums.pop("listed")), ON_A_PAGE).get_page(number)
    by = [f"-{field}" if is_descending else field for field in ORDERS[column]]
    shown = invoices.order_by(*by).values_list(*_SHOWN)[page.start_index() - 1 if page else 0 : page.end_index()]
    return InvoicePage(rows=[_row(row) for row in shown], page=page, order=order, **sums)


def _row(row: tuple[Any, ...]) -> InvoiceRow:
    pk, year, number, issued_on, surname, name, patronymic, branch, total, paid, state = row
    payer = full_name(surname, name, patronymic)
    return InvoiceRow(
        pk,
        number_text("invoice", number, year=year),
        issued_on,
        payer,
        branch,
        total,
        paid,
        state == InvoiceState.VOIDED,
    )
