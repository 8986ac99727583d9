"""The cash desk: who waits for settlement, the shift with its money, the desks themselves in the settings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import services
from billing.forms import DeskForm, DeskNameForm, ShiftCloseForm, ShiftOpenForm
from billing.models import CashDesk, CashShift
from billing.places import orders_stamp
from billing.selectors.desk import (
    cash_in_drawer,
    chosen_desk,
    closed_totals,
    desk_state,
    desks_here,
    desks_of,
    last_shifts,
    means_totals,
    proposed_opening_cash,
    shift_payments,
    shift_refunds,
)
from billing.selectors.orders import partly_paid_today, waiting_patients
from core.access import requires
from core.clock import localdate
from core.errors import DomainError
from core.htmx import changed
from organization.confirming import second_person_of
from organization.models import Branch
from patients.models import Patient

TAKE, RUN, CHANGE, VIEW = (
    "billing.take_payment",
    "billing.run_shift",
    "billing.change_desk",
    "billing.view_invoice",
)
SHOWN = 200


@require_GET
@requires(TAKE, RUN, VIEW)
def desk(request: HttpRequest) -> HttpResponse:
    """The desk's page: orders waiting for settlement, the shift's totals and payments."""
    desks = desks_here(request.actor)
    chosen = chosen_desk(desks, request.GET.get("desk", ""))
    shift = chosen.shift if chosen else None
    context = {
        "desk": chosen,
        "desks": desks,
        "desk_state": desk_state(shift),
        "shift": shift,
        "payments": shift_payments(shift, SHOWN, actor=request.actor) if shift else [],
        "refunds": shift_refunds(shift, SHOWN, actor=request.actor) if shift else [],
        "last_shifts": last_shifts(chosen.pk) if chosen else [],
        "can_run": request.actor.can(RUN),
        "can_open_shift": request.actor.can(RUN),
        "can_take": request.actor.can(TAKE),
        "can_view": request.actor.can(VIEW),
        "can_change_desk": request.actor.can(CHANGE),
        **_waiting(request),
    }
    return render(request, "billing/desk.html", context)


@require_GET
@requires(TAKE, RUN, VIEW)
def desk_waiting(request: HttpRequest) -> HttpResponse:
    """Who waits for settlement, redrawn when an order is closed or paid anywhere."""
    return render(request, "billing/_waiting.html", {**_waiting(request), "can_take": request.actor.can(TAKE)})


@require_GET
@requires(TAKE)
def patient_find(request: HttpRequest) -> HttpResponse:
    """Patients found by what is typed at the desk; each leads to the settlement."""
    text = request.GET.get("q", "").strip()
    found = Patient.objects.visible_to(request.actor).active().found_by(text)[:8] if len(text) > 1 else []
    return render(request, "billing/_patients_found.html", {"patients": found, "text": text})


@require_http_methods(["GET", "POST"])
@requires(RUN)
def shift_open(request: HttpRequest, desk_id: int) -> HttpResponse:
    chosen = get_object_or_404(desks_of(request.actor), pk=desk_id)
    form = ShiftOpenForm(request.POST or None, initial={"opening_cash": proposed_opening_cash(chosen)})
    if request.method == "POST" and form.is_valid():
        try:
            shift = services.open_shift(actor=request.actor, desk=chosen, **form.cleaned_data)
            return changed("shiftChanged", toast=_("Shift № %(number)s is open.") % {"number": shift.number})
        except DomainError as error:
            form.add_error(None, error)
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/_shift_open.html", {"form": form, "desk": chosen}, status=status)


@require_http_methods(["GET", "POST"])
@requires(RUN)
def shift_close(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Count the drawer and close; a difference asks where it is from."""
    shift = get_object_or_404(CashShift.objects.visible_to(request.actor).select_related("desk"), pk=shift_id)
    form = ShiftCloseForm(request.POST or None, initial={"version": shift.version})
    if request.method == "POST" and form.is_valid():
        try:
            second = second_person_of(request, form.cleaned_data)
            services.close_shift(actor=request.actor, shift=shift, second=second, **form.cleaned_data)
            return changed("shiftChanged", toast=_("Shift № %(number)s is closed.") % {"number": shift.number})
        except DomainError as error:
            form.refuse(error)
    totals = means_totals(shift)
    context = {"form": form, "shift": shift, "totals": totals, "cash": cash_in_drawer(shift, totals)}
    return render(request, "billing/_shift_close.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@requires(RUN, VIEW)
def shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """One shift: totals by means, payments and refunds, what was counted."""
    shifts = CashShift.objects.visible_to(request.actor).select_related("desk__branch", "opened_by", "closed_by")
    found = get_object_or_404(shifts, pk=shift_id)
    totals = means_totals(found) if found.is_open else closed_totals(found)
    context = {
        "shift": found,
        "totals": totals,
        "cash": cash_in_drawer(found, totals) if found.is_open else found.expected_cash,
        "payments": shift_payments(found, actor=request.actor),
        "refunds": shift_refunds(found, actor=request.actor),
    }
    return render(request, "billing/shift.html", context)


@require_GET
@requires(CHANGE)
def desk_list(request: HttpRequest) -> HttpResponse:
    """Cash desks in the settings."""
    rows = CashDesk.objects.select_related("branch", "legal_entity").order_by("archived_at", "branch__name", "name")
    template = "billing/_desk_rows.html" if request.htmx and "part" in request.GET else "billing/desk_list.html"
    return render(request, template, {"desks": rows})


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def desk_add(request: HttpRequest) -> HttpResponse:
    branches = Branch.objects.active()
    first = branches.filter(pk=request.actor.branch_id).select_related("legal_entity").first()
    initial = {"branch": first, "legal_entity": first and first.legal_entity}
    form = DeskForm(request.POST or None, initial=initial, branches=branches)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_desk(actor=request.actor, **form.cleaned_data)
            return changed("desksChanged", toast=_("The cash desk is added."))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    return _desk_form(request, form, None)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def desk_change(request: HttpRequest, desk_id: int) -> HttpResponse:
    found = get_object_or_404(CashDesk, pk=desk_id)
    form = DeskNameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_desk(actor=request.actor, desk=found, **form.cleaned_data)
            return changed("desksChanged", toast=_("The cash desk is renamed."))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    return _desk_form(request, form, found)


@require_POST
@requires(CHANGE)
def desk_archive(request: HttpRequest, desk_id: int) -> HttpResponse:
    """Put a desk away, or take it back into use."""
    found = get_object_or_404(CashDesk, pk=desk_id)
    act = services.restore_desk if found.is_archived else services.archive_desk
    try:
        act(actor=request.actor, desk=found)
    except DomainError as error:
        return changed(toast=" ".join(error.messages), tone="danger")
    return changed("desksChanged", toast=_("Done."))


def _desk_form(request: HttpRequest, form: Any, found: CashDesk | None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/_desk_form.html", {"form": form, "desk": found}, status=status)


def _waiting(request: HttpRequest) -> dict[str, Any]:
    branch = request.signed_in.branch
    if branch is None:
        return {"waiting": [], "part_paid": [], "watch": "", "stamp": ""}
    on = localdate(branch.zone)
    argument = f"{branch.pk}:{on}"
    return {
        "waiting": waiting_patients(actor=request.actor, branch_id=branch.pk),
        "part_paid": partly_paid_today(actor=request.actor, branch_id=branch.pk, on=on),
        "watch": f"orders:{argument}",
        "stamp": orders_stamp(actor=request.actor, argument=argument),
    }
