"""Shifts of one day in the drawer: who works when and at which chair; a week copied to another."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import requires
from core.errors import DomainError
from core.htmx import with_events
from organization.selectors import OwnBranch
from schedule import services
from schedule.forms import CopyWeekForm, Offer, ShiftForm, refuse
from schedule.models import Appointment, WorkShift
from schedule.views.place import actor_of, chosen_day, current_branch

CHANGE = "schedule.change_shift"


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def shift_list(request: HttpRequest) -> HttpResponse:
    """The day's shifts (``?date=``); POST adds one."""
    branch = current_branch(request)
    on = chosen_day(request, branch.zone)
    if request.method == "GET":
        return render(request, "schedule/_shifts.html", shifts_context(request, branch, on))
    form = ShiftForm(request.POST, offer=Offer(branch))
    if form.is_valid():
        cleaned = form.cleaned_data
        times = clock.shift_interval(on, cleaned["starts"], cleaned["ends"], branch.zone)
        try:
            services.add_shift(
                actor=actor_of(request),
                doctor=cleaned["doctor"],
                branch=branch,
                chair=cleaned["chair"],
                starts_at=times.lower,
                ends_at=times.upper,
            )
            return done(request, branch, on, _("The shift was added"))
        except DomainError as error:
            refuse(form, error)
    return render(request, "schedule/_shifts.html", shifts_context(request, branch, on, form=form), status=422)


@require_POST
@requires(CHANGE)
def shift_change(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Other hours or another chair."""
    branch = current_branch(request)
    shift = get_object_or_404(WorkShift.objects.working().filter(branch=branch.pk), pk=shift_id)
    on = clock.localdate(branch.zone, shift.starts_at)
    form = ShiftForm({**request.POST.dict(), "doctor": shift.doctor_id}, offer=Offer(branch))
    if form.is_valid():
        cleaned = form.cleaned_data
        times = clock.shift_interval(on, cleaned["starts"], cleaned["ends"], branch.zone)
        try:
            services.change_shift(
                actor=actor_of(request),
                shift=shift,
                chair=cleaned["chair"],
                starts_at=times.lower,
                ends_at=times.upper,
                version=cleaned["version"],
            )
            return done(request, branch, on, _("The shift was changed"))
        except DomainError as error:
            refuse(form, error)
    context = shifts_context(request, branch, on, refused={shift.pk: form})
    return render(request, "schedule/_shifts.html", context, status=422)


@require_POST
@requires(CHANGE)
def shift_cancel(request: HttpRequest, shift_id: int) -> HttpResponse:
    """The doctor does not work then; appointments stay and are shown outside the shift."""
    branch = current_branch(request)
    shift = get_object_or_404(WorkShift.objects.working().filter(branch=branch.pk), pk=shift_id)
    on = clock.localdate(branch.zone, shift.starts_at)
    left = Appointment.objects.live().filter(doctor=shift.doctor_id, branch=branch.pk)
    count = left.overlapping(shift.starts_at, shift.ends_at).count()
    try:
        services.cancel_shift(actor=actor_of(request), shift=shift)
    except DomainError as error:
        context = {**shifts_context(request, branch, on), "refusal": " ".join(error.messages)}
        return render(request, "schedule/_shifts.html", context, status=422)
    text = _("The shift was cancelled")
    if count:
        text = _("The shift was cancelled. Appointments left outside: %(count)s") % {"count": count}
    return done(request, branch, on, text, tone="warning" if count else "success")


@require_POST
@requires(CHANGE)
def week_copy(request: HttpRequest) -> HttpResponse:
    """The week of ``?date=`` copied to the week of another day."""
    branch = current_branch(request)
    on = chosen_day(request, branch.zone)
    form = CopyWeekForm(request.POST)
    if form.is_valid():
        copied = services.copy_week(
            actor=actor_of(request), branch=branch, week_of=on, to_week_of=form.cleaned_data["to"]
        )
        text = _("Shifts copied: %(made)s, left out because of clashes: %(skipped)s")
        return done(request, branch, on, text % {"made": copied.made, "skipped": copied.skipped})
    return render(request, "schedule/_shifts.html", shifts_context(request, branch, on, copy_form=form), status=422)


def done(request: HttpRequest, branch: OwnBranch, on: date, text: str, *, tone: str = "success") -> HttpResponse:
    response = render(request, "schedule/_shifts.html", shifts_context(request, branch, on))
    return with_events(response, "appointmentChanged", toast=text, tone=tone)


def shifts_context(
    request: HttpRequest,
    branch: OwnBranch,
    on: date,
    *,
    form: ShiftForm | None = None,
    copy_form: CopyWeekForm | None = None,
    refused: dict[int, ShiftForm] | None = None,
) -> dict[str, Any]:
    since, until = clock.branch_day_bounds(on, branch.zone)
    shifts = WorkShift.objects.working().filter(branch=branch.pk).starting_within(since, until)
    rows, offer = [], Offer(branch)
    for shift in shifts.select_related("doctor", "chair__room").order_by("doctor__sort_key", "starts_at"):
        starts, ends = (moment.astimezone(branch.zone).time() for moment in (shift.starts_at, shift.ends_at))
        initial = {
            "doctor": shift.doctor_id,
            "chair": shift.chair_id,
            "starts": starts,
            "ends": ends,
            "version": shift.version,
        }
        row_form = (refused or {}).get(shift.pk) or ShiftForm(initial=initial, offer=offer)
        rows.append(
            {"shift": shift, "starts": starts, "ends": ends, "form": row_form, "is_open": shift.pk in (refused or {})}
        )
    return {
        "on": on,
        "rows": rows,
        "form": form or ShiftForm(offer=offer, initial={"starts": "09:00", "ends": "15:00"}, auto_id="shift_%s"),
        "copy_form": copy_form or CopyWeekForm(),
        "week": clock.week_days(on),
    }
