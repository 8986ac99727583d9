"""What a person sets about their own sign-in: the PIN, the second factor, where they are signed in."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import authenticate
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import signed_in
from core.errors import DomainError
from organization import security, services
from organization.errors import CodeWrong, FactorLocked
from organization.forms.sign_in import CodeForm, ConfirmForm, PinForm
from organization.models import RecoveryCode
from organization.services.second_factor import address_for, secret_to_show
from organization.views.entering import desk_of
from organization.views.sign_in import failure_text


def is_password_right(request: HttpRequest, form: Form) -> bool:
    """The form's password is the person's; a wrong one is told beside it and counts as a failed sign-in."""
    username = request.user.get_username()
    if authenticate(request, username=username, password=form.cleaned_data["password"]) == request.user:
        return True
    form.add_error("password", failure_text(request, username))
    return False


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def pin_change(request: HttpRequest) -> HttpResponse:
    """Set a PIN, or another one; the password is asked."""
    form = PinForm(request.POST or None)
    if form.is_valid() and is_password_right(request, form):
        try:
            services.set_pin(actor=request.actor, pin=form.cleaned_data["pin"])
        except DomainError as error:
            form.add_error(error.field, error)
        else:
            messages.success(request, _("The PIN is set."))
            return redirect("organization:profile")
    return render(request, "organization/pin_change.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@signed_in
def pin_drop(request: HttpRequest) -> HttpResponse:
    """Take one's PIN away. It opens less afterwards, so nothing is asked."""
    services.drop_pin(actor=request.actor)
    messages.success(request, _("The PIN is taken away."))
    return redirect("organization:profile")


@require_POST
@signed_in
def session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, named by ``handle``; without one, all but this."""
    handle = request.POST.get("handle", "")
    if handle:
        try:
            services.end_session(actor=request.actor, handle=handle)
        except DomainError as error:
            messages.warning(request, error.messages[0])
        else:
            messages.success(request, _("The session is ended."))
    else:
        here = request.session.session_key
        ended = services.end_own_sessions(actor=request.actor, but=here, but_desk=desk_of(request))
        text = ngettext("%(count)d session is ended.", "%(count)d sessions are ended.", ended)
        messages.success(request, text % {"count": ended})
    return redirect("organization:profile")


@never_cache
@require_GET
@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Connect a phone; while one is being connected its QR code; afterwards what is left of the recovery codes."""
    return render_factor(request)


def render_factor(request: HttpRequest, *, password: Form | None = None, code: Form | None = None) -> HttpResponse:
    user = request.user
    secret = secret_to_show(user)
    context = {
        "password_form": password or ConfirmForm(),
        "code_form": code or CodeForm(),
        "is_on": user.second_factor_at is not None,
        "is_duty": security.is_factor_missing(user, request.signed_in.role_code),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)) if secret else "",
        "qr": qr_of(address_for(user, secret)) if secret else "",
        "codes_left": RecoveryCode.objects.filter(user=user, used_at=None).count(),
    }
    status = 422 if any(form is not None and form.errors for form in (password, code)) else 200
    return render(request, "organization/second_factor.html", context, status=status)


def qr_of(text: str) -> str:
    """The QR code as SVG in the page itself: black on white whatever the theme, or phones do not read it."""
    return segno.make(text, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000", omitsize=False)


@sensitive_post_parameters("password")
@require_POST
@signed_in
def second_factor_begin(request: HttpRequest) -> HttpResponse:
    """The password first; then the QR code is shown."""
    form = ConfirmForm(request.POST)
    if form.is_valid() and is_password_right(request, form):
        try:
            services.begin_second_factor(actor=request.actor)
        except DomainError as error:
            messages.warning(request, error.messages[0])
        return redirect("organization:second_factor")
    return render_factor(request, password=form)


@sensitive_post_parameters("code")
@never_cache
@require_POST
@signed_in
def second_factor_confirm(request: HttpRequest) -> HttpResponse:
    """The first code puts the factor into force; the recovery codes are in this answer and nowhere else."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            codes = services.confirm_second_factor(actor=request.actor, code=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error(error.field, error)
        else:
            return show_codes(request, codes)
    return render_factor(request, code=form)


@sensitive_variables("codes")
def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": codes, "login": request.user.get_username()}
    return render(request, "organization/recovery_codes.html", context)


@sensitive_post_parameters()
@never_cache
@require_POST
@signed_in
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes for a password; the former ones end."""
    form = ConfirmForm(request.POST)
    if form.is_valid() and is_password_right(request, form):
        try:
            return show_codes(request, services.renew_recovery_codes(actor=request.actor))
        except DomainError as error:
            messages.warning(request, error.messages[0])
            return redirect("organization:second_factor")
    return render_factor(request, password=form)


@sensitive_post_parameters()
@never_cache
@require_POST
@signed_in
def second_factor_drop(request: HttpRequest) -> HttpResponse:
    """Disconnect the phone: the code is asked, so that a screen left open is not enough."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            is_right = services.check_code(user=request.user, code=form.cleaned_data["code"])
        except FactorLocked as error:
            form.add_error("code", error)
        else:
            if is_right:
                services.drop_second_factor(actor=request.actor)
                messages.success(request, _("The phone is disconnected."))
                return redirect("organization:profile")
            form.add_error("code", CodeWrong())
    return render_factor(request, code=form)
