"""Changing the person at a shared desk: choose yourself among those who signed in here today, and type your PIN."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.access import public
from organization import security, selectors, services
from organization.errors import PinLocked
from organization.forms.sign_in import DeskForm
from organization.sessions import BY_PIN
from organization.views.entering import admit, desk_of


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def desk(request: HttpRequest) -> HttpResponse:
    """Names of this browser's people alone; the former person's session ends when somebody takes over."""
    if not security.is_pin_switching_on():
        raise Http404("switching by PIN is off")
    people = list(services.people_at_desk(desk_of(request)))
    here = request.user.pk if request.user.is_authenticated else None
    form = DeskForm(request.POST or None, people=people, chosen=next((u.pk for u in people if u.pk != here), here))
    if form.is_valid():
        user = next(user for user in people if user.pk == form.cleaned_data["person"])
        try:
            is_right = services.check_pin(user=user, pin=form.cleaned_data["pin"])
        except PinLocked as error:
            form.add_error("pin", error)
        else:
            if is_right and selectors.roles_of(user.pk).exists():
                return admit(request, user, by=BY_PIN)
            form.refuse_pin()
    context = {"form": form, "people": people, "here": here}
    return render(request, "organization/desk.html", context, status=422 if form.errors else 200)
