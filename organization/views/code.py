"""The second step of a sign-in: the code after the password. Until it is given there is no session of the person's."""

from __future__ import annotations

import time

from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.access import public
from organization import services
from organization.errors import CodeWrong, FactorLocked
from organization.forms.sign_in import CodeForm
from organization.models import User
from organization.sessions import BY_CODE
from organization.views.entering import admit

PENDING_KEY = "password_given_by"
PENDING_SECONDS = 300


def ask_code(request: HttpRequest, user: User, *, going_to: str) -> HttpResponse:
    """Remember for five minutes that the password was right, in a session that opens nothing."""
    request.session.flush()
    request.session[PENDING_KEY] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "until": int(time.time()) + PENDING_SECONDS,
        "next": going_to,
    }
    request.session.set_expiry(PENDING_SECONDS)
    return redirect("organization:login_code")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def login_code(request: HttpRequest) -> HttpResponse:
    """Six digits of the authenticator, or a recovery code; each is taken once."""
    user = waiting_user(request)
    if user is None:
        return redirect("organization:login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            is_right = services.check_code(user=user, code=form.cleaned_data["code"])
        except FactorLocked as error:
            note_failure(request, user)
            form.add_error("code", error)
        else:
            if is_right:
                return admit(request, user, by=BY_CODE, going_to=request.session[PENDING_KEY]["next"])
            note_failure(request, user)
            form.add_error("code", CodeWrong())
    return render(request, "organization/login_code.html", {"form": form}, status=422 if form.errors else 200)


def waiting_user(request: HttpRequest) -> User | None:
    """Who gave the password here within five minutes, unless it or the login was changed since."""
    pending = request.session.get(PENDING_KEY)
    if pending is None or pending["until"] < time.time():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, second_factor_at__isnull=False).first()
    if user is None or not constant_time_compare(pending["proof"], user.get_session_auth_hash()):
        return None
    return user


def note_failure(request: HttpRequest, user: User) -> None:
    """A wrong code is a failed sign-in, too: it is logged and counts towards the lock-out of this login on this PC."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)
