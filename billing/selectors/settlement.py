"""What stands on the settlement: unpaid invoices and orders not invoiced yet, and what a payment would do to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.display import printed_teeth
from billing.enums import Means
from billing.models import InvoiceLine, WorkOrder, WorkOrderLine
from billing.selectors.accounts import AccountState, unpaid_lines
from billing.selectors.orders import uninvoiced_orders
from billing.settlement import Split, by_means, likely_notes, split_payment
from core.errors import DomainError
from core.money import ZERO, allocate_capped


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


def due_groups(patient_id: int, legal_entity_id: int, *, today: date) -> list[DueGroup]:
    """Unpaid invoices, then closed orders without one, each with its lines; the same few queries for any number."""
    lines = unpaid_lines(patient_id, legal_entity_id)
    by_invoice = groupby(
        sorted(lines, key=lambda line: (line.invoice.issued_on, line.invoice_id, line.position)), _invoice
    )
    invoices = [_invoice_group(list(lines), today) for _invoice_id, lines in by_invoice]
    orders = [
        _order_group(order, position) for position, order in enumerate(uninvoiced_orders(patient_id, legal_entity_id))
    ]
    return invoices + orders


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


def _invoice(line: InvoiceLine) -> int:
    return line.invoice_id


def _invoice_group(lines: list[InvoiceLine], today: date) -> DueGroup:
    invoice = lines[0].invoice
    doctors = dict.fromkeys(line.order_line.order.doctor.short_name for line in lines)
    return DueGroup(
        kind="invoice",
        pk=invoice.pk,
        number=str(invoice),
        on=invoice.issued_on,
        is_old=invoice.issued_on < today,
        doctor=", ".join(doctors),
        lines=tuple(_invoice_line(line) for line in lines),
    )


def _invoice_line(line: InvoiceLine) -> DueLine:
    return DueLine(
        pk=line.pk,
        paying_order=(line.order_line.order.served_on, 0, line.invoice_id, line.position),
        name=line.name,
        nomenclature=line.nomenclature,
        teeth=line.teeth,
        quantity=line.quantity,
        price=line.price,
        gross=line.amount + line.discount,
        discount=line.discount,
        discount_percent=line.order_line.discount_percent,
        discount_reason=line.order_line.discount_reason,
        amount=line.amount,
        due=line.due,
    )


def _order_group(order: WorkOrder, position: int) -> DueGroup:
    """A new invoice takes the orders in this order, so its lines come after those of invoices of the same day."""
    return DueGroup(
        kind="order",
        pk=order.pk,
        number=str(order),
        on=order.served_on,
        is_old=False,
        doctor=order.doctor.short_name,
        lines=tuple(_order_line(order, position, line) for line in order.lines.all()),
    )


def _order_line(order: WorkOrder, position: int, line: WorkOrderLine) -> DueLine:
    return DueLine(
        pk=line.pk,
        paying_order=(order.served_on, 1, position, line.position),
        name=line.name,
        nomenclature=line.nomenclature,
        teeth=printed_teeth(line),
        quantity=line.quantity,
        price=line.price,
        gross=line.gross,
        discount=line.discount,
        discount_percent=line.discount_percent,
        discount_reason=line.discount_reason,
        amount=line.amount,
        due=line.amount,
        can_discount=line.service.is_discountable,
    )
