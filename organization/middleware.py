"""Who is asking, under which role, in which branch; and the lock of a screen left alone."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

import pghistory
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from core import modules
from core.access import SAFE_METHODS
from core.addresses import address
from core.htmx import redirect as htmx_redirect
from core.htmx import with_events
from organization import security, selectors, services, viewing
from organization.sessions import ADDRESS_KEY, LOCKED_KEY, ROLE_KEY, SEEN_KEY

Next = Callable[[HttpRequest], HttpResponse]

BRANCH_KEY = "branch_id"
ROLE_HEADER = "X-Zubr-Role"
POLL_HEADER = "X-Zubr-Poll"
ACTIVE_HEADER = "X-Zubr-Active"  # the poll of a page whose person pressed a key or moved the mouse since the last one
SEEN_STEP_SECONDS = 60  # the session is written at most this often only to remember activity


class ActorMiddleware:
    """Sets ``request.actor`` (None when nobody is signed in under a role), zone and language, and the history's who and why."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None
        request.signed_in = None
        try:
            known = self._token_state(request) or self._session_state(request)
            if known is None:
                modules.modules_off()  # asked for next anyway; here the database's absence has its own page
        except OperationalError:
            return database_is_away(request)
        if known is None:
            with translation.override(language_of_browser(request)):
                return self.get_response(request)
        request.signed_in, request.actor, request.user = known, known.actor, known.user
        known.user.actor = known.actor
        request.role_stamp = stamp_of(known)
        zone = known.branch.zone if known.branch else None
        history = nullcontext() if request.method in SAFE_METHODS else history_context(request)
        with timezone.override(zone), translation.override(known.user.language), history:
            request.LANGUAGE_CODE = known.user.language
            if known.actor.viewer is not None and changes_while_viewing(request):
                response = refuse_while_viewing(request)
            elif opened_under_other_role(request):
                response = refuse_other_role(request)
            else:
                response = self.get_response(request)
        response.headers.setdefault(ROLE_HEADER, request.role_stamp)
        return response

    def _session_state(self, request: HttpRequest) -> selectors.SignedIn | None:
        """Who the session belongs to, by one statement with the login itself.

        Django's own check of the session stands beside it: whatever is not plainly right (the password was changed, the
        secret key was rotated, nobody is signed in) is left to ``request.user``, which reads, renews or ends the session.
        """
        session = request.session
        if ROLE_KEY not in session or SESSION_KEY not in session:
            return None
        if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
            return None
        who = {"user_id": int(session[SESSION_KEY]), "role_id": session[ROLE_KEY], "branch_id": session.get(BRANCH_KEY)}
        known = viewing.signed_in(session, who, is_locked=bool(session.get(LOCKED_KEY)))
        if known is None:
            return None
        proof = known.user.get_session_auth_hash()
        if constant_time_compare(session.get(HASH_SESSION_KEY, ""), proof) or request.user.is_authenticated:
            return known
        return None

    def _token_state(self, request: HttpRequest) -> selectors.SignedIn | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "token" or not request.path.startswith("/api/"):
            return None
        token = selectors.token_in_force(key.strip())
        if token is None:
            return None
        services.note_token_use(token=token)
        known = selectors.signed_in(user_id=token.employee.user_id, role_id=token.role_id, branch_id=token.branch_id)
        if known is not None:
            request.token_user = known.user
        return known


def database_is_away(request: HttpRequest) -> HttpResponse:
    """503, drawn without anything that would ask the database again."""
    with translation.override(language_of_browser(request)):
        return HttpResponse(render_to_string("503.html"), status=503)


def language_of_browser(request: HttpRequest) -> str:
    """The language this browser last used, for pages before the sign-in."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


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


def stamp_of(known: selectors.SignedIn) -> str:
    """Person and role in force, and while they look through other eyes whose: what a page was opened under."""
    viewer, actor = known.actor.viewer, known.actor
    if viewer is None:
        return f"{known.user.pk}.{actor.role_id}"
    return f"{known.user.pk}.{viewer.role_id}.{actor.user_id}.{actor.role_id}"


def changes_while_viewing(request: HttpRequest) -> bool:
    """Anything but looking, going back, locking and leaving."""
    return request.method not in SAFE_METHODS and request.path not in open_while_viewing()


def refuse_while_viewing(request: HttpRequest) -> HttpResponse:
    """403: nothing is written under another person's name."""
    text = _("You look through other eyes, so nothing can be changed. Return to your own first.")
    if request.htmx:
        return with_events(HttpResponse(text, status=403), toast=text, tone="warning")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "viewing", "detail": text}, status=403)
    return render(request, "409.html", {"text": text}, status=403)


def opened_under_other_role(request: HttpRequest) -> bool:
    """Two people may share a PC: a form is accepted only under the person and role it was opened under."""
    if request.method in SAFE_METHODS or hasattr(request, "token_user") or request.path in open_to_any_role():
        return False
    stamp = request.headers.get(ROLE_HEADER) or request.POST.get("_role", "")
    return bool(stamp) and stamp != request.role_stamp


def refuse_other_role(request: HttpRequest) -> HttpResponse:
    """409: nothing was saved, the page keeps what was typed."""
    text = _(
        "This page was opened under another person or role. Nothing was saved: switch back, or copy your text and reload."
    )
    if request.htmx:
        return with_events(HttpResponse(text, status=409), toast=text, tone="danger")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "other_role", "detail": text}, status=409)
    return render(request, "409.html", {"text": text}, status=409)


class DutyMiddleware:
    """Leads a person to what must be done before anything else: choose an own or a newer password, connect the phone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.actor is None or hasattr(request, "token_user"):
            return self.get_response(request)
        duty = duty_of(request)
        if duty is None or request.path in {*(address(f"organization:{name}") for name in duty), *open_to_any_role()}:
            return self.get_response(request)
        page = address(f"organization:{duty[0]}")
        if request.htmx:
            return htmx_redirect(page)
        if request.path.startswith("/api/"):
            return JsonResponse({"code": f"{duty[0]}_needed"}, status=403)
        return redirect(page)


def duty_of(request: HttpRequest) -> tuple[str, ...] | None:
    """Routes of what the person must do first, the page to begin at in front; None when nothing is due."""
    user = request.user
    if request.actor.viewer is not None:
        return None  # through other eyes nothing can be done; it was asked of the viewer before
    if user.must_change_password or security.is_password_old(user):
        return ("password_change",)
    if security.is_factor_missing(user, request.signed_in.role_code):
        return ("second_factor", "second_factor_begin", "second_factor_confirm")
    return None


class IdleLockMiddleware:
    """Locks a session nobody touched for a while; background polls do not count as touching.

    A locked part answers 423 and the page asks for the password over itself, so typed text stays.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.actor is None or hasattr(request, "token_user"):
            return self.get_response(request)
        session = request.session
        if not session.get(LOCKED_KEY) and idle_for_too_long(request):
            session[LOCKED_KEY] = True
        if session.get(LOCKED_KEY):
            if request.path not in open_while_locked():
                return ask_password(request)
        elif is_touched(request) and time.time() - session.get(SEEN_KEY, 0) >= SEEN_STEP_SECONDS:
            session[SEEN_KEY] = int(time.time())
            session[ADDRESS_KEY] = request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)


def idle_for_too_long(request: HttpRequest) -> bool:
    """True when the session was last touched longer ago than the clinic allows."""
    now, allowed = time.time(), security.idle_seconds()
    return allowed is not None and now - request.session.get(SEEN_KEY, now) > allowed


def is_touched(request: HttpRequest) -> bool:
    """A person did something: any request but a poll, or the poll of a page somebody is typing on."""
    is_poll = request.path == address("core:live_stamps") or request.headers.get(POLL_HEADER) == "1"
    return not is_poll or request.headers.get(ACTIVE_HEADER) == "1"


def ask_password(request: HttpRequest) -> HttpResponse:
    """423 for parts and polls, so that the page locks itself over what is typed; the unlock page for the rest."""
    if request.htmx:
        return with_events(HttpResponse(status=423), "locked")
    if request.path.startswith("/api/") or request.headers.get(POLL_HEADER) == "1":
        return JsonResponse({"code": "locked"}, status=423)
    where = {"next": request.get_full_path()} if request.method in SAFE_METHODS else {}
    return redirect(f"{address('organization:unlock')}?{urlencode(where)}")


def open_while_locked() -> set[str]:
    """Addresses that answer while the screen is locked."""
    return {address(f"organization:{name}") for name in ("unlock", "desk", "logout", "login", "preference_change")}


def open_to_any_role() -> set[str]:
    """Addresses a page opened under another role may still use: to lock, to leave, to come back."""
    return {
        address(f"organization:{name}")
        for name in ("role_switch", "lock", "unlock", "desk", "logout", "login", "preference_change", "view_as_end")
    }


def open_while_viewing() -> set[str]:
    """Addresses that take a post although somebody looks through other eyes: they concern the viewer alone."""
    return {address(f"organization:{name}") for name in ("view_as_end", "lock", "unlock", "desk", "logout", "login")}
