"""A cash desk's day: its open shift, what came by which means, and what must lie in the drawer."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from billing.enums import MONEY_MEANS, Means
from billing.models import CashDesk, CashShift, Payment, PaymentPart, Refund
from core.actor import Actor
from core.money import ZERO

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
    """A desk with its open shift; without one there are no totals."""

    desk: CashDesk
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


def means_totals(shift: CashShift) -> list[MeansTotal]:
    """Taken, refunded and number of payments by each means the shift had; two queries."""
    taken = {
        row["means"]: row
        for row in PaymentPart.objects.filter(payment__shift=shift)
        .values("means")
        .annotate(sum=Sum("amount"), payments=Count("pk"))
    }
    refunded = dict(
        Refund.objects.filter(shift=shift).values("means").annotate(sum=Sum("amount")).values_list("means", "sum")
    )
    return [
        MeansTotal(
            means=means,
            taken=taken[means]["sum"] if means in taken else ZERO,
            refunded=refunded.get(means, ZERO),
            payments=taken[means]["payments"] if means in taken else 0,
        )
        for means in Means
        if means in taken or means in refunded
    ]


def closed_totals(shift: CashShift) -> list[MeansTotal]:
    """The totals as they were written when the shift closed."""
    return [MeansTotal(Means(row.means), row.taken, row.refunded, row.payments) for row in shift.totals.order_by("pk")]


def cash_in_drawer(shift: CashShift, totals: list[MeansTotal] | None = None) -> Decimal:
    """What must lie in the drawer now: cash at opening, cash taken, less cash given back."""
    cash = [total for total in (means_totals(shift) if totals is None else totals) if total.means == Means.CASH]
    return shift.opening_cash + sum((total.left for total in cash), ZERO)


def desk_state(desk: CashDesk) -> DeskState:
    """The desk's open shift with its totals and its drawer."""
    shift = CashShift.objects.open().filter(desk=desk).select_related("opened_by").first()
    if shift is None:
        return DeskState(desk, None)
    shift.desk = desk
    totals = means_totals(shift)
    return DeskState(desk, shift, cash_in_drawer(shift, totals), totals)


def desks_of(actor: Actor) -> QuerySet[CashDesk]:
    """Active desks of the branch the actor works in now."""
    return (
        CashDesk.objects.usable_by(actor)
        .filter(branch_id=actor.branch_id)
        .select_related("branch", "legal_entity")
        .order_by("name")
    )


def chosen_desk(actor: Actor, wanted: str = "") -> CashDesk | None:
    """The desk named by the url, else the one with an open shift, else the first of the branch."""
    desks = list(
        desks_of(actor)
        .annotate(open_shifts=Count("shifts", filter=Q(shifts__state="open")))
        .order_by("-open_shifts", "name")
    )
    named = [desk for desk in desks if str(desk.pk) == wanted]
    return next(iter(named or desks), None)


def proposed_opening_cash(desk: CashDesk) -> Decimal:
    """What was counted when the desk's last shift closed."""
    last = CashShift.objects.filter(desk=desk, counted_cash__isnull=False).order_by("-pk").first()
    return last.counted_cash or ZERO if last else ZERO


def shift_payments(shift: CashShift) -> QuerySet[Payment]:
    """The shift's payments with their means, newest first."""
    return (
        Payment.objects.filter(shift=shift)
        .select_related("patient", "receipt")
        .prefetch_related("parts")
        .order_by("-pk")
    )


def shift_refunds(shift: CashShift) -> QuerySet[Refund]:
    """What the shift gave back, newest first."""
    return Refund.objects.filter(shift=shift).select_related("patient").order_by("-pk")
