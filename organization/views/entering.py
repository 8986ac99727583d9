"""From "this is the person" to a session under a role: what sign-in by password, by code and by PIN have in common."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth import login as open_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from organization import security, selectors, services, sessions
from organization.models import DeskMember, User
from organization.sessions import BY_PIN, ROLE_KEY

BACKEND = "organization.backends.RoleBackend"
DESK_COOKIE = "zubr_desk"


def admit(request: HttpRequest, user: User, *, by: str, going_to: str = "") -> HttpResponse:
    """Open a session of the person's own and lead them on: straight in with a single role, else to the choice.

    What was open in this browser before ends: its session is deleted and the new one has another key.
    """
    request.session.flush()
    open_session(request, user, backend=BACKEND)
    request.session.update(sessions.facts_of(request, by=by))
    if security.is_one_session_alone():
        sessions.end_of_user(user.pk, but=request.session.session_key, but_desk=desk_of(request))
    response = _first_page(request, user, by=by, going_to=going_to)
    if by != BY_PIN:
        services.open_pin(user)
        _remember_desk(request, response, user)
    return response


def _first_page(request: HttpRequest, user: User, *, by: str, going_to: str) -> HttpResponse:
    roles = list(selectors.roles_of(user.pk))
    if len(roles) == 1 or (by == BY_PIN and roles and roles[0].is_last_used):  # type: ignore[attr-defined]
        enter_role(request, user, roles[0].pk)
        return redirect(going_to or "organization:home")
    return render_role_choice(request, user, going_to=going_to)


def render_role_choice(request: HttpRequest, user: User, *, going_to: str, error: str = "") -> HttpResponse:
    """The person's roles, the last used one first."""
    context = {"roles": selectors.roles_of(user.pk), "next": going_to, "error": error}
    return render(request, "organization/role_choose.html", context, status=422 if error else 200)


def enter_role(request: HttpRequest, user: User, role_id: int) -> None:
    """Put the role into force for this session. Raises: RoleNotGranted."""
    role = services.choose_role(user=user, role_id=role_id)
    request.session[ROLE_KEY] = role.pk


def next_address(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=False)
    return asked if is_ours and asked.startswith("/") else ""


def desk_of(request: HttpRequest) -> str:
    """What is kept of this browser's mark; empty when it has none."""
    mark = request.COOKIES.get(DESK_COOKIE, "")
    return hashlib.sha256(mark.encode()).hexdigest() if mark else ""


def _remember_desk(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The password was given in this browser: for the working day its PIN is enough here."""
    if not security.is_pin_switching_on():
        return
    mark = request.COOKIES.get(DESK_COOKIE) or secrets.token_urlsafe(32)
    services.join_desk(user=user, desk=hashlib.sha256(mark.encode()).hexdigest())
    response.set_cookie(
        DESK_COOKIE,
        mark,
        max_age=int(DeskMember.STAYS.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
