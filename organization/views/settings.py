"""The settings' first page: every pane, and a search over every single setting."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import signed_in
from organization import option_pages

LONGEST_QUERY = 100


@require_GET
@signed_in
def settings_home(request: HttpRequest) -> HttpResponse:
    """Panes the role may see; with ``?q=`` the settings in whose words it occurs, each with its page."""
    actor = request.actor  # type: ignore[attr-defined]
    panes = option_pages.shown_panes(actor)
    if not panes:
        raise PermissionDenied
    typed = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = option_pages.found_settings(actor, typed) if typed else []
    return render(request, "organization/settings_home.html", {"panes": panes, "typed": typed, "found": found})
