"""Entries of the directories modules declare, each changed in the drawer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import modules
from core.access import requires
from core.actor import Actor
from core.htmx import changed
from core.modules import Directory
from organization import services
from organization.errors import DirectoryUnknown
from organization.services.directories import directory_of, model_of
from organization.services.options import RIGHT
from organization.views.saving import attempt


@dataclass(frozen=True)
class Shown:
    """A directory on its page, with the entries asked for."""

    directory: Directory
    entries: list[Any]


def shown_directories(actor: Actor, *, is_archive: bool) -> list[Shown]:
    """Directories the role may change, one question each."""
    return [
        Shown(directory, list(model_of(directory).objects.filter(archived_at__isnull=not is_archive)))
        for directory in modules.registry.entries("directories", actor=actor)
    ]


def form_of(directory: Directory, data: Any, entry: Any) -> forms.ModelForm:
    class EntryForm(forms.ModelForm):
        class Meta:
            model = model_of(directory)
            fields = directory.fields

        def _post_clean(self) -> None:
            """The service saves the record; here only the shape is checked."""

    return EntryForm(data, instance=entry)


def known_directory(request: HttpRequest, code: str) -> Directory:
    try:
        directory = directory_of(code)
    except DirectoryUnknown as error:
        raise Http404 from error
    request.actor.require(directory.permission)  # type: ignore[attr-defined]
    return directory


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def entry_edit(request: HttpRequest, code: str, entry_id: int | None = None) -> HttpResponse:
    """Add an entry, or change one."""
    directory = known_directory(request, code)
    entry = get_object_or_404(model_of(directory), pk=entry_id) if entry_id else None
    form = form_of(directory, request.POST or None, entry)
    act, subject = (services.change_directory_entry, {"entry": entry}) if entry else (services.add_directory_entry, {})
    actor = request.actor  # type: ignore[attr-defined]
    if form.is_valid() and attempt(form, act, actor=actor, directory=directory, **subject, **form.cleaned_data):
        return changed("directoryChanged", toast=_("Saved."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": directory.one}
    return render(request, "organization/_directory_form.html", context, status=status)


@require_POST
@requires(RIGHT)
def entry_archive(request: HttpRequest, code: str, entry_id: int) -> HttpResponse:
    """Put away, or take back with ``restore=1``."""
    directory = known_directory(request, code)
    entry = get_object_or_404(model_of(directory), pk=entry_id)
    is_restored = bool(request.POST.get("restore"))
    act = services.restore_directory_entry if is_restored else services.archive_directory_entry
    act(actor=request.actor, directory=directory, entry=entry)  # type: ignore[attr-defined]
    return changed("directoryChanged", toast=_("Taken back.") if is_restored else _("Put away."))
