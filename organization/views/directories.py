"""The page of directories; those of specialities and positions are changed here, in the drawer."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import requires
from core.htmx import changed
from organization import services
from organization.forms.people import PositionForm, SpecialtyForm
from organization.models import Position, Specialty
from organization.views.directory_entries import shown_directories
from organization.views.saving import attempt, rights_on_page

VIEW, CHANGE = "organization.view_employee", "organization.change_employee"
PEOPLE = Count("employees", filter=Q(employees__archived_at=None))


def directory_context(request: HttpRequest) -> dict[str, Any]:
    is_archive = request.GET.get("archived") == "1"
    archived = {"archived_at__isnull": not is_archive}
    return {
        "specialties": Specialty.objects.filter(**archived).annotate(people=PEOPLE).order_by("order", "name"),
        "positions": Position.objects.filter(**archived).select_related("role").annotate(people=PEOPLE),
        "is_archive": is_archive,
        "directories": shown_directories(request.actor, is_archive=is_archive),  # type: ignore[attr-defined]
        **rights_on_page(request, CHANGE),
    }


@require_GET
@requires(VIEW)
def directory_list(request: HttpRequest) -> HttpResponse:
    return render(request, "organization/directory_list.html", directory_context(request))


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def specialty_edit(request: HttpRequest, specialty_id: int | None = None) -> HttpResponse:
    """Add a speciality, or change one."""
    specialty = get_object_or_404(Specialty, pk=specialty_id) if specialty_id else None
    form = SpecialtyForm(request.POST or None, instance=specialty)
    act, subject = (services.change_specialty, {"specialty": specialty}) if specialty else (services.add_specialty, {})
    if form.is_valid() and attempt(form, act, actor=request.actor, **subject, **form.cleaned_data):
        return changed("directoryChanged", toast=_("Saved."))
    title = _("Speciality") if specialty else _("New speciality")
    return drawer(request, form, title)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def position_edit(request: HttpRequest, position_id: int | None = None) -> HttpResponse:
    """Add a position, or change one."""
    position = get_object_or_404(Position, pk=position_id) if position_id else None
    form = PositionForm(request.POST or None, instance=position)
    act, subject = (services.change_position, {"position": position}) if position else (services.add_position, {})
    if form.is_valid() and attempt(form, act, actor=request.actor, **subject, **form.cleaned_data):
        return changed("directoryChanged", toast=_("Saved."))
    title = _("Position") if position else _("New position")
    return drawer(request, form, title)


def drawer(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_directory_form.html", {"form": form, "title": title}, status=status)


@require_POST
@requires(CHANGE)
def specialty_archive(request: HttpRequest, specialty_id: int) -> HttpResponse:
    return archive(request, get_object_or_404(Specialty, pk=specialty_id))


@require_POST
@requires(CHANGE)
def position_archive(request: HttpRequest, position_id: int) -> HttpResponse:
    return archive(request, get_object_or_404(Position, pk=position_id))


def archive(request: HttpRequest, entry: Specialty | Position) -> HttpResponse:
    is_archived = not request.POST.get("restore")
    services.set_directory_entry_archived(actor=request.actor, entry=entry, is_archived=is_archived)
    return changed("directoryChanged", toast=_("Put away.") if is_archived else _("Taken back."))
