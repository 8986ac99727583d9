"""Modules on and off, and keys of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import modules
from core.access import requires
from core.errors import DomainError
from core.htmx import changed, with_events
from core.models import ModuleState
from organization import services
from organization.errors import ModuleUnknown
from organization.forms.rights import TokenForm
from organization.models import ApiToken
from organization.views.saving import attempt

SWITCH, TOKENS = "core.switch_module", "organization.issue_token"


@dataclass(frozen=True)
class ModuleRow:
    """``is_switched_on`` is what the switch says; ``waits_for`` are modules it needs that are off."""

    module: modules.Module
    is_switched_on: bool
    waits_for: list[modules.Module]
    needed_by: list[modules.Module]


def module_rows() -> list[ModuleRow]:
    switched_off = set(ModuleState.objects.filter(is_on=False).values_list("code", flat=True))
    every = modules.registry.all()
    return [
        ModuleRow(
            module=module,
            is_switched_on=module.code not in switched_off,
            waits_for=[other for other in every if other.code in module.requires and not modules.is_on(other.code)],
            needed_by=[other for other in every if module.code in other.requires],
        )
        for module in every
    ]


@require_GET
@requires(SWITCH)
def module_list(request: HttpRequest) -> HttpResponse:
    return render(request, "organization/module_list.html", modules_context())


def modules_context() -> dict[str, Any]:
    rows = module_rows()
    return {
        "add_ons": [row for row in rows if not row.module.is_base],
        "base": [row for row in rows if row.module.is_base],
    }


@require_POST
@requires(SWITCH)
def module_switch(request: HttpRequest, code: str) -> HttpResponse:
    """On or off for everybody at once; the page is drawn anew, since its own navigation may change."""
    try:
        services.switch_module(actor=request.actor, code=code, is_on=request.POST.get("is_on") == "1")
    except ModuleUnknown as error:
        raise Http404 from error
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    response = changed(toast=_("Saved. It acts at once for everybody."))
    response["HX-Refresh"] = "true"
    return response


@require_GET
@requires(TOKENS)
def token_list(request: HttpRequest) -> HttpResponse:
    """Keys that work, and with ``?archived=1`` those that are over."""
    is_archive = request.GET.get("archived") == "1"
    tokens = ApiToken.objects.select_related("employee", "role", "branch").filter(revoked_at__isnull=not is_archive)
    return render(request, "organization/token_list.html", {"tokens": tokens, "is_archive": is_archive})


@require_http_methods(["GET", "POST"])
@requires(TOKENS)
def token_issue(request: HttpRequest) -> HttpResponse:
    """The drawer that makes a key, and shows it this once."""
    form = TokenForm(request.POST or None)
    issued = attempt(form, services.issue_token, actor=request.actor, **form.chosen()) if form.is_valid() else None
    if issued is not None:
        token, key = issued
        part = render(request, "organization/_token_issued.html", {"token": token, "key": key})
        return with_events(part, "tokensChanged")
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_token_issue.html", {"form": form}, status=status)


@require_POST
@requires(TOKENS)
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    services.revoke_token(actor=request.actor, token=get_object_or_404(ApiToken, pk=token_id))
    return changed("tokensChanged", toast=_("The key is revoked."))
