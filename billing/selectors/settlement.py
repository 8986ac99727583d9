"""What stands on the settlement: unpaid invoices and orders not invoiced yet, and what a payment would do to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from billing.display import printed_teeth
from billing.enums import Means
from billing.selectors.accounts import AccountState
from billing.settlement import Split, by_means, likely_notes, split_payment
from core.errors import DomainError
from core.money import ZERO, allocate_capped, round_money
from core.names import short_name
from core.sql import read


@dataclass(frozen=True)
class DueLine:
    """A line to settle. ``paying_order`` sorts lines as money pays them; ``paid_by`` is filled by a draft."""

    pk: int
    paying_order: tuple[date, int, int, int]
    name: str
    nomenclature: str
    teeth: str
    quantity: int
    price: Decimal
    gross: Decimal
    discount: Decimal
    discount_percent: Decimal
    discount_reason: str
    amount: Decimal
    due: Decimal
    can_discount: bool = False
    paid_by: tuple[tuple[Means, Decimal], ...] = ()

    @property
    def paid_before(self) -> Decimal:
        return self.amount - self.due


@dataclass(frozen=True)
class DueGroup:
    """An unpaid invoice (``kind`` invoice) or a closed order without one (order), taken into the settlement or not."""

    kind: str
    pk: int
    number: str
    on: date
    is_old: bool
    doctor: str
    lines: tuple[DueLine, ...]
    is_chosen: bool = True

    @property
    def due(self) -> Decimal:
        return sum((line.due for line in self.lines), ZERO)


@dataclass(frozen=True)
class Draft:
    """The settlement as it would be with the sums typed so far; ``problem`` says why it cannot be confirmed."""

    groups: tuple[DueGroup, ...]
    state: AccountState
    total: Decimal = ZERO
    split: Split | None = None
    problem: str = ""
    notes: Sequence[Decimal] = field(default=())

    @property
    def chosen(self) -> list[DueGroup]:
        return [group for group in self.groups if group.is_chosen]

    @property
    def due(self) -> Decimal:
        return sum((group.due for group in self.chosen), ZERO)

    @property
    def old_due(self) -> Decimal:
        return sum((group.due for group in self.chosen if group.is_old), ZERO)

    @property
    def new_due(self) -> Decimal:
        return self.due - self.old_due

    @property
    def gross(self) -> Decimal:
        return sum((line.gross for group in self.chosen if not group.is_old for line in group.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for group in self.chosen if not group.is_old for line in group.lines), ZERO)

    @property
    def to_issue(self) -> Decimal:
        """What becomes a debt when the chosen orders are invoiced."""
        return sum((group.due for group in self.chosen if group.kind == "order"), ZERO)

    @property
    def has_orders(self) -> bool:
        """Whether there is anything an invoice may be issued for."""
        return any(group.kind == "order" for group in self.groups)

    @property
    def missing(self) -> Decimal:
        return max(self.due - self.total, ZERO)

    @property
    def change(self) -> Decimal | None:
        return self.split.change if self.split else None

    @property
    def to_advance(self) -> Decimal:
        return self.split.to_advance if self.split else ZERO

    @property
    def debt_after(self) -> Decimal:
        return self.state.debt + self.to_issue - (self.split.allocated if self.split else ZERO)

    @property
    def advance_after(self) -> Decimal:
        return self.state.advance + (self.split.to_advance - self.split.set_off if self.split else ZERO)


_ACCOUNTS = """
SELECT a.legal_entity_id, e.short_name, a.debt, a.advance, a.insurer_due, a.not_yet_due
FROM billing_account a JOIN organization_legalentity e ON e.id = a.legal_entity_id
WHERE a.patient_id = %s ORDER BY a.debt DESC, a.id
"""


@dataclass(frozen=True)
class PatientAccount:
    """A patient's figures with one legal entity."""

    legal_entity_id: int
    legal_entity: str
    state: AccountState


def patient_accounts(patient_id: int) -> list[PatientAccount]:
    """Every account of the patient, the largest debt first; one query."""
    return [PatientAccount(*row[:2], AccountState(*row[2:])) for row in read(_ACCOUNTS, [patient_id])]


_INVOICED = """
SELECT l.invoice_id, i.year || '/' || i.number, i.issued_on, d.surname, d.name, d.patronymic, l.id, o.served_on, l.position,
  l.name, l.nomenclature, l.teeth, l.quantity, l.price, l.discount, ol.discount_percent, ol.discount_reason, l.amount, l.paid
FROM billing_account a
JOIN billing_invoice i ON i.account_id = a.id AND i.state = 'issued' AND i.paid < i.total
JOIN billing_invoiceline l ON l.invoice_id = i.id AND l.paid < l.amount
JOIN billing_workorderline ol ON ol.id = l.order_line_id
JOIN billing_workorder o ON o.id = ol.order_id
JOIN organization_employee d ON d.id = o.doctor_id
WHERE a.patient_id = %s AND a.legal_entity_id = %s
ORDER BY i.issued_on, i.id, l.position
"""
_TO_INVOICE = """
SELECT o.id, o.year || '/' || o.number, o.served_on, d.surname, d.name, d.patronymic, l.id, l.position, l.name, l.nomenclature, l.teeth,
  l.surfaces, l.quantity, l.price, l.discount_percent, l.discount_reason, l.amount, s.is_discountable
FROM billing_workorder o
JOIN organization_employee d ON d.id = o.doctor_id
JOIN billing_workorderline l ON l.order_id = o.id
JOIN pricelist_service s ON s.id = l.service_id
WHERE o.patient_id = %s AND o.legal_entity_id = %s AND o.state = 'closed' AND NOT o.is_invoiced AND o.total > 0
ORDER BY o.served_on, o.id, l.position, l.id
"""


def due_groups(patient_id: int, legal_entity_id: int, *, today: date) -> list[DueGroup]:
    """Unpaid invoices, then closed orders without one, each with its lines; two queries for any number."""
    whose = [patient_id, legal_entity_id]
    invoices = groupby(map(_Invoiced._make, read(_INVOICED, whose)), key=lambda row: row.invoice_id)
    orders = groupby(map(_ToInvoice._make, read(_TO_INVOICE, whose)), key=lambda row: row.order_id)
    return [_invoice_group(list(rows), today) for _, rows in invoices] + [
        _order_group(list(rows), place) for place, (_, rows) in enumerate(orders)
    ]


def draft(
    groups: Sequence[DueGroup],
    state: AccountState,
    *,
    chosen: Collection[tuple[str, int]] | None = None,
    parts: Mapping[Means, Decimal] | None = None,
    cash_received: Decimal | None = None,
    rest_to_advance: bool = False,
) -> Draft:
    """What a payment of these parts would do. ``chosen`` are (kind, id) of the groups taken; None takes all."""
    parts = parts or {}
    taken = tuple(replace(group, is_chosen=chosen is None or (group.kind, group.pk) in chosen) for group in groups)
    lines = sorted(
        (line for group in taken if group.is_chosen for line in group.lines), key=lambda line: line.paying_order
    )
    dues = [line.due for line in lines]
    total = sum(parts.values(), ZERO)
    split, problem = None, ""
    try:
        split = split_payment(
            parts,
            dues,
            free_advance=state.advance,
            cash_received=cash_received,
            rest_to_advance=rest_to_advance,
        )
    except DomainError as error:
        problem = " ".join(error.messages)
    shares = split.allocations if split else allocate_capped(total, dues).parts
    paid_by = {line.paying_order: tuple(means) for line, means in zip(lines, by_means(parts, shares), strict=True)}
    return Draft(
        groups=tuple(
            replace(
                group,
                lines=tuple(replace(line, paid_by=paid_by.get(line.paying_order, ())) for line in group.lines),
            )
            for group in taken
        ),
        state=state,
        total=total,
        split=split,
        problem=problem,
        notes=likely_notes(parts.get(Means.CASH, ZERO)),
    )


class _Invoiced(NamedTuple):
    """A row of ``_INVOICED``."""

    invoice_id: int
    number: str
    on: date
    surname: str
    first_name: str
    patronymic: str
    pk: int
    served_on: date
    position: int
    name: str
    nomenclature: str
    teeth: str
    quantity: int
    price: Decimal
    discount: Decimal
    discount_percent: Decimal
    discount_reason: str
    amount: Decimal
    paid: Decimal


class _ToInvoice(NamedTuple):
    """A row of ``_TO_INVOICE``."""

    order_id: int
    number: str
    on: date
    surname: str
    first_name: str
    patronymic: str
    pk: int
    position: int
    name: str
    nomenclature: str
    teeth: list[str]
    surfaces: str
    quantity: int
    price: Decimal
    discount_percent: Decimal
    discount_reason: str
    amount: Decimal
    is_discountable: bool


def _invoice_group(rows: list[_Invoiced], today: date) -> DueGroup:
    first = rows[0]
    doctors = dict.fromkeys(short_name(row.surname, row.first_name, row.patronymic) for row in rows)
    return DueGroup(
        kind="invoice",
        pk=first.invoice_id,
        number=first.number,
        on=first.on,
        is_old=first.on < today,
        doctor=", ".join(doctors),
        lines=tuple(_invoice_line(row) for row in rows),
    )


def _invoice_line(row: _Invoiced) -> DueLine:
    return DueLine(
        pk=row.pk,
        paying_order=(row.served_on, 0, row.invoice_id, row.position),
        name=row.name,
        nomenclature=row.nomenclature,
        teeth=row.teeth,
        quantity=row.quantity,
        price=row.price,
        gross=row.amount + row.discount,
        discount=row.discount,
        discount_percent=row.discount_percent,
        discount_reason=row.discount_reason,
        amount=row.amount,
        due=row.amount - row.paid,
    )


def _order_group(rows: list[_ToInvoice], place: int) -> DueGroup:
    """A new invoice takes the orders in this order, so its lines come after those of invoices of the same day."""
    first = rows[0]
    return DueGroup(
        kind="order",
        pk=first.order_id,
        number=first.number,
        on=first.on,
        is_old=False,
        doctor=short_name(first.surname, first.first_name, first.patronymic),
        lines=tuple(_order_line(row, place) for row in rows),
    )


def _order_line(row: _ToInvoice, place: int) -> DueLine:
    gross = round_money(row.price * row.quantity)
    return DueLine(
        pk=row.pk,
        paying_order=(row.on, 1, place, row.position),
        name=row.name,
        nomenclature=row.nomenclature,
        teeth=printed_teeth(row.teeth, row.surfaces),
        quantity=row.quantity,
        price=row.price,
        gross=gross,
        discount=gross - row.amount,
        discount_percent=row.discount_percent,
        discount_reason=row.discount_reason,
        amount=row.amount,
        due=row.amount,
        can_discount=row.is_discountable,
    )
