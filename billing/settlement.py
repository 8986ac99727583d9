"""How a payment falls apart: over means, lines, change and advance. Pure arithmetic, used for the draft and for the act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from billing.enums import Means
from billing.errors import (
    AdvanceMoreThanDue,
    AdvanceTooSmall,
    AlreadyPaid,
    MoreThanDue,
    NothingToPay,
    TooLittleReceived,
    WrongAmount,
)
from core.money import ZERO, allocate_capped, format_money, round_money

Parts = Mapping[Means, Decimal]

# Which means pays the earlier lines: the advance is used up first, cash last.
SPENDING_ORDER = (Means.ADVANCE, Means.CARD, Means.QR, Means.TRANSFER, Means.CASH)
NOTES = (Decimal(100), Decimal(500), Decimal(1000), Decimal(5000))


@dataclass(frozen=True)
class Split:
    """A payment taken apart. ``allocations`` are roubles per line, in the order of the dues."""

    parts: dict[Means, Decimal]
    total: Decimal
    money: Decimal
    set_off: Decimal
    allocations: list[Decimal]
    allocated: Decimal
    to_advance: Decimal
    left: Decimal
    cash_received: Decimal
    change: Decimal

    @property
    def paid_in_money(self) -> Decimal:
        """What the lines get in money, without the set-off advance."""
        return self.allocated - self.set_off


def split_payment(
    parts: Parts,
    dues: Sequence[Decimal],
    *,
    free_advance: Decimal,
    cash_received: Decimal | None = None,
    rest_to_advance: bool = False,
) -> Split:
    """Pay dues in their order; what they cannot take goes to the advance, if that was asked for.

    Raises: NothingToPay, WrongAmount, AlreadyPaid, MoreThanDue, AdvanceTooSmall, AdvanceMoreThanDue, TooLittleReceived.
    """
    given = clean_parts(parts)
    total = sum(given.values(), ZERO)
    due = sum(dues, ZERO)
    set_off = given.get(Means.ADVANCE, ZERO)
    if not total:
        raise NothingToPay
    if set_off > free_advance:
        raise AdvanceTooSmall(advance=format_money(free_advance))
    if set_off > due:
        raise AdvanceMoreThanDue(due=format_money(due))
    if total > due and not rest_to_advance:
        raise MoreThanDue(total=format_money(total), due=format_money(due)) if due else AlreadyPaid()
    cash = given.get(Means.CASH, ZERO)
    received = cash if cash_received is None else cash_received
    if received < cash:
        raise TooLittleReceived(received=format_money(received), cash=format_money(cash))
    shares, rest = allocate_capped(total, dues)
    allocated = total - rest
    return Split(
        parts=given,
        total=total,
        money=total - set_off,
        set_off=set_off,
        allocations=shares,
        allocated=allocated,
        to_advance=rest,
        left=due - allocated,
        cash_received=received,
        change=received - cash if cash else ZERO,
    )


def clean_parts(parts: Parts) -> dict[Means, Decimal]:
    """Parts without the empty ones. Raises: WrongAmount for a negative one or for parts of a kopeck."""
    for amount in parts.values():
        if amount < 0 or amount != round_money(amount):
            raise WrongAmount
    return {Means(means): round_money(amount) for means, amount in parts.items() if amount}


def by_means(parts: Parts, allocations: Sequence[Decimal]) -> list[list[tuple[Means, Decimal]]]:
    """Per line, which means pays how much of it: the means are spent one after another over the lines."""
    purse = [(means, parts[means]) for means in SPENDING_ORDER if parts.get(means)]
    lines: list[list[tuple[Means, Decimal]]] = []
    for need in allocations:
        line: list[tuple[Means, Decimal]] = []
        while need and purse:
            means, left = purse[0]
            taken = min(need, left)
            line.append((means, taken))
            need -= taken  # noqa: PLW2901  what is still needed of this line
            purse[0] = means, left - taken
            if taken == left:
                purse.pop(0)
        lines.append(line)
    return lines


def filled(parts: Parts, means: Means, *, due: Decimal, free_advance: Decimal) -> Decimal:
    """What one means has to give so that everything is paid, with the other means as they are."""
    others = sum((amount for other, amount in parts.items() if other != means), ZERO)
    rest = max(due - others, ZERO)
    return min(rest, free_advance) if means == Means.ADVANCE else rest


def likely_notes(cash: Decimal, count: int = 3) -> list[Decimal]:
    """Round sums a patient is likely to hand over for this much cash, smallest first."""
    if cash <= 0:
        return []
    rounded = {(cash / note).to_integral_value(ROUND_CEILING) * note for note in NOTES}
    return sorted(amount for amount in rounded if amount > cash)[:count]
