"""Who may write a work order, whose, and for how long after the appointment."""

from datetime import date

from billing.errors import MayNotReopen, NotOwnAppointment, OrderTooOld
from core.actor import Actor, Scope
from core.clock import localdate
from core.errors import DomainError
from organization.closed_period import closed_before, refuse_closed
from schedule.models import Appointment

WRITE, REOPEN = "billing.write_order", "billing.reopen_order"


def may_write(actor: Actor, appointment: Appointment) -> bool:
    """Whether the role in force lets the actor write this appointment's order now."""
    return _is_reached(actor, WRITE, appointment) and too_late(actor, appointment) is None


def may_reopen(actor: Actor, appointment: Appointment) -> bool:
    """The same for a closed order; what is invoiced is another matter."""
    return _is_reached(actor, REOPEN, appointment) and too_late(actor, appointment) is None


def check_may_write(actor: Actor, appointment: Appointment) -> None:
    """Raises: NotOwnAppointment, OrderTooOld, PeriodClosed."""
    if not _is_reached(actor, WRITE, appointment):
        raise NotOwnAppointment
    _check_in_time(actor, appointment)


def check_may_reopen(actor: Actor, appointment: Appointment) -> None:
    """Raises: MayNotReopen, OrderTooOld, PeriodClosed."""
    if not _is_reached(actor, REOPEN, appointment):
        raise MayNotReopen
    _check_in_time(actor, appointment)


def too_late(actor: Actor, appointment: Appointment) -> DomainError | None:
    """Why nothing may be written for this appointment any more; None while it may."""
    try:
        _check_in_time(actor, appointment)
    except DomainError as refusal:
        return refusal
    return None


def _check_in_time(actor: Actor, appointment: Appointment) -> None:
    """The branch, whose zone tells the day, is read only where days are counted."""
    days = actor.limit(WRITE)
    if days is None and closed_before() is None:
        return
    zone = appointment.branch.zone
    served_on: date = localdate(zone, appointment.starts_at)
    refuse_closed(served_on)
    if days is not None and (localdate(zone) - served_on).days > days:
        raise OrderTooOld(None if days else OrderTooOld.on_the_day, days=days)


def _is_reached(actor: Actor, right: str, appointment: Appointment) -> bool:
    scope = actor.scope(right)
    if scope == Scope.OWN:
        return appointment.doctor_id == actor.employee_id
    if scope == Scope.BRANCH:
        return appointment.branch_id in actor.branch_ids
    return scope == Scope.ALL
