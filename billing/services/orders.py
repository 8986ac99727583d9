"""Work orders: what was done in one appointment. Prices are those of the service date, copied into the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from billing import errors
from billing.enums import OrderState
from billing.facts import WorkOrderClosed, WorkOrderReopened
from billing.models import WorkOrder, WorkOrderLine
from billing.services import visits
from billing.services.writing import check_may_reopen, check_may_write
from core.actor import Actor
from core.clock import localdate
from core.counters import next_number
from core.dentition import Tooth, ToothSelection, format_teeth, in_chart_order, parse_surfaces
from core.errors import ChangedByOther
from core.joints import publish
from core.money import ZERO, line_amount
from organization.closed_period import refuse_closed
from organization.services import second_person
from organization.services.second_person import SecondPerson
from pricelist.models import Service, ToothArea
from pricelist.selectors import service_terms
from schedule.models import Appointment

LARGEST_QUANTITY = 99
DISCOUNT = "billing.give_discount"


@transaction.atomic
def open_work_order(*, actor: Actor, appointment: Appointment) -> WorkOrder:
    """The appointment's work order: the one it has, or a new draft with the next number of the legal entity and year.

    Raises: NotOwnAppointment, OrderTooOld, PeriodClosed, AppointmentNotHeld.
    """
    check_may_write(actor, appointment)
    return _opened(actor, appointment)


@transaction.atomic
def add_line(
    *,
    actor: Actor,
    order: WorkOrder,
    service: Service,
    teeth: Iterable[str] = (),
    surfaces: str = "",
    quantity: int | None = None,
    version: int | None = None,
) -> WorkOrderLine:
    """Write one service rendered; its price is that of the service date, copied like its name and codes.

    Without a quantity: one for each tooth of a tooth service, each jaw of a jaw service, else one.
    Raises: NotOwnAppointment, OrderNotDraft, ChangedByOther, ServiceWithdrawn, ToothNeeded, SurfaceNeeded, NoPrice,
    BadQuantity, and the errors of tooth and surface names.
    """
    order = _locked_draft(actor, order, version)
    place = _placed(service, teeth, surfaces)
    if quantity is not None:
        place = replace(place, quantity=quantity)
    return _write(order, service, [place])[0]


@transaction.atomic
def add_lines(
    *, actor: Actor, order: WorkOrder, service: Service, selection: ToothSelection, version: int | None = None
) -> list[WorkOrderLine]:
    """Write one service for everything chosen on the chart: teeth with unlike surfaces get lines of their own.

    Raises: what ``add_line`` raises; then nothing was written.
    """
    order = _locked_draft(actor, order, version)
    return _write(order, service, _places_of(service, selection))


@transaction.atomic
def write_service(
    *, actor: Actor, appointment: Appointment, service: Service, selection: ToothSelection, version: int | None = None
) -> WorkOrder:
    """Write a service in the appointment's order, opening it when there is none; a refusal opens none and takes no number.

    Raises: what ``open_work_order`` and ``add_lines`` raise.
    """
    check_may_write(actor, appointment)
    order = _held_order(appointment) or _opened(actor, appointment)
    _check_draft(order, version)
    _write(order, service, _places_of(service, selection))
    return order


@transaction.atomic
def finish_appointment(
    *, actor: Actor, appointment: Appointment, version: int | None = None, no_services_reason: str = ""
) -> WorkOrder:
    """Close the appointment's order; an appointment without services gets an empty one with the reason.

    Raises: what ``open_work_order`` and ``close_work_order`` raise.
    """
    check_may_write(actor, appointment)
    order = _held_order(appointment)
    if order is None:
        visits.hold([appointment])  # opening holds the appointment's row, which the schedule takes after these
        order = _opened(actor, appointment)
    _check_draft(order, version)
    return _close(actor, order, no_services_reason)


@transaction.atomic
def change_line(*, actor: Actor, line: WorkOrderLine, quantity: int, version: int | None = None) -> WorkOrderLine:
    """Change the quantity of a line; its price and discount percent stay.

    Raises: NotOwnAppointment, OrderNotDraft, ChangedByOther, BadQuantity.
    """
    order = _locked_draft(actor, line.order, version)
    line = _line_of(order, line)
    line.quantity = _checked_quantity(quantity)
    line.amount = line_amount(line.price, line.quantity, discount_percent=line.discount_percent)
    line.save(update_fields=["quantity", "amount"])
    _count_total(order)
    return line


@transaction.atomic
def remove_line(*, actor: Actor, line: WorkOrderLine, version: int | None = None) -> WorkOrder:
    """Take a line out of a draft; the history keeps it.

    Raises: NotOwnAppointment, OrderNotDraft, ChangedByOther.
    """
    order = _locked_draft(actor, line.order, version)
    order.lines.filter(pk=line.pk).delete()
    _count_total(order)
    return order


@transaction.atomic
def give_discount(
    *,
    actor: Actor,
    line: WorkOrderLine,
    percent: Decimal,
    reason: str,
    version: int | None = None,
    second: SecondPerson | None = None,
) -> WorkOrderLine:
    """Set a line's discount, as long as no invoice was issued; zero percent takes it back.

    Raises: MayNotDiscount, OrderInvoiced, PeriodClosed, ChangedByOther, BadDiscount, NotDiscountable,
    DiscountWithoutReason; DiscountOverLimit and what ``second_person.confirm`` raises for more than is the actor's to give.
    """
    if not actor.can(DISCOUNT):
        raise errors.MayNotDiscount
    order = _locked(line.order, version)
    if order.is_invoiced or order.state == OrderState.VOIDED:
        raise errors.OrderInvoiced
    refuse_closed(order.served_on)
    if not 0 <= percent <= 100:
        raise errors.BadDiscount
    line = _line_of(order, line)
    if percent and not line.service.is_discountable:
        raise errors.NotDiscountable(service=line.name)
    if percent and not reason.strip():
        raise errors.DiscountWithoutReason
    if percent:
        second_person.confirm(
            actor=actor,
            right=DISCOUNT,
            amount=percent,
            second=second,
            refusal=errors.DiscountOverLimit(limit=actor.limit(DISCOUNT)),
        )
    line.discount_percent = percent
    line.discount_reason = reason.strip() if percent else ""
    line.amount = line_amount(line.price, line.quantity, discount_percent=percent)
    line.save(update_fields=["discount_percent", "discount_reason", "amount"])
    _count_total(order)
    return line


@transaction.atomic
def close_work_order(
    *, actor: Actor, order: WorkOrder, version: int | None = None, no_services_reason: str = ""
) -> WorkOrder:
    """Finish writing: the appointment is finished, and settled too when there is nothing to pay.

    Raises: NotOwnAppointment, OrderNotDraft, ChangedByOther, NoServices, AppointmentNotHeld, PatientNotArrived.
    """
    return _close(actor, _locked_draft(actor, order, version), no_services_reason)


@transaction.atomic
def reopen_work_order(*, actor: Actor, order: WorkOrder, version: int | None = None) -> WorkOrder:
    """Write on in a closed order, as long as no invoice was issued; the patient is in the chair again.

    Raises: MayNotReopen, OrderTooOld, PeriodClosed, OrderNotClosed, OrderInvoiced, ChangedByOther.
    """
    check_may_reopen(actor, order.appointment)
    order = _locked(order, version)
    if order.state != OrderState.CLOSED:
        raise errors.OrderNotClosed
    if order.is_invoiced:
        raise errors.OrderInvoiced
    order.state = OrderState.DRAFT
    order.closed_at = order.closed_by_id = None
    order.no_services_reason = ""
    order.save_version(["state", "closed_at", "closed_by", "no_services_reason"])
    visits.take_back(actor=actor, appointment=order.appointment)
    publish(
        WorkOrderReopened(
            work_order_id=order.pk,
            appointment_id=order.appointment_id,
            patient_id=order.patient_id,
            actor_id=actor.pk,
        )
    )
    return order


def _held_order(appointment: Appointment) -> WorkOrder | None:
    """The appointment's order with its row locked, None when nothing was written yet."""
    order = WorkOrder.objects.select_for_update(no_key=True).filter(appointment=appointment).first()
    if order is not None:
        order.appointment = appointment
    return order


def _opened(actor: Actor, appointment: Appointment) -> WorkOrder:
    """A new order with the next number; under the appointment's lock, so the one somebody opened meanwhile is found."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",), no_key=True).select_related("branch").get(pk=appointment.pk)
    )
    known = _held_order(appointment)
    if known is not None:
        return known
    if appointment.state in visits.NOT_HELD:
        raise errors.AppointmentNotHeld
    served_on = localdate(appointment.branch.zone, appointment.starts_at)
    legal_entity_id = appointment.branch.legal_entity_id
    return WorkOrder.objects.create(
        number=next_number(f"order:{legal_entity_id}:{served_on.year}"),
        year=served_on.year,
        appointment=appointment,
        patient_id=appointment.patient_id,
        doctor_id=appointment.doctor_id,
        branch=appointment.branch,
        legal_entity_id=legal_entity_id,
        served_on=served_on,
        created_by_id=actor.pk,
    )


def _close(actor: Actor, order: WorkOrder, no_services_reason: str) -> WorkOrder:
    """Close a locked draft and finish its appointment."""
    reason = no_services_reason.strip()
    if not order.total and not order.lines.exists():
        if not reason:
            raise errors.NoServices
        order.no_services_reason = reason
    order.state = OrderState.CLOSED
    order.closed_at = timezone.now()
    order.closed_by_id = actor.pk
    order.save_version(["state", "closed_at", "closed_by", "no_services_reason"])
    appointment = visits.finish(actor=actor, appointment=order.appointment)
    if order.total == ZERO:
        visits.settle(actor=actor, appointments=[appointment])
    publish(
        WorkOrderClosed(
            work_order_id=order.pk,
            appointment_id=order.appointment_id,
            patient_id=order.patient_id,
            actor_id=actor.pk,
        )
    )
    return order


def _write(order: WorkOrder, service: Service, places: Sequence[_Place]) -> list[WorkOrderLine]:
    """Lines of one service in a locked draft, one for each place, and the order's new total."""
    if service.is_archived:
        raise errors.ServiceWithdrawn(service=service.name)
    terms = service_terms(service.pk, at=order.appointment.starts_at, branch_id=order.branch_id)
    if terms.price is None:
        raise errors.NoPrice(service=service.name)
    before = order.lines.aggregate(last=Max("position"), total=Sum("amount"))
    lines = WorkOrderLine.objects.bulk_create(
        WorkOrderLine(
            order=order,
            position=position,
            service=service,
            code=service.code,
            name=service.name,
            nomenclature=", ".join(_code_text(code, times) for code, times in terms.codes)[:200],
            direction=service.direction.name,
            teeth=place.teeth,
            surfaces=place.surfaces,
            quantity=_checked_quantity(place.quantity),
            price=terms.price,
            amount=line_amount(terms.price, place.quantity),
            performer_id=order.doctor_id,
        )
        for position, place in enumerate(places, start=(before["last"] or 0) + 1)
    )
    order.total = sum((line.amount for line in lines), before["total"] or ZERO)
    order.save_version(["total"])
    return lines


@dataclass(frozen=True)
class _Place:
    teeth: list[str]
    surfaces: str
    quantity: int


def _placed(service: Service, teeth: Iterable[str], surfaces: str) -> _Place:
    """Where the service was done; a service without a tooth keeps none, whatever is chosen on the chart."""
    chosen = list(in_chart_order({Tooth(tooth) for tooth in teeth}))
    if service.tooth_area == ToothArea.NONE:
        return _Place([], "", 1)
    if service.tooth_area == ToothArea.JAW:
        return _Place([str(tooth) for tooth in chosen], "", max(1, len({tooth.jaw for tooth in chosen})))
    if not chosen:
        raise errors.ToothNeeded(service=service.name)
    codes = [str(tooth) for tooth in chosen]
    if service.tooth_area == ToothArea.TOOTH:
        return _Place(codes, "", len(codes))
    letters = ""
    for tooth in chosen:  # every tooth must have the surfaces
        letters = "".join(surface.value for surface in parse_surfaces(surfaces, tooth))
    if not letters:
        raise errors.SurfaceNeeded(service=service.name, teeth=format_teeth(chosen))
    return _Place(codes, letters, len(codes))


def _places_of(service: Service, selection: ToothSelection) -> list[_Place]:
    """Where one service is done for everything chosen on the chart: teeth with unlike surfaces apart."""
    groups: dict[str, list[Tooth]] = {}
    for tooth, surfaces in selection.items():
        letters = "".join(surfaces) if service.tooth_area == ToothArea.SURFACE else ""
        groups.setdefault(letters, []).append(tooth)
    return [_placed(service, teeth, letters) for letters, teeth in (groups or {"": []}).items()]


def _checked_quantity(quantity: int) -> int:
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise errors.BadQuantity
    return quantity


def _code_text(code: str, quantity: int) -> str:
    return code if quantity == 1 else f"{code} × {quantity}"


def _locked(order: WorkOrder, version: int | None) -> WorkOrder:
    locked = (
        WorkOrder.objects.select_for_update(of=("self",), no_key=True).select_related("appointment").get(pk=order.pk)
    )
    locked.check_version(version)
    return locked


def _locked_draft(actor: Actor, order: WorkOrder, version: int | None) -> WorkOrder:
    check_may_write(actor, order.appointment)
    locked = _locked(order, None)
    _check_draft(locked, version)
    return locked


def _check_draft(order: WorkOrder, version: int | None) -> None:
    order.check_version(version)
    if order.state != OrderState.DRAFT:
        raise errors.OrderNotDraft


def _line_of(order: WorkOrder, line: WorkOrderLine) -> WorkOrderLine:
    """The line as it is now. Raises: ChangedByOther when somebody took it out."""
    found = order.lines.select_related("service").filter(pk=line.pk).first()
    if found is None:
        raise ChangedByOther(theirs=order)
    return found


def _count_total(order: WorkOrder) -> None:
    order.total = order.lines.aggregate(total=Sum("amount"))["total"] or ZERO
    order.save_version(["total"])
