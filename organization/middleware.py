"""Who is asking, under which role, in which branch; and the lock of a screen left alone."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.access import SAFE_METHODS
from core.htmx import with_events
from organization import selectors

Next = Callable[[HttpRequest], HttpResponse]

ROLE_KEY = "role_id"
BRANCH_KEY = "branch_id"
SEEN_KEY = "seen_at"
LOCKED_KEY = "is_locked"
ROLE_HEADER = "X-Zubr-Role"
SEEN_STEP_SECONDS = 60  # the session is written at most this often only to remember activity


class ActorMiddleware:
    """Sets ``request.actor`` (None when nobody is signed in under a role), zone and language, and the history's who and why."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None
        request.signed_in = None
        known = self._token_state(request) or self._session_state(request)
        if known is None:
            return self.get_response(request)
        request.signed_in, request.actor = known, known.actor
        request.user.actor = known.actor
        if rendered_under_other_role(request):
            return refuse_other_role(request)
        zone = known.branch.zone if known.branch else None
        history = nullcontext() if request.method in SAFE_METHODS else history_context(request)
        with timezone.override(zone), translation.override(request.user.language), history:
            request.LANGUAGE_CODE = request.user.language
            return self.get_response(request)

    def _session_state(self, request: HttpRequest) -> selectors.SignedIn | None:
        if not request.user.is_authenticated or ROLE_KEY not in request.session:
            return None
        return selectors.signed_in(
            user_id=request.user.pk, role_id=request.session[ROLE_KEY], branch_id=request.session.get(BRANCH_KEY)
        )

    def _token_state(self, request: HttpRequest) -> selectors.SignedIn | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "token" or not request.path.startswith("/api/"):
            return None
        token = selectors.token_in_force(key.strip())
        if token is None:
            return None
        request.user = request.token_user = token.employee.user
        return selectors.signed_in(user_id=token.employee.user_id, role_id=token.role_id, branch_id=token.branch_id)


def history_context(request: HttpRequest) -> pghistory.context:
    """What every changed row remembers: the person, the role in force, and the page."""
    actor = request.actor
    return pghistory.context(
        employee=actor.employee_id,
        person=actor.name,
        role=actor.role_name,
        url=request.path,
        address=request.META.get("REMOTE_ADDR"),
    )


def rendered_under_other_role(request: HttpRequest) -> bool:
    """Two people may share a PC: a form is accepted only under the role it was opened under."""
    if request.method in SAFE_METHODS:
        return False
    opened_under = request.headers.get(ROLE_HEADER) or request.POST.get("_role", "")
    return bool(opened_under) and opened_under != f"{request.user.pk}.{request.actor.role_id}"


def refuse_other_role(request: HttpRequest) -> HttpResponse:
    """409: nothing was saved, the page keeps what was typed."""
    text = _(
        "This page was opened under another person or role. Nothing was saved: switch back, or copy your text and reload."
    )
    if request.htmx:
        return with_events(HttpResponse(text, status=409), toast=text, tone="danger")
    return render(request, "409.html", {"text": text}, status=409)


class IdleLockMiddleware:
    """Locks a session nobody touched for a while; background polls do not count as touching.

    A locked part answers 423 and the page asks for the password over itself, so typed text stays.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.actor is None or hasattr(request, "token_user"):
            return self.get_response(request)
        is_poll = request.path == reverse("core:live_stamps") or request.headers.get("X-Zubr-Poll") == "1"
        now = int(time.time())
        session = request.session
        seen = session.get(SEEN_KEY, now)
        if not session.get(LOCKED_KEY) and now - seen > settings.IDLE_LOCK_MINUTES * 60:
            session[LOCKED_KEY] = True
        if session.get(LOCKED_KEY) and request.path not in always_open():
            return self._ask_password(request)
        if not is_poll and (SEEN_KEY not in session or now - seen >= SEEN_STEP_SECONDS):
            session[SEEN_KEY] = now
        return self.get_response(request)

    def _ask_password(self, request: HttpRequest) -> HttpResponse:
        if request.htmx:
            return with_events(HttpResponse(status=423), "locked")
        if request.path.startswith("/api/") or request.path == reverse("core:live_stamps"):
            return JsonResponse({"code": "locked"}, status=423)
        return redirect(f"{reverse('organization:unlock')}?next={request.get_full_path()}")


def always_open() -> set[str]:
    """Addresses that answer while the screen is locked."""
    return {reverse(f"organization:{name}") for name in ("unlock", "logout", "login")}
