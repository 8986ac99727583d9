"""The chairside work order: every act posts, and the lines with their totals come back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import services
from billing.forms import DiscountForm, LineForm, QuantityForm
from billing.history import ORDER
from billing.models import WorkOrder, WorkOrderLine
from billing.selectors import orders as selectors
from billing.selectors.accounts import account_states
from billing.services.writing import may_reopen, may_write, too_late
from core import history
from core.access import requires
from core.addresses import address
from core.clock import localdate
from core.dentition import Dentition
from core.errors import DomainError
from core.htmx import changed, redirect
from organization.confirming import second_person_of
from patients.display import age_text
from pricelist.selectors import category_offered, service_suggestions
from schedule.looks import look_of
from schedule.models import Appointment

VIEW, WRITE, DISCOUNT = "billing.view_order", "billing.write_order", "billing.give_discount"
REOPEN = "billing.reopen_order"
WRITTEN_BY = (
    "patient_id",
    "doctor_id",
    "branch_id",
    "chair_id",
    "starts_at",
    "state",
)  # what acts ask of the appointment
NOT_SHOWN = ("patient__search", "patient__comment")


@require_GET
@requires(VIEW)
def order(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The work order of an appointment, on one screen: chart, lines, price list."""
    shown = selectors.visible_appointments(request.actor).select_related("patient", "doctor", "branch", "chair__room")
    sheet = selectors.order_sheet(get_object_or_404(shown.defer(*NOT_SHOWN), pk=appointment_id))
    return render(request, "billing/order.html", {**_sheet_context(request, sheet), **_page_context(request, sheet)})


@require_GET
@requires(VIEW)
def order_lines(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The lines with totals alone, after somebody else changed them."""
    return _answer(request, _visible(request, appointment_id))


@require_GET
@requires(VIEW)
def order_services(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The palette's list: a category's services, the doctor's favourites, or what was found by a word or a code."""
    return render(request, "billing/_order_palette.html", _palette(request, _visible(request, appointment_id)))


@require_POST
@requires(WRITE)
def line_add(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Write a service for what is chosen on the chart; the first one opens the order."""
    appointment = _visible(request, appointment_id)
    form = LineForm(request.POST)

    def act() -> WorkOrder:
        return services.write_service(
            actor=request.actor,
            appointment=appointment,
            service=form.cleaned_data["service"],
            selection=form.cleaned_data["surfaces"],
            version=form.cleaned_data["version"],
        )

    return _acted(request, appointment, form, act)


@require_POST
@requires(WRITE)
def line_change(request: HttpRequest, line_id: int) -> HttpResponse:
    line = _visible_line(request, line_id)
    form = QuantityForm(request.POST)

    def act() -> WorkOrder:
        changed_line = services.change_line(
            actor=request.actor,
            line=line,
            quantity=form.cleaned_data["quantity"],
            version=form.cleaned_data["version"],
        )
        return changed_line.order

    return _acted(request, line.order.appointment, form, act)


@require_POST
@requires(WRITE)
def line_remove(request: HttpRequest, line_id: int) -> HttpResponse:
    line = _visible_line(request, line_id)
    form = QuantityForm(request.POST, with_quantity=False)

    def act() -> WorkOrder:
        return services.remove_line(actor=request.actor, line=line, version=form.cleaned_data["version"])

    return _acted(request, line.order.appointment, form, act)


@require_http_methods(["GET", "POST"])
@requires(DISCOUNT)
def line_discount(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line's discount in the drawer, from the work order or from the settlement."""
    line = _visible_line(request, line_id)
    initial = {"percent": line.discount_percent, "reason": line.discount_reason, "version": line.order.version}
    form = DiscountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            second = second_person_of(request, form.cleaned_data)
            services.give_discount(actor=request.actor, line=line, second=second, **form.cleaned_data)
            return changed("orderChanged")  # the line itself shows it; a toast would cover the button beside
        except DomainError as error:
            form.refuse(error)
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/_line_discount.html", {"form": form, "line": line}, status=status)


@require_POST
@requires(WRITE)
def order_close(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Finish the appointment; the desk sees the order at once."""
    appointment = _visible(request, appointment_id)
    form = QuantityForm(request.POST, with_quantity=False)
    if form.is_valid():
        try:
            services.finish_appointment(
                actor=request.actor,
                appointment=appointment,
                version=form.cleaned_data["version"],
                no_services_reason=request.POST.get("no_services_reason", "")[:200],
            )
        except DomainError as error:
            return _answer(request, appointment, refusal=error)
        messages.success(request, _("The appointment is finished. The work order is at the desk."))
        return redirect(address("billing:order", appointment.pk))
    return _answer(request, appointment, refusal=form.errors)


@require_POST
@requires(REOPEN)
def order_reopen(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Write on in a closed order."""
    appointment = _visible(request, appointment_id)
    found = get_object_or_404(WorkOrder.objects.visible_to(request.actor), appointment=appointment)
    try:
        services.reopen_work_order(actor=request.actor, order=found)
    except DomainError as error:
        return _answer(request, appointment, refusal=error)
    return redirect(address("billing:order", appointment.pk))


@require_GET
@requires("core.view_history")
def order_history(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Who changed what in the work order, in the drawer."""
    found = get_object_or_404(WorkOrder.objects.visible_to(request.actor), appointment_id=appointment_id)
    title = _("Work order № %(number)s") % {"number": found}
    return history.answer(request, ORDER, found, title=title)


def _visible(request: HttpRequest, appointment_id: int) -> Appointment:
    """The appointment with what acts and parts of the page need of it."""
    found = selectors.visible_appointments(request.actor).only(*WRITTEN_BY)
    return get_object_or_404(found, pk=appointment_id)


def _visible_line(request: HttpRequest, line_id: int) -> WorkOrderLine:
    lines = WorkOrderLine.objects.filter(order__in=WorkOrder.objects.visible_to(request.actor))
    return get_object_or_404(lines.select_related("order__appointment"), pk=line_id)


def _acted(request: HttpRequest, appointment: Appointment, form: Any, act: Callable[[], WorkOrder]) -> HttpResponse:
    """Do one act of the page and answer the lines as they are now, with the reason when it was refused."""
    if not form.is_valid():
        return _answer(request, appointment, refusal=form.errors)
    try:
        written = act()
    except DomainError as error:
        return _answer(request, appointment, refusal=error)
    return _answer(request, appointment, written)


def _answer(
    request: HttpRequest, appointment: Appointment, written: WorkOrder | None = None, *, refusal: Any = None
) -> HttpResponse:
    """The lines as they are now; ``written`` is the order an act has just changed."""
    sheet = selectors.order_sheet(appointment, written)
    context = {**_sheet_context(request, sheet), "refusals": _texts(refusal)}
    return render(request, "billing/_order_answer.html", context, status=422 if refusal else 200)


def _texts(refusal: Any) -> list[str]:
    if refusal is None:
        return []
    if isinstance(refusal, DomainError):
        return [str(message) for message in refusal.messages]
    return [str(text) for texts in refusal.values() for text in texts]


def _sheet_context(request: HttpRequest, sheet: selectors.OrderSheet) -> dict[str, Any]:
    actor = request.actor
    writes = may_write(actor, sheet.appointment)
    is_closed = sheet.order is not None and not sheet.is_written
    return {
        "appointment": sheet.appointment,
        "sheet": sheet,
        "can_write": writes and sheet.is_written,
        "is_read_only": not (writes and sheet.is_written),
        "can_reopen": is_closed and not sheet.order.is_invoiced and may_reopen(actor, sheet.appointment),
        "too_late": sheet.is_written and actor.can(WRITE) and too_late(actor, sheet.appointment),
        "can_discount": actor.can(DISCOUNT) and sheet.order is not None and not sheet.order.is_invoiced,
        "can_void": actor.can("billing.void_invoice"),
        "can_settle": actor.can("billing.take_payment"),
        "can_see_history": actor.can("core.view_history") and sheet.order is not None,
        "can_see_day": actor.can("schedule.run_appointment"),
    }


def _page_context(request: HttpRequest, sheet: selectors.OrderSheet) -> dict[str, Any]:
    appointment = sheet.appointment
    patient = appointment.patient
    on = localdate(appointment.branch.zone, appointment.starts_at)
    age = patient.age_on(on)
    categories = selectors.palette_categories()
    known = account_states(actor=request.actor, patient_ids=[patient.pk]).get(patient.pk)
    return {
        "patient": patient,
        "age": age_text(patient.born_on, on),
        "look": look_of(appointment.state, appointment.confirmation),
        "minutes_in_chair": _minutes_since(appointment),
        "dentition": Dentition.at_age(age) if age is not None else Dentition.PERMANENT,
        "advance": known.advance if known else None,
        "categories": categories,
        **_palette(request, appointment, categories),
    }


def _minutes_since(appointment: Appointment) -> int | None:
    """Minutes in the chair; None for anybody who does not sit in it."""
    if appointment.state != "in_chair" or appointment.seated_at is None:
        return None
    return int((timezone.now() - appointment.seated_at).total_seconds() // 60)


def _palette(
    request: HttpRequest, appointment: Appointment, categories: list[selectors.Category] | None = None
) -> dict[str, Any]:
    """What the palette lists: a search wins over a tab; without favourites the first category is shown."""
    place = {"at": appointment.starts_at, "branch_id": appointment.branch_id}
    text, tab = request.GET.get("q", "").strip(), request.GET.get("tab", "")
    if text:
        found = service_suggestions(text, limit=30, **place)
        return {"palette": found, "text": text, "tab": "", "appointment": appointment}
    if not tab.isdecimal():
        favourites = selectors.favourite_services(doctor_id=appointment.doctor_id, **place)
        if favourites or tab == "favourites":
            return {"palette": favourites, "text": "", "tab": "favourites", "appointment": appointment}
        known = selectors.palette_categories() if categories is None else categories
        tab = str(known[0].pk) if known else "0"
    shown = category_offered(int(tab), **place)
    return {"palette": shown, "text": "", "tab": int(tab), "appointment": appointment}
