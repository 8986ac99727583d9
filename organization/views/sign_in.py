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
from django.contrib.auth import logout as close_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.access import public, signed_in
from core.htmx import changed, with_events
from organization import security, selectors, services
from organization.demo import is_demo
from organization.errors import PinLocked, RoleNotGranted
from organization.forms.sign_in import LoginForm, UnlockForm
from organization.middleware import BRANCH_KEY, idle_for_too_long
from organization.services.pins import LENGTHS
from organization.sessions import BY_PASSWORD, LOCKED_KEY, ROLE_KEY, SEEN_KEY
from organization.views.code import ask_code
from organization.views.entering import admit, desk_of, enter_role, next_address, render_role_choice

DEMO_LOGINS = (("director", "id-badge-2"), ("administrator", "headset"), ("doctor", "stethoscope"), ("chief", "users"))
FEW_ATTEMPTS = 3  # from here on the person is told how many are left


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def login(request: HttpRequest) -> HttpResponse:
    """Sign in. After the password a code where the person has a second factor; then the role."""
    if request.method == "GET" and request.actor is not None:
        return redirect("organization:home")
    form = LoginForm(request.POST or None)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is None:
            form.add_error(None, failure_text(request, form.cleaned_data["username"]))
        elif not selectors.roles_of(user.pk).exists():
            form.add_error(None, _("This login has no role yet. Ask the director to give you one."))
        elif security.is_factor_asked(user):
            return ask_code(request, user, going_to=next_address(request))
        else:
            return admit(request, user, by=BY_PASSWORD, going_to=next_address(request))
    context = {
        "form": form,
        "next": next_address(request),
        "is_over": "over" in request.GET,
        "has_desk": security.is_pin_switching_on() and services.people_at_desk(desk_of(request)).exists(),
        "demo_logins": DEMO_LOGINS if settings.DEMO and is_demo() else (),
    }
    return render(request, "organization/login.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@public
def role_choose(request: HttpRequest) -> HttpResponse:
    """The person's roles, the last used one first; only for who has just given the password, or lost the role in force."""
    if not may_choose(request):
        had_role = ROLE_KEY in request.session
        close_session(request)
        return redirect(reverse("organization:login") + ("?over=1" if had_role else ""))
    going_to = next_address(request)
    if request.method == "POST":
        try:
            enter_role(request, request.user, int(request.POST.get("role", "0")))
        except (RoleNotGranted, ValueError, OverflowError):
            return render_role_choice(request, request.user, going_to=going_to, error=_("Choose one of your roles."))
        request.session.cycle_key()
        return redirect(going_to or "organization:home")
    lost = request.actor is None and ROLE_KEY in request.session
    error = _("The role you worked under was taken away. Nothing was saved; choose another one.") if lost else ""
    return render_role_choice(request, request.user, going_to=going_to, error=error)


def may_choose(request: HttpRequest) -> bool:
    """Signed in a short while ago, and with a role left to choose."""
    user = request.user
    return user.is_authenticated and not idle_for_too_long(request) and selectors.roles_of(user.pk).exists()


@require_POST
@signed_in
def role_switch(request: HttpRequest) -> HttpResponse:
    """Go on under another of one's roles; pages opened under the former one can no longer save."""
    try:
        enter_role(request, request.user, int(request.POST.get("role", "0")))
    except (RoleNotGranted, ValueError, OverflowError):
        messages.error(request, RoleNotGranted.text)
    else:
        request.session.cycle_key()  # whatever saw the former key has no other rights by it
    return redirect("organization:home")


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
    """End the session; coming back to this browser takes the password."""
    if request.user.is_authenticated:
        services.leave_desk(user_id=request.user.pk, desk=desk_of(request))
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
    """Give the password or the PIN. As a part it lies over the page, whose text stays; as a page it leads back."""
    form = UnlockForm(request.POST or None, has_pin=may_use_pin(request))
    if form.is_valid():
        refusal = refusal_to_unlock(request, form.cleaned_data["password"])
        if refusal is None:
            request.session.pop(LOCKED_KEY, None)
            request.session[SEEN_KEY] = int(time.time())
            return changed("unlocked") if request.htmx else redirect(next_address(request) or "organization:home")
        form.add_error("password" if isinstance(refusal, PinLocked) else None, refusal)
    return render_unlock(request, form)


def may_use_pin(request: HttpRequest) -> bool:
    return request.user.pin_set_at is not None and security.is_pin_switching_on()


def refusal_to_unlock(request: HttpRequest, typed: str) -> Any:
    """None for the right password or PIN; else what is wrong. Digits alone are a PIN: no password may be of them."""
    if may_use_pin(request) and typed.isascii() and typed.isdigit() and len(typed) in LENGTHS:
        try:
            return None if services.check_pin(user=request.user, pin=typed) else _("The PIN is wrong.")
        except PinLocked as error:
            return error
    username = request.user.get_username()
    if authenticate(request, username=username, password=typed) != request.user:
        return failure_text(request, username)
    forget_failures(username=username, ip=request.META.get("REMOTE_ADDR"))
    services.open_pin(request.user)
    return None


def render_unlock(request: HttpRequest, form: UnlockForm) -> HttpResponse:
    template = "organization/_unlock_form.html" if request.htmx else "organization/unlock.html"
    context = {"form": form, "next": next_address(request), "is_switching_on": security.is_pin_switching_on()}
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
    left = security.failure_limit() - AxesProxyHandler.get_failures(request, {"username": username})
    if left > FEW_ATTEMPTS or left < 1:
        return _("Wrong login or password.")
    return ngettext(
        "Wrong login or password. %(left)d attempt is left.",
        "Wrong login or password. %(left)d attempts are left.",
        left,
    ) % {"left": left}
