"""Pages for refusals: readable, in the person's language, and small when only a part was asked for."""

import logging
import uuid

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.htmx import with_events

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Too much was sent, or something no page of ours sends."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return _answer(
            request, status=413, template="409.html", text=_("Too much was sent at once. Nothing was saved.")
        )
    return _answer(request, status=400, template="409.html", text=_("The server does not understand this request."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("Your role has no right to this. The director can give it in the settings.")
    return _answer(request, status=403, template="403.html", text=text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request, status=404, template="404.html", text=_("There is no such page, or it is not shown to your role.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The person gets an id to name; the log has the same id."""
    error_id = uuid.uuid4().hex[:8]
    logger.error("error %s at %s", error_id, request.path)
    text = _("Something went wrong on the server; nothing was saved. Error %(id)s.") % {"id": error_id}
    return _answer(request, status=500, template="500.html", text=text, error_id=error_id)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's secret is not this session's: it was opened before somebody signed in or out in another window."""
    text = _(
        "This page was opened before the last sign-in on this PC. Nothing was saved: reload the page and try again."
    )
    return _answer(request, status=403, template="409.html", text=text)


def _answer(request: HttpRequest, *, status: int, template: str, text: str, **more: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": text}, status=status)
    if getattr(request, "htmx", None):
        return with_events(HttpResponse(text, status=status), toast=text, tone="danger")
    return render(request, template, {"text": text, **more}, status=status)
