"""The day's grid: the page, its data, and the cards beside it."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from core import clock, options
from core.access import requires
from core.addresses import address
from organization.selectors import OwnBranch
from schedule import selectors
from schedule.choices import CONFIRM_DAYS, LATE, WARN
from schedule.looks import legend
from schedule.selectors import Column, SheetAppointment
from schedule.services.booking import MOVABLE
from schedule.views.place import actor_of, chosen_day, current_branch, wall

SEE = "schedule.view_appointment"


@require_GET
@requires(SEE)
def day(request: HttpRequest) -> HttpResponse:
    """The page: ``?date=&view=doctors|chairs&specialty=``; the day's data are inside it, so that it draws at once."""
    actor, branch = actor_of(request), current_branch(request)
    on, today = chosen_day(request, branch.zone), clock.localdate(branch.zone)
    can_book = actor.can("schedule.book_appointment")
    data = day_json(request, branch, on)
    context = {
        "data": data,
        "view": "chairs" if request.GET.get("view") == "chairs" else "doctors",
        "looks": legend(),
        "specialties": selectors.specialties_of_branch(branch.pk),
        "can_book": can_book,
        "can_change_shifts": actor.can("schedule.change_shift"),
        "open_url": drawer_url(request),
        **waiting_context(request, branch, today, stamp=data["stamp"] if on == today else None),
        "later_urls": later_urls(today) if can_book else [],
    }
    return render(request, "schedule/day.html", context)


def later_urls(today: date) -> list[str]:
    """Cards that come after the grid: whom to ask about today and the days ahead."""
    return [confirmations_url(today + timedelta(days=ahead)) for ahead in range(options.value(CONFIRM_DAYS) + 1)]


def confirmations_url(on: date) -> str:
    return f"{address('schedule:confirmations')}?date={on.isoformat()}"


def drawer_url(request: HttpRequest) -> str:
    """What the page opens in its drawer: an appointment's own address and a booking's lead here."""
    chosen = request.GET.get("open", "")
    if chosen.isascii() and chosen.isdigit():
        return address("schedule:appointment_detail", int(chosen))
    if "book" in request.GET and actor_of(request).can("schedule.book_appointment"):
        return f"{address('schedule:appointment_book')}?{request.GET.urlencode()}"
    return ""


@require_GET
@requires(SEE)
def day_data(request: HttpRequest) -> HttpResponse:
    """The grid's data as JSON; 304 while the browser has the same."""
    branch = current_branch(request)
    body = json.dumps(day_json(request, branch, chosen_day(request, branch.zone)), ensure_ascii=False).encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_GET
@requires(SEE)
def waiting(request: HttpRequest) -> HttpResponse:
    """The card of who waits now."""
    branch = current_branch(request)
    return render(request, "schedule/_waiting.html", waiting_context(request, branch, clock.localdate(branch.zone)))


@require_GET
@requires("schedule.book_appointment")
def confirmations(request: HttpRequest) -> HttpResponse:
    """The card of whom to ask about a day."""
    branch = current_branch(request)
    context = confirmations_context(request, branch, chosen_day(request, branch.zone))
    return render(request, "schedule/_confirmations.html", {"card": context})


def waiting_context(request: HttpRequest, branch: OwnBranch, today: date, stamp: str | None = None) -> dict[str, Any]:
    """What the card shows; ``stamp`` when today's version is known, of rows read before."""
    actor = actor_of(request)
    if stamp is None:
        stamp = selectors.day_stamp_of(actor=actor, branch_id=branch.pk, on=today)
    return {
        "waiting": selectors.waiting_room(actor=actor, branch=branch, on=today),
        "page_url": address("schedule:day"),
        "warn_minutes": options.value(WARN),
        "late_minutes": options.value(LATE),
        "today_watch": f"schedule:{branch.pk}:{today.isoformat()}",
        "today_stamp": stamp,
        "now": timezone.now(),
    }


def confirmations_context(request: HttpRequest, branch: OwnBranch, on: date) -> dict[str, Any]:
    actor = actor_of(request)
    stamp = selectors.day_stamp_of(actor=actor, branch_id=branch.pk, on=on)  # before the rows: never newer than they
    return {
        "list": selectors.to_confirm(actor=actor, branch=branch, on=on),
        "on": on,
        "is_today": on == clock.localdate(branch.zone),
        "watch": f"schedule:{branch.pk}:{on.isoformat()}",
        "stamp": stamp,
        "page_url": address("schedule:day"),
    }


def day_json(request: HttpRequest, branch: OwnBranch, on: date) -> dict[str, Any]:
    """What the grid's script needs; every time in it is the branch's wall clock."""
    actor, zone = actor_of(request), branch.zone
    sheet = selectors.day_sheet(actor=actor, branch=branch, on=on)
    can_book = actor.can("schedule.book_appointment")
    return {
        "date": on.isoformat(),
        "title": f"{WEEKDAYS_ABBR[on.weekday()]}, {date_format(on, 'j E Y')}",
        "today": clock.localdate(zone).isoformat(),
        "previous": (on - timedelta(days=1)).isoformat(),
        "next": (on + timedelta(days=1)).isoformat(),
        "watch": f"schedule:{branch.pk}:{on.isoformat()}",
        "stamp": sheet.stamp,
        "opens": f"{sheet.opens:%H:%M}",
        "closes": f"{sheet.closes:%H:%M}" if sheet.closes else "24:00",
        "step": sheet.slot_minutes,
        "canBook": can_book and on >= clock.localdate(zone),
        "canMove": can_book,
        "doctors": [_column_json(column, zone, on) for column in sheet.doctors],
        "chairs": [_column_json(column, zone, on) for column in sheet.chairs],
        "appointments": [_box_json(box, zone) for box in sheet.appointments],
    }


def _column_json(column: Column, zone: ZoneInfo, on: date) -> dict[str, Any]:
    since, until = clock.branch_day_bounds(on, zone)
    parts = [(max(start, since), min(end, until)) for start, end in column.shifts]
    return {
        "id": column.pk,
        "name": column.name,
        "note": column.note,
        "load": column.load_percent,
        "specialties": column.specialty_ids,
        "shifts": [[wall(start, zone), wall(end, zone)] for start, end in parts],
        "chairs": [[chair, wall(start, zone), wall(end, zone)] for chair, (start, end) in column.chairs],
    }


def _box_json(box: SheetAppointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": box.pk,
        "version": box.version,
        "doctor": box.doctor_id,
        "chair": box.chair_id,
        "doctorName": box.doctor_name,
        "start": wall(box.starts_at, zone),
        "end": wall(box.ends_at, zone),
        "name": box.patient_name,
        "purpose": box.purpose,
        "look": box.look.css,
        "state": str(box.look.title),
        "icon": box.look.icon,
        "marks": [{"icon": mark.icon, "title": str(mark.title), "tone": mark.tone} for mark in box.marks],
        "isMovable": box.state in MOVABLE,
    }
