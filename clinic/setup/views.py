"""The steps of setting up a clinic: each saves by itself, may be left and come back to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect as go
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.sample.selectors import is_sample_clinic
from clinic.setup import services, state
from clinic.setup.forms import BranchStepForm, EntityStepForm, RoomsForm, ShiftsForm, StaffForm
from clinic.setup.services import NewPerson, RowRefused, WeeklyShift
from clinic.setup.steps import Setup, after, before
from core.access import requires
from core.errors import DomainError
from core.htmx import redirect
from core.http import Request
from organization import selectors
from organization.forms.places import HoursForm
from organization.models import Employee, Room
from organization.views.saving import attempt

RIGHT = services.RIGHT
PARTS = {
    "entity": "clinic/setup/_entity.html",
    "branch": "clinic/setup/_branch.html",
    "rooms": "clinic/setup/_rooms.html",
    "staff": "clinic/setup/_staff.html",
    "hours": "clinic/setup/_hours.html",
    "prices": "clinic/setup/_prices.html",
    "done": "clinic/setup/_done.html",
}


@require_GET
@requires(RIGHT)
def start(request: Request) -> HttpResponse:
    """The first step that is not done; in a sample clinic, how to begin one's own."""
    if is_sample_clinic() and request.actor.can("clinic.remove_sample_data"):
        return go("setup:sample_clinic")
    return go(f"setup:{Setup().first_open()}")


def page(
    request: Request, setup: Setup, code: str, context: dict[str, Any], *, is_refused: bool = False
) -> HttpResponse:
    """A step as a page, or refused: the step alone, put in its place."""
    whole = {
        **context,
        "setup": setup,
        "steps": setup.steps(code),
        "code": code,
        "next_url": after(code) if code != "done" else "",
        "back_url": before(code),
        "part": PARTS[code],
        "is_open": state.is_wanted(request.actor),
    }
    if is_refused:
        return render(request, whole["part"], whole, status=422)
    return render(request, "clinic/setup/step.html", whole)


def needs(setup: Setup, code: str) -> HttpResponse | None:
    """Back to the first step that has to be done before this one."""
    return None if setup.is_open(code) else go(f"setup:{setup.first_open()}")


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def entity(request: Request) -> HttpResponse:
    """The company: added, or changed when it is there."""
    setup = Setup()
    form = EntityStepForm(request.POST or None, instance=setup.entity)
    if request.method == "GET":
        return page(request, setup, "entity", {"form": form})
    if form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(
            form, services.save_entity, actor=request.actor, entity=setup.entity, version=version, **form.chosen()
        ):
            return redirect(after("entity"))
    return page(request, setup, "entity", {"form": form}, is_refused=True)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def branch(request: Request) -> HttpResponse:
    setup = Setup()
    if answer := needs(setup, "branch"):
        return answer
    form = BranchStepForm(request.POST or None, instance=setup.branch)
    if request.method == "GET":
        return page(request, setup, "branch", {"form": form})
    if form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(
            form, services.save_branch, actor=request.actor, branch=setup.branch, version=version, **form.chosen()
        ):
            return redirect(after("branch"))
    return page(request, setup, "branch", {"form": form}, is_refused=True)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def rooms(request: Request) -> HttpResponse:
    """Rooms of the branch, and several more at once."""
    setup = Setup()
    if answer := needs(setup, "rooms"):
        return answer
    there = selectors.rooms_of(setup.place)
    had = Room.objects.filter(branch=setup.branch).count()
    form = RoomsForm(request.POST or None, initial={"had": had})
    if request.method == "GET":
        return page(request, setup, "rooms", {"form": form, "rooms": there})
    if form.is_valid():
        added = attempt(form, services.add_rooms, actor=request.actor, branch=setup.place, **form.cleaned_data)
        if added is not None:
            return redirect(reverse("setup:rooms"))
    form.data = {**request.POST.dict(), "had": had}  # what the page shows now
    return page(request, setup, "rooms", {"form": form, "rooms": there}, is_refused=True)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def staff(request: Request) -> HttpResponse:
    """People row by row; their logins and passwords are shown once, on the answer."""
    setup = Setup()
    if answer := needs(setup, "staff"):
        return answer
    people = list(selectors.employees_shown())
    if request.method == "GET":
        form = StaffForm(initial={"had": Employee.objects.count()})
        return page(request, setup, "staff", {"form": form, "people": people})
    form = StaffForm(request.POST)
    logins = _added_staff(request, setup, form) if form.is_valid() else None
    if logins is None:
        form.data = {**request.POST.dict(), "had": Employee.objects.count()}
        return page(request, setup, "staff", {"form": form, "people": people}, is_refused=True)
    return render(
        request, "clinic/setup/_logins.html", {"logins": logins, "next_url": after("staff"), "branch": setup.branch}
    )


def _added_staff(request: Request, setup: Setup, form: StaffForm) -> list[services.NewLogin] | None:
    rows = form.filled()
    people = [NewPerson(**row.cleaned_data) for row in rows]
    try:
        return services.add_staff(actor=request.actor, branch=setup.place, people=people, had=form.cleaned_data["had"])
    except RowRefused as error:
        field = "login" if rows[error.row].cleaned_data["login"] else None
        rows[error.row].add_error(field, error.messages)
    except DomainError as error:
        form.add_error(None, error)
    return None


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def hours(request: Request) -> HttpResponse:
    """The branch's week, and shifts of its doctors for some weeks."""
    setup = Setup()
    if answer := needs(setup, "hours"):
        return answer
    week = selectors.week_of(setup.place) or selectors.USUAL_WEEK
    data = request.POST if request.method == "POST" else None
    hours_form = HoursForm(data, hours=week if data is None else {})
    shifts_form = ShiftsForm(data, doctors=setup.doctors, chairs=setup.chairs)
    context = {"hours_form": hours_form, "form": shifts_form, "version": setup.place.version}
    if data is None:
        return page(request, setup, "hours", context)
    if hours_form.is_valid() & shifts_form.is_valid():
        added = attempt(
            shifts_form,
            services.save_hours,
            actor=request.actor,
            branch=setup.place,
            version=shifts_form.cleaned_data["version"],
            hours=hours_form.hours(),
            shifts=[_weekly(row) for row in shifts_form.rows if row.cleaned_data["days"]],
            weeks=shifts_form.cleaned_data["weeks"],
        )
        if added is not None:
            _tell(request, added)
            return redirect(after("hours"))
    return page(request, setup, "hours", context, is_refused=True)


def _weekly(row: forms.Form) -> WeeklyShift:
    return WeeklyShift(doctor=row.doctor, **row.cleaned_data)  # type: ignore[attr-defined]


def _tell(request: Request, added: services.AddedShifts) -> None:
    if not added.made and not added.skipped:
        messages.success(request, _("The opening hours are saved."))
        return
    words = ngettext("%(count)d shift is added.", "%(count)d shifts are added.", added.made) % {"count": added.made}
    if added.skipped:
        left = ngettext("%(count)d has no room:", "%(count)d have no room:", added.skipped) % {"count": added.skipped}
        why = _("the doctor or the chair has a shift then already.")
        words = f"{words} {left} {why}"
    (messages.warning if added.skipped else messages.success)(request, words)


@require_GET
@requires(RIGHT)
def done(request: Request) -> HttpResponse:
    """What is there, what is not, and what to do next."""
    return page(request, Setup(), "done", {})


@require_POST
@requires(RIGHT)
def close(request: Request) -> HttpResponse:
    services.finish(actor=request.actor)
    messages.success(request, _("The steps are put away; they stay in the settings."))
    return redirect(reverse("organization:home"))
