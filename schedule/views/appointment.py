"""One appointment in the drawer: its state, confirmation, time, reason of cancellation, and history."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from core import clock, modules, options
from core.access import requires
from core.addresses import address
from core.errors import ChangedByOther, DomainError
from core.htmx import changed, wants_part, with_events
from organization.confirming import second_person_of
from patients import selectors as patients
from schedule import selectors, services
from schedule.choices import NO_SHOW, VOID
from schedule.enums import AppointmentState, Confirmation
from schedule.forms import CancelForm, ChangeForm, ConfirmationForm, DragForm, MoveForm, StateForm, refuse
from schedule.looks import look_of
from schedule.models import Appointment
from schedule.placement import Placement
from schedule.services.booking import CANCELLABLE, MOVABLE
from schedule.steps import next_steps
from schedule.views.place import actor_of, current_branch, held_appointment, visible_appointment, wall

BOOK = "schedule.book_appointment"
Act = Callable[[], object]


@require_GET
@requires("schedule.view_appointment")
def appointment_detail(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The drawer of one appointment."""
    appointment = visible_appointment(request, appointment_id)
    if not wants_part(request):
        on = clock.localdate(appointment.branch.zone, appointment.starts_at)
        return redirect(f"{address('schedule:day')}?date={on.isoformat()}&open={appointment.pk}")
    return render(request, "schedule/_appointment.html", detail_context(request, appointment))


def detail_context(request: HttpRequest, appointment: Appointment, **refused: Any) -> dict[str, Any]:
    """Everything the drawer shows, forms only of what may be done; one that was refused takes the place of a fresh one."""
    actor, branch, zone = actor_of(request), appointment.branch, appointment.branch.zone
    local = appointment.starts_at.astimezone(zone)
    placement = {
        "doctor": appointment.doctor_id,
        "date": local.date(),
        "time": local.time(),
        "minutes": appointment.minutes,
        "chair": appointment.chair_id,
        "version": appointment.version,
    }
    can_book = actor.can(BOOK)
    can_move = can_book and appointment.state in (*MOVABLE, AppointmentState.IN_CHAIR)
    can_cancel = can_book and appointment.state in CANCELLABLE
    is_fresh = timezone.now() - appointment.created_at <= timedelta(minutes=options.value(VOID))
    context = {
        "appointment": appointment,
        "zone": zone,
        "look": look_of(appointment.state, appointment.confirmation),
        "patient": patients.picked_patient(actor=actor, patient_id=appointment.patient_id),
        "steps": next_steps(actor=actor, appointment=appointment),
        "answers": Confirmation.choices if can_book and appointment.state == AppointmentState.PLANNED else [],
        "is_late": is_late(appointment),
        "can_change": can_book,
        "can_move": can_move,
        "can_cancel": can_cancel,
        "can_restore": can_book and appointment.state == AppointmentState.CANCELLED,
        "can_void": can_book
        and is_fresh
        and appointment.created_by_id == actor.employee_id
        and appointment.state == AppointmentState.PLANNED,
        "happenings": selectors.happenings(appointment),
        "panels": panels_of("appointment", request, appointment),
        "actions": panels_of("appointment_actions", request, appointment),
    }
    if can_book:
        typed = {name: getattr(appointment, name) for name in ("purpose", "comment", "version")}
        context["change_form"] = ChangeForm(initial=typed)
    if can_move:
        context["move_form"] = MoveForm(initial=placement, branch=branch)
    if can_cancel:
        context["cancel_form"] = CancelForm(initial={"version": appointment.version})
    return {**context, **refused}


def is_late(appointment: Appointment) -> bool:
    """Past the end and more, and nobody came: «did not come» may be proposed."""
    after = timedelta(minutes=options.value(NO_SHOW))
    return appointment.state == AppointmentState.PLANNED and timezone.now() >= appointment.ends_at + after


def panels_of(place: str, request: HttpRequest, appointment: Appointment) -> list[modules.Part]:
    actor = actor_of(request)
    entries = [entry for entry in modules.registry.entries("panels", actor=actor) if entry.place == place]
    return [part for _entry, part in modules.each_part(entries, actor=actor, subject=appointment)]


def acted(
    request: HttpRequest, appointment_id: int, act: Act, *, toast: str = "", form: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    """Do it and show the drawer again: the new state, or 422 with the refusal and what was typed."""
    refused: dict[str, Any] = {}
    try:
        act()
    except DomainError as error:
        if form is not None and not isinstance(error, ChangedByOther):
            refuse(form[1], error)
            refused[form[0]] = form[1]
        else:
            refused["refusal"] = refusal_text(error, visible_appointment(request, appointment_id))
    appointment = visible_appointment(request, appointment_id)
    context = detail_context(request, appointment, **refused)
    response = render(request, "schedule/_appointment.html", context, status=422 if refused else 200)
    return response if refused else with_events(response, "appointmentChanged", toast=toast)


def refusal_text(error: DomainError, appointment: Appointment) -> str:
    """Somebody else was faster: say who, when and what, so that nobody has to guess."""
    if isinstance(error, ChangedByOther):
        newest = next(iter(selectors.happenings(appointment)), None)
        if newest is not None:
            at = clock.format_time(newest.at, appointment.branch.zone)
            return _("Changed meanwhile by %(who)s at %(at)s: %(what)s. Nothing was saved, look at the new state.") % {
                "who": newest.who or newest.role,
                "at": at,
                "what": newest.what,
            }
    return " ".join(error.messages)


@require_POST
@requires("schedule.mark_arrival", "schedule.run_appointment")
def appointment_state(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One step of the day, or its taking back."""
    appointment = held_appointment(request, appointment_id)
    form = StateForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    return acted(
        request,
        appointment_id,
        lambda: services.change_state(actor=actor_of(request), appointment=appointment, **form.cleaned_data),
    )


@require_POST
@requires(BOOK)
def appointment_confirmation(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """What the patient answered; from the side list it answers 204, from the drawer the drawer."""
    appointment = held_appointment(request, appointment_id)
    form = ConfirmationForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)

    def act() -> object:
        return services.set_confirmation(actor=actor_of(request), appointment=appointment, **form.cleaned_data)

    if "quick" not in request.POST:
        return acted(request, appointment_id, act)
    try:
        act()
    except DomainError as error:
        return changed("appointmentChanged", toast=refusal_text(error, appointment), tone="danger")
    return changed("appointmentChanged")


@require_POST
@requires(BOOK)
def appointment_change(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Purpose and comment."""
    appointment = held_appointment(request, appointment_id)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        context = detail_context(request, visible_appointment(request, appointment_id), change_form=form)
        return render(request, "schedule/_appointment.html", context, status=422)
    return acted(
        request,
        appointment_id,
        lambda: services.change_appointment(actor=actor_of(request), appointment=appointment, **form.cleaned_data),
        toast=_("Saved"),
        form=("change_form", form),
    )


@require_POST
@requires(BOOK)
def appointment_move(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Another time, length, doctor or chair, typed in the drawer."""
    appointment = visible_appointment(request, appointment_id)
    form = MoveForm(request.POST, branch=appointment.branch)
    if not form.is_valid():
        context = detail_context(request, appointment, move_form=form)
        return render(request, "schedule/_appointment.html", context, status=422)
    return acted(
        request,
        appointment_id,
        lambda: services.move_appointment(
            actor=actor_of(request),
            appointment=appointment,
            version=form.cleaned_data["version"],
            second=second_person_of(request, form.cleaned_data),
            **form.placement,
        ),
        toast=pgettext("appointment", "Moved"),
        form=("move_form", form),
    )


@require_POST
@requires(BOOK)
def appointment_drag(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """A box dropped in the grid: 204 with what undoing it takes, or 409 with the reason; the grid draws itself anew."""
    appointment = held_appointment(request, appointment_id)
    was, branch = Placement.of(appointment), current_branch(request)
    form = DragForm(request.POST, branch=branch)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        moved = services.move_appointment(actor=actor_of(request), appointment=appointment, **form.placement)
    except DomainError as error:
        text = refusal_text(error, appointment)
        return changed("appointmentChanged", toast=text, tone="danger", status=409)
    text = _("Moved: %(patient)s, %(start)s, %(doctor)s") % {
        "patient": moved.patient.short_name,
        "start": clock.format_moment(moved.starts_at, branch.zone),
        "doctor": moved.doctor.short_name,
    }
    undo = {
        "start": wall(was.starts_at, branch.zone),
        "minutes": was.minutes,
        "doctor": was.doctor_id,
        "chair": was.chair_id or "",
        "version": moved.version,
    }
    response = HttpResponse(status=204)
    triggers = {
        "appointmentChanged": None,
        "toast": {"text": text, "tone": "success"},
        "undoOffered": {"title": _("Undo"), "url": request.path, "values": undo},
    }
    response["HX-Trigger"] = json.dumps(triggers)
    return response


@require_POST
@requires(BOOK)
def appointment_cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Give the time back, with a reason."""
    appointment = held_appointment(request, appointment_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        context = detail_context(request, visible_appointment(request, appointment_id), cancel_form=form)
        return render(request, "schedule/_appointment.html", context, status=422)
    return acted(
        request,
        appointment_id,
        lambda: services.cancel_appointment(
            actor=actor_of(request),
            appointment=appointment,
            second=second_person_of(request, form.cleaned_data),
            **form.cleaned_data,
        ),
        toast=pgettext("appointment", "Cancelled"),
        form=("cancel_form", form),
    )


@require_POST
@requires(BOOK)
def appointment_void(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """A misclick, taken back by its author."""
    appointment = held_appointment(request, appointment_id)
    try:
        services.void_appointment(actor=actor_of(request), appointment=appointment)
    except DomainError as error:
        return changed("appointmentChanged", toast=refusal_text(error, appointment), tone="danger", status=409)
    return changed("appointmentChanged", "closeDrawer", toast=_("The booking was taken back"))


@require_POST
@requires(BOOK)
def appointment_restore(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """A cancelled appointment back to its time."""
    appointment = held_appointment(request, appointment_id)
    return acted(
        request,
        appointment_id,
        lambda: services.restore_appointment(actor=actor_of(request), appointment=appointment),
        toast=pgettext("appointment", "Restored"),
    )
