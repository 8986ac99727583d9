"""The booking drawer, free times of a day, and the search for free time."""

import json
from datetime import date, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.access import requires
from core.actor import Actor
from core.addresses import address
from core.context import url_if_allowed
from core.errors import DomainError
from core.htmx import wants_part
from organization.confirming import second_person_of
from organization.selectors import OwnBranch
from patients import selectors as patients
from schedule import selectors, services
from schedule.choices import usual_minutes
from schedule.constants import LONGEST_MINUTES, OFFERED_MINUTES, SEARCH_DAYS, SHORTEST_MINUTES
from schedule.errors import ChairTaken, DoctorTaken, OutsideShift
from schedule.forms import BookingForm, FindForm, TimesForm, refuse
from schedule.models import Appointment
from schedule.selectors import Slot
from schedule.views.place import actor_of, chosen_day, current_branch

BOOK = "schedule.book_appointment"
SHOWN_TIMES = 24
SHOWN_FOUND = 60
PARTS_OF_DAY = {"morning": (0, 12), "day": (12, 17), "evening": (17, 24)}


@require_http_methods(["GET", "POST"])
@requires(BOOK)
def appointment_book(request: HttpRequest) -> HttpResponse:
    """The booking drawer: ``?patient=&doctor=&date=&time=&minutes=&chair=`` begin it; a refusal keeps what was typed."""
    actor, branch = actor_of(request), current_branch(request)
    if request.method == "GET" and not wants_part(request):
        return redirect(f"{address('schedule:day')}?{urlencode({**request.GET.dict(), 'book': 1})}")
    if request.method == "GET":
        form = BookingForm(initial=beginning(request, branch), actor=actor, branch=branch)
        return booking_answer(request, form, branch)
    form = BookingForm(request.POST, actor=actor, branch=branch)
    offered: list[Slot] = []
    if form.is_valid():
        named = {name: form.cleaned_data.get(name) for name in ("patient", "purpose", "comment")}
        is_over = form.cleaned_data.get("is_overbooked", False)
        wished = form.placement
        try:
            second = second_person_of(request, form.cleaned_data)
            booked = services.book_appointment(
                actor=actor, branch=branch, **wished, **named, is_overbooked=is_over, second=second
            )
            return booked_answer(booked, branch)
        except DomainError as error:
            refuse(form, error)
            if isinstance(error, DoctorTaken | ChairTaken | OutsideShift):
                offered = nearest(wished, branch)
    return booking_answer(request, form, branch, offered=offered)


def beginning(request: HttpRequest, branch: OwnBranch) -> dict[str, Any]:
    """What the drawer starts with: the clicked cell, or the first free time of the day."""
    on = max(chosen_day(request, branch.zone), clock.localdate(branch.zone))
    minutes = request.GET.get("minutes", "")
    known: dict[str, Any] = {
        "patient": request.GET.get("patient"),
        "doctor": request.GET.get("doctor"),
        "date": on,
        "time": request.GET.get("time"),
        "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() else usual_minutes(),
        "chair": request.GET.get("chair"),
    }
    if known["time"] is None:
        first = first_free(actor_of(request), branch, on, known["minutes"], known["doctor"])
        if first is not None:
            wall = first.starts_at.astimezone(branch.zone)
            known |= {"doctor": first.doctor_id, "date": wall.date(), "time": wall.time()}
    return known


def first_free(actor: Actor, branch: OwnBranch, on: date, minutes: int, doctor_id: str | None) -> Slot | None:
    """The first free time from this day (from now, today) within the searched days."""
    doctor_ids = selectors.bookable(actor, (known.pk for known in selectors.doctors_of_branch(branch.pk)))
    if doctor_id and doctor_id.isascii() and doctor_id.isdigit():
        doctor_ids = [pk for pk in doctor_ids if pk == int(doctor_id)]
    since = max(clock.wall_moment(on, time.min, branch.zone), timezone.now())
    found = selectors.free_slots(
        doctor_ids=doctor_ids,
        branch=branch,
        since=since,
        until=since + timedelta(days=SEARCH_DAYS),
        minutes=max(minutes, 5),
    )
    return next(found, None)


def nearest(wished: dict[str, Any], branch: OwnBranch) -> list[Slot]:
    """Free times of the same doctor around the refused one."""
    now, at = timezone.now(), wished["starts_at"]
    return selectors.nearest_slots(
        doctor=wished["doctor"],
        branch=branch,
        at=at,
        since=max(now, at - timedelta(days=1)),
        until=max(now, at) + timedelta(days=SEARCH_DAYS),
        minutes=wished["minutes"],
    )


def booking_answer(
    request: HttpRequest, form: BookingForm, branch: OwnBranch, *, offered: list[Slot] | None = None
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "form": form,
        "picked": patients.picked_patient(actor=actor, patient_id=form["patient"].value()),
        "add_url": then_pick(url_if_allowed(actor, "patients.add_patient", "patients:patient_add")),
        "lengths": OFFERED_MINUTES,
        "offered": offered,
        **times_context(actor, form_values(form), branch),
    }
    return render(request, "schedule/_booking.html", context, status=422 if form.is_bound else 200)


def then_pick(add_url: str) -> str:
    return f"{add_url}?then=pick" if add_url else ""


def booked_answer(booked: Appointment, branch: OwnBranch) -> HttpResponse:
    """204: the drawer closes, the grid hears of it, and a misclick can be taken back from the toast."""
    start = clock.format_moment(booked.starts_at, branch.zone)
    text = _("Booked: %(patient)s, %(start)s, %(doctor)s") % {
        "patient": booked.patient.short_name,
        "start": start,
        "doctor": booked.doctor.short_name,
    }
    response = HttpResponse(status=204)
    triggers = {
        "appointmentChanged": None,
        "toast": {"text": text, "tone": "success"},
        "undoOffered": {
            "title": _("Undo"),
            "url": address("schedule:appointment_void", booked.pk),
            "values": {},
        },
    }
    response["HX-Trigger"] = json.dumps(triggers)
    return response


@require_GET
@requires(BOOK)
def free_times(request: HttpRequest) -> HttpResponse:
    """Times of the chosen doctor and day into which the length fits."""
    return render(
        request, "schedule/_times.html", times_context(actor_of(request), request.GET, current_branch(request))
    )


def form_values(form: BookingForm) -> dict[str, Any]:
    return {name: form[name].value() for name in ("doctor", "date", "minutes", "time")}


def times_context(actor: Actor, values: Any, branch: OwnBranch) -> dict[str, Any]:
    form = TimesForm(values)
    if not form.is_valid():
        return {"times": [], "is_known": False}
    asked = form.cleaned_data
    since, until = clock.branch_day_bounds(asked["date"], branch.zone)
    slots = selectors.free_slots(
        doctor_ids=selectors.bookable(actor, [asked["doctor"]]),
        branch=branch,
        since=max(since, timezone.now()),
        until=until,
        minutes=asked["minutes"],
        step_minutes=min(asked["minutes"], 30),
        besides=asked["besides"],
    )
    times = [slot.starts_at.astimezone(branch.zone).strftime("%H:%M") for slot in slots]
    chosen = asked["time"].strftime("%H:%M") if asked["time"] else ""
    return {
        "times": times[:SHOWN_TIMES],
        "more_times": len(times) > SHOWN_TIMES,
        "chosen_time": chosen,
        "is_known": True,
    }


@require_GET
@requires(BOOK)
def slot_find(request: HttpRequest) -> HttpResponse:
    """«Найти время»: the drawer; its answers for the chosen filters."""
    branch = current_branch(request)
    initial = {
        "since": clock.localdate(branch.zone),
        "minutes": usual_minutes(),
        "specialty": "",
        "doctor": "",
        "part": "",
    }
    asked = {**initial, **{name: request.GET[name] for name in initial if name in request.GET}}
    form = FindForm(asked, branch=branch)
    days = found_days(actor_of(request), form, branch) if form.is_valid() else []
    patient = request.GET.get("patient", "")
    carried = {"minutes": asked["minutes"], **({"patient": patient} if patient else {})}
    context = {
        "form": form,
        "days": days,
        "patient": patient,
        "lengths": OFFERED_MINUTES,
        "book_url": address("schedule:appointment_book"),
        "carried": urlencode(carried),
    }
    template = "schedule/_found.html" if "list" in request.GET else "schedule/_find.html"
    return render(request, template, context)


def found_days(actor: Actor, form: FindForm, branch: OwnBranch) -> list[dict[str, Any]]:
    """Free times by day and doctor, the soonest first."""
    asked, names = form.cleaned_data, form.asked_doctors()
    since = max(clock.wall_moment(asked["since"], time.min, branch.zone), timezone.now())
    slots = selectors.free_slots(
        doctor_ids=selectors.bookable(actor, names),
        branch=branch,
        since=since,
        until=since + timedelta(days=SEARCH_DAYS),
        minutes=min(max(asked["minutes"], SHORTEST_MINUTES), LONGEST_MINUTES),
    )
    first, last = PARTS_OF_DAY.get(asked["part"], (0, 24))
    times = ((slot.doctor_id, slot.starts_at.astimezone(branch.zone)) for slot in slots)
    fitting = (found for found in times if first <= found[1].hour < last)
    days: dict[date, dict[int, list[str]]] = {}
    for doctor_id, wall in islice(fitting, SHOWN_FOUND):
        days.setdefault(wall.date(), {}).setdefault(doctor_id, []).append(f"{wall:%H:%M}")
    return [
        {"on": on, "doctors": [{"id": pk, "name": names[pk], "times": times} for pk, times in of_day.items()]}
        for on, of_day in days.items()
    ]
