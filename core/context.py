"""What the frame of every page needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from core import modules, notices, sounds
from core.actor import Actor
from core.addresses import address

FOOT_ORDER = 1000  # items of this order and above stand at the rail's bottom


@dataclass(frozen=True)
class RailItem:
    title: str
    url: str
    icon: str
    counter: int
    is_active: bool
    is_foot: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; costs nothing for parts that do not draw it."""
    actor = getattr(request, "actor", None)
    context = {"demo_mode": settings.DEMO, "version": settings.VERSION, "pdf_enabled": settings.PDF_ENABLED}
    if actor is None:
        return context
    items = SimpleLazyObject(lambda: rail(request))
    return {
        **context,
        "nav_items": SimpleLazyObject(lambda: [item for item in items if not item.is_foot]),
        "nav_footer_items": SimpleLazyObject(lambda: [item for item in items if item.is_foot]),
        "patient_search_url": url_if_allowed(actor, "patients.view_patient", "patients:patient_suggest"),
        "sounds": SimpleLazyObject(sounds.chosen),
        "page_assets": modules.registry.page_assets(),
        "book_url": url_if_allowed(actor, "schedule.book_appointment", "schedule:appointment_book"),
        "notice_count": SimpleLazyObject(lambda: notices.unread_count(actor)),
    }


def rail(request: HttpRequest) -> list[RailItem]:
    """The rail's items the actor may see, with their counters."""
    actor = request.actor  # type: ignore[attr-defined]
    items = [
        item
        for item in modules.registry.entries("nav", actor=actor)
        if not item.shown or import_string(item.shown)(actor)
    ]
    active = _route_of_page(request, items)
    return [
        RailItem(
            title=str(item.title),
            url=address(item.route),
            icon=item.icon,
            counter=import_string(item.counter)(actor) if item.counter else 0,
            is_active=item.route == active,
            is_foot=item.order >= FOOT_ORDER,
        )
        for item in items
    ]


def _route_of_page(request: HttpRequest, items: Sequence[modules.NavItem]) -> str:
    """Route of the item this page belongs to: its own, the settings' for any app's pane, else its app's first; or ""."""
    match = request.resolver_match
    if match is None:
        return ""
    if any(item.route == match.view_name for item in items):
        return match.view_name
    panes = modules.registry.entries("settings_panes", actor=request.actor)  # type: ignore[attr-defined]
    if any(request.path.startswith(address(pane.route)) for pane in panes):
        return next((item.route for item in items if item.order >= FOOT_ORDER), "")
    return next((item.route for item in items if item.route.split(":")[0] == match.app_name), "")


def url_if_allowed(actor: Actor, permission: str, route: str) -> str:
    """Address of what another app offers the frame; empty when the role may not, or the app is off."""
    if not actor.can(permission):
        return ""
    try:
        return address(route)
    except NoReverseMatch:
        return ""
