"""Where the person works now: the branch of the header, its day, and wall-clock text both ways."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date

from core import clock
from core.actor import Actor
from organization.selectors import OwnBranch
from schedule.models import Appointment


def actor_of(request: HttpRequest) -> Actor:
    """The actor; the access decorator let nobody else in."""
    return request.actor  # type: ignore[attr-defined]


def current_branch(request: HttpRequest) -> OwnBranch:
    """The branch chosen in the header. Raises: PermissionDenied for a person without any."""
    branch = request.signed_in.branch  # type: ignore[attr-defined]
    if branch is None:
        raise PermissionDenied("no branch")
    return branch


def chosen_day(request: HttpRequest, zone: ZoneInfo, name: str = "date") -> date:
    """The day in the url; today when there is none, or nonsense."""
    try:
        return parse_date(request.GET.get(name, "")) or clock.localdate(zone)
    except ValueError:
        return clock.localdate(zone)


def visible_appointment(request: HttpRequest, appointment_id: int) -> Appointment:
    """The appointment of the url with all its drawer shows, if the role in force may see it; else 404, as if none."""
    return _visible(request, appointment_id, _SHOWN, "patient", "doctor", "chair__room", "branch", "cancel_reason")


def held_appointment(request: HttpRequest, appointment_id: int) -> Appointment:
    """The same, for a service to act on: it reads the row anew under its locks."""
    return _visible(request, appointment_id, _PLACED)


_PLACED = ("version", "state", "patient_id", "doctor_id", "branch_id", "chair_id", "starts_at", "ends_at")
_SHOWN = (
    *(field.name for field in Appointment._meta.concrete_fields),
    "patient__surname", "patient__name", "patient__patronymic", "doctor__surname", "doctor__name",
    "doctor__patronymic", "chair__name", "chair__room__name", "branch__time_zone", "cancel_reason__name",
    "cancel_reason__side",
)  # fmt: skip


def _visible(request: HttpRequest, appointment_id: int, columns: tuple[str, ...], *related: str) -> Appointment:
    rows = Appointment.objects.visible_to(actor_of(request)).only(*columns)
    return get_object_or_404(rows.select_related(*related) if related else rows, pk=appointment_id)


def wall(moment: datetime, zone: ZoneInfo) -> str:
    """«2026-11-23T09:00» by the branch's clock: the grid knows no zones."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")
