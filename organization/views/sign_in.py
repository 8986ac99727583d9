"""Sign-in, choice of the role, lock and unlock."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.access import public, signed_in
from core.htmx import changed, with_events
from organization import selectors, services
from organization.errors import RoleNotGranted
from organization.forms.sign_in import LoginForm, UnlockForm
from organization.middleware import BRANCH_KEY, LOCKED_KEY, ROLE_KEY, SEEN_KEY, idle_for_too_long
from organization.models import User

DEMO_LOGINS = (("director", "id-badge-2"), ("administrator", "headset"), ("doctor", "stethoscope"), ("chief", "users"))
FEW_ATTEMPTS = 3  # from here on the person is told how many are left


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def login(request: HttpRequest) -> HttpResponse:
    """Sign in. Whoever has several roles chooses one next; a single one is taken at once."""
    if request.method == "GET" and request.actor is not None:
        return redirect("organization:home")
    form = LoginForm(request.POST or None)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is None:
            form.add_error(None, failure_text(request, form.cleaned_data["username"]))
        elif not selectors.roles_of(user.pk).exists():
            form.add_error(None, _("This login has no role yet. Ask the director to give you one."))
        else:
            open_session(request, user)
            request.session[SEEN_KEY] = int(time.time())
            return after_sign_in(request, user)
    context = {"form": form, "next": next_address(request), "demo_logins": DEMO_LOGINS if settings.DEMO else ()}
    return render(request, "organization/login.html", context, status=422 if form.errors else 200)


def after_sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Straight in with a single role; otherwise to the choice, keeping where the person was going."""
    roles = list(selectors.roles_of(user.pk)[:2])
    if len(roles) == 1:
        enter_role(request, user, roles[0].pk)
        return redirect(next_address(request) or "organization:home")
    return render_role_choice(request, user)


@never_cache
@require_http_methods(["GET", "POST"])
@public
def role_choose(request: HttpRequest) -> HttpResponse:
    """The person's roles, the last used one first; only for who has just given the password."""
    if not may_choose(request):
        close_session(request)
        return redirect("organization:login")
    if request.method == "POST":
        try:
            enter_role(request, request.user, int(request.POST.get("role", "0")))
        except (RoleNotGranted, ValueError):
            return render_role_choice(request, request.user, error=_("Choose one of your roles."))
        return redirect(next_address(request) or "organization:home")
    return render_role_choice(request, request.user)


def may_choose(request: HttpRequest) -> bool:
    """Signed in a short while ago, and with a role left to choose."""
    user = request.user
    return user.is_authenticated and not idle_for_too_long(request) and selectors.roles_of(user.pk).exists()


def render_role_choice(request: HttpRequest, user: User, error: str = "") -> HttpResponse:
    context = {"roles": selectors.roles_of(user.pk), "next": next_address(request), "error": error}
    return render(request, "organization/role_choose.html", context, status=422 if error else 200)


@require_POST
@signed_in
def role_switch(request: HttpRequest) -> HttpResponse:
    """Go on under another of one's roles; pages opened under the former one can no longer save."""
    try:
        enter_role(request, request.user, int(request.POST.get("role", "0")))
    except (RoleNotGranted, ValueError):
        messages.error(request, RoleNotGranted.text)
    return redirect("organization:home")


def enter_role(request: HttpRequest, user: User, role_id: int) -> None:
    """Put the role into force for this session. Raises: RoleNotGranted."""
    role = services.choose_role(user=user, role_id=role_id)
    request.session[ROLE_KEY] = role.pk


@require_POST
@signed_in
def branch_switch(request: HttpRequest) -> HttpResponse:
    """Work in another of one's branches; one that is not the person's is left out of account."""
    chosen = request.POST.get("branch", "")
    if chosen.isdigit() and int(chosen) in request.actor.branch_ids:
        request.session[BRANCH_KEY] = int(chosen)
    return redirect(next_address(request) or "organization:home")


@require_POST
@public
def logout(request: HttpRequest) -> HttpResponse:
    close_session(request)
    return redirect("organization:login")


@require_POST
@signed_in
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the screen by hand, before one leaves the PC."""
    request.session[LOCKED_KEY] = True
    return with_events(HttpResponse(status=204), "locked") if request.htmx else redirect("organization:unlock")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def unlock(request: HttpRequest) -> HttpResponse:
    """Give the password again. As a part it lies over the page, whose text stays; as a page it leads back."""
    form = UnlockForm(request.POST or None)
    if form.is_valid():
        username = request.user.get_username()
        if authenticate(request, username=username, password=form.cleaned_data["password"]) == request.user:
            forget_failures(username=username, ip=request.META.get("REMOTE_ADDR"))
            request.session.pop(LOCKED_KEY, None)
            request.session[SEEN_KEY] = int(time.time())
            return changed("unlocked") if request.htmx else redirect(next_address(request) or "organization:home")
        form.add_error(None, failure_text(request, username))
    return render_unlock(request, form)


def render_unlock(request: HttpRequest, form: UnlockForm) -> HttpResponse:
    template = "organization/_unlock_form.html" if request.htmx else "organization/unlock.html"
    context = {"form": form, "next": next_address(request)}
    return render(request, template, context, status=422 if form.errors else 200)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Answer of django-axes after too many failures: how many minutes to wait."""
    minutes = minutes_left(request, credentials)
    text = ngettext(
        "Too many wrong passwords. For safety this login waits %(minutes)d minute on this PC.",
        "Too many wrong passwords. For safety this login waits %(minutes)d minutes on this PC.",
        minutes,
    ) % {"minutes": minutes}
    if request.htmx:
        form = UnlockForm({"password": ""})
        form.errors.clear()
        form.add_error(None, text)
        return render_unlock(request, form)
    answer = render(request, "429.html", {"text": text}, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def minutes_left(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Minutes until the lock-out ends, at least one."""
    cool_off = get_cool_off(request) or timedelta()
    username = get_client_username(request, credentials) or ""
    last = AccessAttempt.objects.filter(username=username).order_by("-attempt_time").first()
    until = (last.attempt_time if last else timezone.now()) + cool_off
    return max(1, math.ceil((until - timezone.now()).total_seconds() / 60))


def failure_text(request: HttpRequest, username: str) -> str:
    """What is wrong, without telling which of the two; near the limit, how many attempts are left."""
    left = settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, {"username": username})
    if left > FEW_ATTEMPTS or left < 1:
        return _("Wrong login or password.")
    return ngettext(
        "Wrong login or password. %(left)d attempt is left.",
        "Wrong login or password. %(left)d attempts are left.",
        left,
    ) % {"left": left}


def next_address(request: HttpRequest) -> str:
    """Where the person was going, if it is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=False)
    return asked if is_ours else ""
