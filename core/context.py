"""What the frame of every page needs."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from core import modules, notices


@dataclass(frozen=True)
class RailItem:
    title: str
    url: str
    icon: str
    counter: int
    is_active: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; costs nothing for parts that do not draw it."""
    actor = getattr(request, "actor", None)
    return {
        "demo_mode": settings.DEMO,
        "version": settings.VERSION,
        "pdf_enabled": settings.PDF_ENABLED,
        "nav_items": SimpleLazyObject(lambda: rail(request)) if actor else [],
        "patient_search_url": _patient_search_url(request),
        "notice_count": SimpleLazyObject(lambda: notices.unread_count(actor)) if actor else 0,
    }


def rail(request: HttpRequest) -> list[RailItem]:
    """The rail's items the actor may see, with their counters."""
    actor = request.actor  # type: ignore[attr-defined]
    here = request.resolver_match.app_name if request.resolver_match else ""
    return [
        RailItem(
            title=item.title,
            url=reverse(item.route),
            icon=item.icon,
            counter=import_string(item.counter)(actor) if item.counter else 0,
            is_active=bool(here) and item.route.split(":")[0] == here,
        )
        for item in modules.registry.entries("nav", actor=actor)
    ]


def _patient_search_url(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    if actor is None or not actor.can("patients.view_patient"):
        return ""
    try:
        return reverse("patients:patient_suggest")
    except NoReverseMatch:
        return ""
