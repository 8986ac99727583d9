"""Rooms and chairs of a branch: one part, swapped whole after each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed, with_events
from organization import selectors, services
from organization.forms.places import PlaceNameForm
from organization.models import Branch, Chair, Room
from organization.views.saving import attempt, rights_on_page

VIEW, CHANGE = "organization.view_clinic", "organization.change_clinic"
PART = "organization/_branch_rooms.html"


@dataclass(frozen=True)
class PlaceLine:
    """A room or a chair on the page. ``key`` names its line in the url, as does ``add_key`` that of a new chair in it."""

    place: Room | Chair
    kind: str
    chairs: tuple[PlaceLine, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.place.pk}"

    @property
    def add_key(self) -> str:
        return f"add-chair-{self.place.pk}"

    @property
    def rename_url(self) -> str:
        return reverse(f"organization:{self.kind}_rename", args=[self.place.pk])

    @property
    def archive_url(self) -> str:
        return reverse(f"organization:{self.kind}_archive", args=[self.place.pk])


def rooms_context(
    request: HttpRequest, branch: Branch, *, edit: str = "", form: PlaceNameForm | None = None
) -> dict[str, Any]:
    """``edit`` names the line that is being typed in: room-5, chair-7, add-room, add-chair-5."""
    is_archive = request.GET.get("archived") == "1"
    lines = [
        PlaceLine(room, "room", tuple(PlaceLine(chair, "chair") for chair in room.chairs.all()))
        for room in selectors.rooms_of(branch, with_archived=is_archive)
    ]
    context = {"place": branch, "lines": lines, "edit": edit, "name_form": form, "is_room_archive": is_archive}
    return {**context, **rights_on_page(request, CHANGE)}


@require_GET
@requires(VIEW)
def branch_rooms(request: HttpRequest, branch_id: int) -> HttpResponse:
    branch = get_object_or_404(Branch, pk=branch_id)
    edit = request.GET.get("edit", "")
    form = PlaceNameForm(initial={"name": request.GET.get("name", "")}) if edit else None
    return render(request, PART, rooms_context(request, branch, edit=edit, form=form))


def saved_rooms(
    request: HttpRequest, shown: Branch, edit: str, act: Callable[..., Any], **arguments: Any
) -> HttpResponse:
    """Take the name to the service and answer with the part, the refused line open again."""
    form = PlaceNameForm(request.POST)
    if form.is_valid() and attempt(form, act, actor=request.actor, name=form.cleaned_data["name"], **arguments):
        return with_events(render(request, PART, rooms_context(request, shown)), toast=_("Saved."))
    context = rooms_context(request, shown, edit=edit, form=form)
    return render(request, PART, context, status=422)


@require_POST
@requires(CHANGE)
def room_add(request: HttpRequest, branch_id: int) -> HttpResponse:
    branch = get_object_or_404(Branch, pk=branch_id)
    return saved_rooms(request, branch, "add-room", services.add_room, branch=branch)


@require_POST
@requires(CHANGE)
def room_rename(request: HttpRequest, room_id: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.select_related("branch"), pk=room_id)
    return saved_rooms(request, room.branch, f"room-{room.pk}", services.rename_room, room=room)


@require_POST
@requires(CHANGE)
def chair_add(request: HttpRequest, room_id: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.select_related("branch"), pk=room_id)
    return saved_rooms(request, room.branch, f"add-chair-{room.pk}", services.add_chair, room=room)


@require_POST
@requires(CHANGE)
def chair_rename(request: HttpRequest, chair_id: int) -> HttpResponse:
    chair = get_object_or_404(Chair.objects.select_related("room__branch"), pk=chair_id)
    return saved_rooms(request, chair.room.branch, f"chair-{chair.pk}", services.rename_chair, chair=chair)


@require_POST
@requires(CHANGE)
def room_archive(request: HttpRequest, room_id: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.select_related("branch"), pk=room_id)
    act = services.restore_room if request.POST.get("restore") else services.archive_room
    return after_archiving(request, room.branch, act, room=room)


@require_POST
@requires(CHANGE)
def chair_archive(request: HttpRequest, chair_id: int) -> HttpResponse:
    chair = get_object_or_404(Chair.objects.select_related("room__branch"), pk=chair_id)
    act = services.restore_chair if request.POST.get("restore") else services.archive_chair
    return after_archiving(request, chair.room.branch, act, chair=chair)


def after_archiving(request: HttpRequest, branch: Branch, act: Callable[..., Any], **place: Any) -> HttpResponse:
    try:
        act(actor=request.actor, **place)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return render(request, PART, rooms_context(request, branch))
