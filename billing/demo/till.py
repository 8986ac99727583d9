"""The demo's cash desk: a shift a day, counted and closed in the evening; today's is open."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random

from billing.enums import Means, ShiftState
from billing.models import CashDesk, CashShift, ShiftTotal
from core import bulk
from core.money import ZERO
from organization.demo import Clinic, Person

FLOAT = Decimal(3000)  # small change left for the morning, roubles
SHORT = 0.012  # of the days something is missing or over
REASONS = ("Ошибка при сдаче", "Пересчитано дважды, разница осталась", "Разменяли мимо кассы")


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something with money, and when: the moment and its date by the branch's clock."""

    clerk: Person
    at: datetime
    on: date


@dataclass(slots=True)
class _Sum:
    taken: Decimal = ZERO
    refunded: Decimal = ZERO
    payments: int = 0


@dataclass(slots=True)
class _Shift:
    pk: int
    number: int
    opened_at: datetime
    clerk: Person | None  # None: the shift is written already
    sums: dict[str, _Sum] = field(default_factory=dict)

    @property
    def cash(self) -> Decimal:
        cash = self.sums.get(Means.CASH, _Sum())
        return FLOAT + cash.taken - cash.refunded


class Till:
    """One desk with its shifts."""

    def __init__(self, clinic: Clinic, rng: Random, desk: CashDesk, last_number: int) -> None:
        self.clinic, self.rng, self.desk = clinic, rng, desk
        self.last_number = last_number
        self.shifts = bulk.Copier(
            CashShift, "id", "desk_id", "number", "state", "opened_at", "opened_by_id", "opening_cash", "closed_at",
            "closed_by_id", "expected_cash", "counted_cash", "difference_reason", "version",
        )  # fmt: skip
        self.totals = bulk.Copier(ShiftTotal, "id", "shift_id", "means", "taken", "refunded", "payments")
        self.shift: _Shift | None = None

    @property
    def open_shift(self) -> _Shift:
        if self.shift is None:
            raise ValueError("money is taken while a shift is open")
        return self.shift

    def open(self, act: Act) -> None:
        self.last_number += 1
        self.shift = _Shift(self.shifts.next_id(), self.last_number, act.at, act.clerk)

    def adopt(self, shift: CashShift) -> None:
        """Go on with a shift that is open already."""
        self.shift = _Shift(shift.pk, shift.number, shift.opened_at, None)

    def take(self, means: str, amount: Decimal) -> None:
        total = self.open_shift.sums.setdefault(means, _Sum())
        total.taken += amount
        total.payments += 1

    def give_back(self, means: str, amount: Decimal) -> None:
        self.open_shift.sums.setdefault(means, _Sum()).refunded += amount

    def close(self, act: Act) -> None:
        """Count the drawer: it is right on almost every evening."""
        shift = self.open_shift
        expected = shift.cash
        counted, reason = expected, ""
        if self.rng.random() < SHORT:
            counted = max(expected + self.rng.choice((-500, -100, -50, -10, 50, 100)), ZERO)
            reason = self.rng.choice(REASONS)
        for means in Means:
            total = shift.sums.get(means)
            if total is not None:
                self.totals.add(
                    self.totals.next_id(), shift.pk, means, total.taken, total.refunded, total.payments
                )  # fmt: skip
        self.shifts.add(
            shift.pk, self.desk.pk, shift.number, ShiftState.CLOSED, shift.opened_at, shift.clerk.pk, FLOAT, act.at,
            act.clerk.pk, expected, counted, reason, 2,
        )  # fmt: skip
        self.shift = None

    def finish(self) -> None:
        """Write what is gathered; the shift of today stays open."""
        shift = self.shift
        if shift is not None and shift.clerk is not None:
            self.shifts.add(
                shift.pk, self.desk.pk, shift.number, ShiftState.OPEN, shift.opened_at, shift.clerk.pk, FLOAT, None,
                None, None, None, "", 1,
            )  # fmt: skip
        self.shifts.flush()
        self.totals.flush()
