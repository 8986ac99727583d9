"""Addresses of the pages a figure comes from."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from core.actor import Actor
from reports.periods import Period


def url_for(actor: Actor, permission: str, route: str, *args: object, query: Mapping[str, object] | None = None) -> str:
    """The page's address; empty when the role may not open it, so that the figure stands without a link."""
    if not actor.can(permission):
        return ""
    try:
        address = reverse(route, args=args)
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(query)}" if query else address


def day_url(actor: Actor, period: Period, on: date | None) -> str:
    """The schedule of a day."""
    if not shows_headers_branch(actor, period) or on is None:
        return ""
    return url_for(actor, "schedule.view_appointment", "schedule:day", query={"date": on.isoformat()})


def desk_url(actor: Actor, period: Period) -> str:
    """The cash desk."""
    return url_for(actor, "billing.view_invoice", "billing:desk") if shows_headers_branch(actor, period) else ""


def shows_headers_branch(actor: Actor, period: Period) -> bool:
    """The schedule and the desk show the branch of the header: other figures must not lead there."""
    return period.branch_ids == [actor.branch_id]
