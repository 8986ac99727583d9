"""Cash shifts: open, count, close. What a shift holds is summed from its payments and refunds."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.enums import ShiftState
from billing.errors import (
    DeskArchived,
    DifferenceNotYours,
    DifferenceWithoutReason,
    ShiftAlreadyClosed,
    ShiftAlreadyOpen,
    ShiftNotOpen,
    WrongAmount,
)
from billing.facts import CashShiftClosed, CashShiftOpened
from billing.models import CashDesk, CashShift, ShiftTotal
from billing.selectors.desk import cash_in_drawer, means_totals
from billing.two_people import DIFFERENCE, is_always_asked
from core.actor import Actor
from core.counters import next_number
from core.errors import constraint_as
from core.joints import publish
from core.money import format_money, round_money
from organization.services import second_person
from organization.services.second_person import SecondPerson


@transaction.atomic
def open_shift(*, actor: Actor, desk: CashDesk, opening_cash: Decimal) -> CashShift:
    """Open the desk's next shift with the cash that lies in its drawer.

    Raises: DeskArchived, WrongAmount, ShiftAlreadyOpen (also when two people open it at the same moment).
    """
    _check_cash(opening_cash)
    desk = CashDesk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    if desk.is_archived:
        raise DeskArchived
    with constraint_as({"billing_cashshift_one_open": ShiftAlreadyOpen}):
        shift = CashShift.objects.create(
            desk=desk,
            number=next_number(f"shift:{desk.pk}"),
            opened_at=timezone.now(),
            opened_by_id=actor.pk,
            opening_cash=opening_cash,
        )
    publish(CashShiftOpened(shift_id=shift.pk, actor_id=actor.pk))
    return shift


@transaction.atomic
def close_shift(
    *,
    actor: Actor,
    shift: CashShift,
    counted_cash: Decimal,
    reason: str = "",
    version: int | None = None,
    second: SecondPerson | None = None,
) -> CashShift:
    """Close a shift: totals by means, cash that should be there and cash that was counted.

    Raises: ShiftAlreadyClosed, ChangedByOther, WrongAmount, DifferenceWithoutReason; DifferenceNotYours and what
    ``second_person.confirm`` raises for a difference that is not the actor's to close with.
    """
    _check_cash(counted_cash)
    shift = CashShift.objects.select_for_update(of=("self",), no_key=True).get(pk=shift.pk)
    if shift.state != ShiftState.OPEN:
        raise ShiftAlreadyClosed
    shift.check_version(version)
    expected = cash_in_drawer(shift)
    if counted_cash != expected and not reason.strip():
        raise DifferenceWithoutReason(expected=format_money(expected), counted=format_money(counted_cash))
    if counted_cash != expected:
        second_person.confirm(
            actor=actor,
            right="billing.close_shift_with_difference",
            amount=abs(counted_cash - expected),
            second=second,
            refusal=DifferenceNotYours(expected=format_money(expected), counted=format_money(counted_cash)),
            is_always_asked=is_always_asked(DIFFERENCE),
        )
    ShiftTotal.objects.bulk_create(
        ShiftTotal(shift=shift, means=total.means, taken=total.taken, refunded=total.refunded, payments=total.payments)
        for total in means_totals(shift)
    )
    shift.state = ShiftState.CLOSED
    shift.closed_at = timezone.now()
    shift.closed_by_id = actor.pk
    shift.expected_cash, shift.counted_cash = expected, counted_cash
    shift.difference_reason = reason.strip() if counted_cash != expected else ""
    shift.save_version(
        ["state", "closed_at", "closed_by", "expected_cash", "counted_cash", "difference_reason"],
    )
    publish(CashShiftClosed(shift_id=shift.pk, actor_id=actor.pk))
    return shift


def locked_open_shift(shift_id: int) -> CashShift:
    """The shift with its desk, its row locked so that it cannot close before the commit. Raises: ShiftNotOpen."""
    shift = (
        CashShift.objects.select_for_update(of=("self",), no_key=True)
        .select_related("desk__branch")
        .only("state", "opening_cash", "desk__branch_id", "desk__legal_entity_id", "desk__branch__time_zone")
        .get(pk=shift_id)
    )
    if shift.state != ShiftState.OPEN:
        raise ShiftNotOpen
    return shift


def _check_cash(amount: Decimal) -> None:
    if amount < 0 or amount != round_money(amount):
        raise WrongAmount
