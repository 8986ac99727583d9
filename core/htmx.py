"""Answers to htmx: a part of the page, or a fact by name that interested parts listen for."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse


def wants_part(request: HttpRequest) -> bool:
    """True when only a part was asked for; a boosted or a history-restore request wants the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def changed(*events: str, toast: str = "", tone: str = "success", status: int = 204) -> HttpResponse:
    """204 with fact names (``appointmentChanged``) for the page's parts, and a toast for the person."""
    return with_events(HttpResponse(status=status), *events, toast=toast, tone=tone)


def with_events(response: HttpResponse, *events: str, toast: str = "", tone: str = "success") -> HttpResponse:
    """Add fact names and a toast to any answer."""
    triggers: dict[str, Any] = dict.fromkeys(events)
    if toast:
        triggers["toast"] = {"text": str(toast), "tone": tone}
    response["HX-Trigger"] = json.dumps(triggers)  # ASCII only: headers carry no Cyrillic
    return response


def redirect(url: str) -> HttpResponse:
    """Leave the page after a dialog: the browser goes to ``url`` as a whole."""
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
