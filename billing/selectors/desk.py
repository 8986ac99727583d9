"""A cash desk's day: its open shift, what came by which means, and what must lie in the drawer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from billing.enums import MONEY_MEANS, Means
from billing.models import CashDesk, CashShift
from billing.models.payments import sees_shifts
from billing.selectors.reach import own_desks
from core.actor import Actor
from core.clock import ABSENT
from core.money import ZERO
from core.names import full_name, short_name
from core.sql import read
from organization.models import Employee
from patients.selectors.reach import allowed_cards

LONGEST_SHIFT = timedelta(hours=24)


@dataclass(frozen=True)
class MeansTotal:
    """What a shift took and gave back by one means, roubles."""

    means: Means
    taken: Decimal
    refunded: Decimal
    payments: int

    @property
    def title(self) -> str:
        return str(self.means.label)

    @property
    def left(self) -> Decimal:
        return self.taken - self.refunded


@dataclass(frozen=True)
class DeskState:
    """A desk's open shift; without one there are no totals."""

    shift: CashShift | None
    cash: Decimal = ZERO
    totals: list[MeansTotal] = field(default_factory=list)

    @property
    def is_too_long(self) -> bool:
        """Whether the shift is open for longer than a register allows. Source: 54-ФЗ, a shift lasts 24 hours."""
        return self.shift is not None and timezone.now() - self.shift.opened_at > LONGEST_SHIFT

    @property
    def money_totals(self) -> list[MeansTotal]:
        """All means that bring money, also those nothing came by."""
        known = {total.means: total for total in self.totals}
        return [known.get(means, MeansTotal(means, ZERO, ZERO, 0)) for means in MONEY_MEANS]

    @property
    def set_off(self) -> MeansTotal | None:
        return next((total for total in self.totals if total.means == Means.ADVANCE), None)

    @property
    def taken(self) -> Decimal:
        return sum((total.taken for total in self.money_totals), ZERO)

    @property
    def refunded(self) -> Decimal:
        return sum((total.refunded for total in self.money_totals), ZERO)


_MEANS_TOTALS = """
SELECT means, sum(taken), sum(refunded), sum(payments)::int FROM (
  SELECT part.means, part.amount AS taken, 0 AS refunded, 1 AS payments
  FROM billing_payment p JOIN billing_paymentpart part ON part.payment_id = p.id WHERE p.shift_id = %(shift)s
  UNION ALL
  SELECT means, 0, amount, 0 FROM billing_refund WHERE shift_id = %(shift)s
) moved GROUP BY means
"""


def means_totals(shift: CashShift) -> list[MeansTotal]:
    """Taken, refunded and number of payments by each means the shift had; one query."""
    rows = {means: figures for means, *figures in read(_MEANS_TOTALS, {"shift": shift.pk})}
    return [MeansTotal(means, *rows[means]) for means in Means if means in rows]


def closed_totals(shift: CashShift) -> list[MeansTotal]:
    """The totals as they were written when the shift closed."""
    return [MeansTotal(Means(row.means), row.taken, row.refunded, row.payments) for row in shift.totals.order_by("pk")]


def cash_in_drawer(shift: CashShift, totals: list[MeansTotal] | None = None) -> Decimal:
    """What must lie in the drawer now: cash at opening, cash taken, less cash given back."""
    cash = [total for total in (means_totals(shift) if totals is None else totals) if total.means == Means.CASH]
    return shift.opening_cash + sum((total.left for total in cash), ZERO)


_DESKS = """
SELECT d.id, d.name, d.branch_id, e.id, e.short_name, s.id, s.number, s.opened_at, s.opening_cash, s.version, o.surname,
  o.name, o.patronymic
FROM billing_cashdesk d
JOIN organization_legalentity e ON e.id = d.legal_entity_id
LEFT JOIN billing_cashshift s ON s.desk_id = d.id AND s.state = 'open'
LEFT JOIN organization_employee o ON o.id = s.opened_by_id
WHERE d.archived_at IS NULL AND d.branch_id = %s AND {own_desks}
ORDER BY d.name
"""


@dataclass(frozen=True)
class Desk:
    """An active cash desk of the branch, with its open shift if there is one."""

    pk: int
    name: str
    branch_id: int
    legal_entity_id: int
    legal_entity: str
    shift: CashShift | None


def desks_here(actor: Actor) -> list[Desk]:
    """The actor's active desks of the branch they work in now, by name, each with its open shift; one query."""
    if not sees_shifts(actor):
        return []
    condition, parameters = own_desks(actor)
    rows = read(_DESKS.format(own_desks=condition), [actor.branch_id, *parameters])
    return [_desk(row) for row in rows]


def _desk(row: tuple[Any, ...]) -> Desk:
    desk_id, name, branch_id, entity_id, entity, shift_id, number, opened_at, opening_cash, version, *opener = row
    shift = None
    if shift_id is not None:
        shift = CashShift(pk=shift_id, number=number, opened_at=opened_at, opening_cash=opening_cash, version=version)
        shift.desk = CashDesk(pk=desk_id, name=name, branch_id=branch_id, legal_entity_id=entity_id)
        shift.opened_by = Employee(surname=opener[0], name=opener[1], patronymic=opener[2]) if opener[0] else None
    return Desk(desk_id, name, branch_id, entity_id, entity, shift)


def chosen_desk(desks: Sequence[Desk], wanted: str = "") -> Desk | None:
    """The desk named by the url, else the first one with an open shift, else the first."""
    named = [desk for desk in desks if str(desk.pk) == wanted]
    return next(iter([*named, *(desk for desk in desks if desk.shift), *desks]), None)


def desk_state(shift: CashShift | None) -> DeskState:
    """A desk's open shift with its totals and its drawer; one query."""
    if shift is None:
        return DeskState(None)
    totals = means_totals(shift)
    return DeskState(shift, cash_in_drawer(shift, totals), totals)


def desks_of(actor: Actor) -> QuerySet[CashDesk]:
    """The actor's active desks of the branch they work in now, to choose from in a form."""
    return CashDesk.objects.usable_by(actor).filter(branch_id=actor.branch_id).order_by("name")


@dataclass(frozen=True, slots=True)
class ClosedShift:
    """A closed shift as the desk's page lists it."""

    pk: int
    number: int
    closed_at: datetime
    counted_cash: Decimal
    closed_by: str


_CLOSED_SHIFTS = """
SELECT s.id, s.number, s.closed_at, s.counted_cash, e.surname, e.name, e.patronymic
FROM billing_cashshift s LEFT JOIN organization_employee e ON e.id = s.closed_by_id
WHERE s.desk_id = %s AND s.state = 'closed' ORDER BY s.number DESC LIMIT %s
"""


def last_shifts(desk_id: int, limit: int = 5) -> list[ClosedShift]:
    """The desk's closed shifts, newest first; one query."""
    return [
        ClosedShift(*row[:4], short_name(*(part or "" for part in row[4:])))
        for row in read(_CLOSED_SHIFTS, [desk_id, limit])
    ]


def proposed_opening_cash(desk: CashDesk) -> Decimal:
    """What was counted when the desk's last shift closed."""
    last = CashShift.objects.filter(desk=desk, counted_cash__isnull=False).order_by("-pk").first()
    return last.counted_cash or ZERO if last else ZERO


_PAYMENTS = """
SELECT p.id, p.year || '/' || p.number, p.taken_at, p.total, p.to_advance, {is_open}, c.surname, c.name, c.patronymic,
  (SELECT array_agg(part.means ORDER BY part.id) FROM billing_paymentpart part WHERE part.payment_id = p.id)
FROM billing_payment p JOIN patients_patient c ON c.id = p.patient_id
WHERE p.shift_id = %s ORDER BY p.id DESC LIMIT %s
"""
_REFUNDS = """
SELECT r.given_at, r.means, r.amount, r.reason, {is_open}, c.surname, c.name, c.patronymic
FROM billing_refund r JOIN patients_patient c ON c.id = r.patient_id
WHERE r.shift_id = %s ORDER BY r.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class ShiftPayment:
    """A payment as a shift lists it."""

    pk: int
    number: str  # «year/number»
    taken_at: datetime
    total: Decimal
    to_advance: Decimal
    payer: str
    means: list[Means]


@dataclass(frozen=True, slots=True)
class ShiftRefund:
    """Money given back as a shift lists it."""

    given_at: datetime
    means: Means
    amount: Decimal
    reason: str
    payer: str


def shift_payments(shift: CashShift, limit: int | None = None, *, actor: Actor) -> list[ShiftPayment]:
    """The shift's payments with their means, newest first; one query. Whose card is closed to the actor has no name."""
    is_open, parameters = allowed_cards(actor, "c.id")
    return [
        ShiftPayment(*row[:5], _payer(*row[5:9]), [Means(means) for means in row[9]])
        for row in read(_PAYMENTS.format(is_open=is_open), [*parameters, shift.pk, limit])
    ]


def shift_refunds(shift: CashShift, limit: int | None = None, *, actor: Actor) -> list[ShiftRefund]:
    """What the shift gave back, newest first; one query. Whose card is closed to the actor has no name."""
    is_open, parameters = allowed_cards(actor, "c.id")
    return [
        ShiftRefund(given_at, Means(means), amount, reason, _payer(*payer))
        for given_at, means, amount, reason, *payer in read(
            _REFUNDS.format(is_open=is_open), [*parameters, shift.pk, limit]
        )
    ]


def _payer(is_open: bool, *name: str) -> str:
    return full_name(*name) if is_open else ABSENT
