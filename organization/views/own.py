"""Where a person starts, and what they set for themselves."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import public, signed_in
from core.context import rail
from core.htmx import changed
from organization import security, selectors, services
from organization.enums import Theme
from organization.forms.sign_in import OwnPasswordForm
from organization.sessions import open_sessions
from organization.views.entering import desk_of, next_address
from organization.views.sign_in import failure_text


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the role's own navigation."""
    items = rail(request)
    return redirect(items[0].url if items else "organization:profile")


@require_GET
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """The person's own page: roles, branches, how the program looks, the password."""
    context = {
        "employee": request.user.employee,
        "roles": selectors.roles_of(request.user.pk),
        "languages": settings.LANGUAGES,
        "themes": Theme,
        "sessions": open_sessions(here=request.session.session_key, user_id=request.user.pk),
        "is_pin_useful": security.is_pin_switching_on(),
        "is_factor_possible": security.is_factor_possible(),
    }
    return render(request, "organization/profile.html", context)


class PreferenceForm(forms.Form):
    """Any one of the preferences; those that were not sent stay."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    is_sound_on = forms.TypedChoiceField(
        choices=[("1", "on"), ("0", "off")], coerce=lambda typed: typed == "1", required=False, empty_value=None
    )


@require_POST
@public
def preference_change(request: HttpRequest) -> HttpResponse:
    """Language, theme, sound. Before the sign-in only the browser remembers them."""
    form = PreferenceForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    chosen = {name: value for name, value in form.cleaned_data.items() if name in form.data}
    if request.actor is not None and chosen:
        services.change_preferences(actor=request.actor, **chosen)
    if request.htmx:
        with override(chosen.get("language") or request.LANGUAGE_CODE):
            response = changed(toast=_("Saved."))
    else:
        response = redirect(next_address(request) or "organization:home")
    year = 365 * 24 * 3600
    if "language" in chosen:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen["language"], max_age=year, samesite="Lax")
    if "theme" in chosen:
        response.set_cookie("zubr_theme", chosen["theme"], max_age=year, samesite="Lax")
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password of one's own; the old one is asked, and its failures count as failed sign-ins."""
    form = OwnPasswordForm(request.POST or None)
    if form.is_valid():
        username = request.user.get_username()
        if authenticate(request, username=username, password=form.cleaned_data["old_password"]) is None:
            form.add_error("old_password", failure_text(request, username))
        else:
            try:
                user = services.change_own_password(actor=request.actor, password=form.cleaned_data["new_password"])
            except ValidationError as error:
                form.add_error("new_password", error)
            else:
                update_session_auth_hash(request, user)
                services.end_own_sessions(
                    actor=request.actor, but=request.session.session_key, but_desk=desk_of(request)
                )
                messages.success(request, _("The password is changed."))
                return redirect("organization:home")
    is_old = security.is_password_old(request.user)
    context = {"form": form, "is_duty": request.user.must_change_password or is_old, "is_old": is_old}
    return render(request, "organization/password_change.html", context, status=422 if form.errors else 200)
