"""Legal entities."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import history
from core.access import requires
from core.conflicts import differences
from core.errors import DomainError
from core.htmx import changed, redirect, with_events
from organization import services
from organization.forms.places import LegalEntityForm
from organization.history import LEGAL_ENTITY
from organization.models import LegalEntity
from organization.views.saving import attempt, newer_version, rights_on_page

VIEW, CHANGE = "organization.view_clinic", "organization.change_clinic"
PART = "organization/_entity_form.html"


@require_GET
@requires(VIEW)
def entity_list(request: HttpRequest) -> HttpResponse:
    """Active legal entities; with ``?archived=1`` those that were put away."""
    is_archive = request.GET.get("archived") == "1"
    entities = LegalEntity.objects.prefetch_related("branches").filter(archived_at__isnull=not is_archive)
    return render(
        request,
        "organization/entity_list.html",
        {"entities": entities, "is_archive": is_archive, **rights_on_page(request, CHANGE)},
    )


@require_GET
@requires(CHANGE)
def entity_new(request: HttpRequest) -> HttpResponse:
    return render(request, "organization/entity_detail.html", form_context(request))


@require_POST
@requires(CHANGE)
def entity_add(request: HttpRequest) -> HttpResponse:
    form = LegalEntityForm(request.POST)
    entity = attempt(form, services.add_legal_entity, actor=request.actor, **form.chosen()) if form.is_valid() else None
    if entity is None:
        return render(request, PART, form_context(request, form=form), status=422)
    messages.success(request, _("The legal entity is added."))
    return redirect(reverse("organization:entity_detail", args=[entity.pk]))


@require_GET
@requires(VIEW)
def entity_detail(request: HttpRequest, entity_id: int) -> HttpResponse:
    entity = get_object_or_404(LegalEntity, pk=entity_id)
    return render(request, "organization/entity_detail.html", form_context(request, entity))


def form_context(
    request: HttpRequest, entity: LegalEntity | None = None, form: LegalEntityForm | None = None
) -> dict[str, Any]:
    """The page or its form; after a conflict the form comes with both versions and the newer one's number."""
    newer = newer_version(form) if form else None
    context = {
        "form": form or LegalEntityForm(instance=entity),
        "entity": newer or entity,
        **rights_on_page(request, CHANGE),
    }
    if newer is not None and form is not None:
        context["differences"] = differences(typed=form, saved=LegalEntityForm(instance=newer))
    return context


@require_POST
@requires(CHANGE)
def entity_change(request: HttpRequest, entity_id: int) -> HttpResponse:
    entity = get_object_or_404(LegalEntity, pk=entity_id)
    form = LegalEntityForm(request.POST, instance=entity)
    if form.is_valid():
        version = form.cleaned_data["version"]
        saved = attempt(
            form, services.change_legal_entity, actor=request.actor, entity=entity, version=version, **form.chosen()
        )
        if saved is not None:
            return with_events(render(request, PART, form_context(request, saved)), toast=_("Saved."))
    return render(request, PART, form_context(request, entity, form), status=422)


@require_POST
@requires(CHANGE)
def entity_archive(request: HttpRequest, entity_id: int) -> HttpResponse:
    """Put away, or take back with ``restore=1``."""
    entity = get_object_or_404(LegalEntity, pk=entity_id)
    act = services.restore_legal_entity if request.POST.get("restore") else services.archive_legal_entity
    try:
        act(actor=request.actor, entity=entity)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    messages.success(request, _("Taken back.") if request.POST.get("restore") else _("Put away."))
    return redirect(reverse("organization:entity_detail", args=[entity.pk]))


@require_GET
@requires("core.view_history")
def entity_history(request: HttpRequest, entity_id: int) -> HttpResponse:
    request.actor.require(VIEW)
    return history.answer(request, LEGAL_ENTITY, get_object_or_404(LegalEntity, pk=entity_id))
