"""The settings page's own navigation: panes every app may plug in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from core import modules
from core.access import signed_in


@require_GET
@signed_in
def settings_home(request: HttpRequest) -> HttpResponse:
    """The first settings pane the role may see."""
    panes = modules.registry.entries("settings_panes", actor=request.actor)
    if not panes:
        raise PermissionDenied
    return redirect(panes[0].route)
