"""The request as our middleware leaves it, for type checking of views."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from core.actor import Actor


class Request(HttpRequest):
    """A signed-in request: who acts under which role, and what htmx asked for."""

    actor: "Actor"
    user: Any
    htmx: "HtmxDetails"
