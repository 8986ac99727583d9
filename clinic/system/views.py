"""The system page of the settings, for whoever looks after the server."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from clinic.system import services
from clinic.system.selectors import system_state
from core.access import requires
from core.errors import DomainError
from core.htmx import changed, wants_part
from core.http import Request

CHANGED = "systemChanged"


@require_GET
@requires("core.view_system")
def system_page(request: Request) -> HttpResponse:
    """The page, or the part of it that asks for itself every ten seconds."""
    actor = request.actor
    context = {
        "state": system_state(user_id=actor.user_id),
        "may_retry": actor.can("core.retry_fact"),
        "may_back_up": actor.can("clinic.make_backup"),
    }
    return render(request, "clinic/_system.html" if wants_part(request) else "clinic/system.html", context)


@require_POST
@requires("core.retry_fact")
def fact_retry(request: Request, delivery_id: int) -> HttpResponse:
    return _retried(services.retry_facts(actor=request.actor, delivery_id=delivery_id))


@require_POST
@requires("core.retry_fact")
def fact_retry_all(request: Request) -> HttpResponse:
    return _retried(services.retry_facts(actor=request.actor))


def _retried(count: int) -> HttpResponse:
    if not count:
        return changed(
            CHANGED, toast=_("Nothing to try again: it is done already, or being tried right now."), tone="info"
        )
    words = ngettext("%(count)d event is being tried again.", "%(count)d events are being tried again.", count)
    return changed(CHANGED, toast=words % {"count": count})


@require_POST
@requires("clinic.make_backup")
def backup_start(request: Request) -> HttpResponse:
    try:
        services.start_backup(actor=request.actor)
    except DomainError as error:
        return changed(CHANGED, toast=error.messages[0], tone="danger", status=409)
    return changed(CHANGED, toast=_("The copy has begun."))
