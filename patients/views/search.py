"""Find as you type: the box in the bar, and the picker inside other forms."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from core.access import requires
from core.addresses import address
from patients import selectors


@require_GET
@requires("patients.view_patient")
def patient_suggest(request: HttpRequest) -> HttpResponse:
    """Options of the bar's search box; the last one adds the person who was not found."""
    text = request.GET.get("q", "").strip()
    context = {
        "suggestions": selectors.patient_suggestions(actor=request.actor, text=text),
        "text": text,
        "add_url": _add_url(request, q=text),
    }
    return _part("patients/_patient_suggestions.html", context)


@require_GET
@requires("patients.view_patient")
def patient_pick(request: HttpRequest) -> HttpResponse:
    """The picker: ``?field=`` names it; with ``patient`` it holds that one, with ``q`` it answers options."""
    field = request.GET.get("field", "patient")
    context: dict[str, object] = {"field_name": field, "add_url": _add_url(request, then="pick")}
    if "q" in request.GET:
        text = request.GET["q"].strip()
        context["suggestions"] = selectors.patient_suggestions(actor=request.actor, text=text, with_archived=False)
        context["add_url"] = _add_url(request, q=text, then="pick")
        return _part("patients/_patient_options.html", context)
    context["picked"] = selectors.picked_patient(actor=request.actor, patient_id=request.GET.get("patient"))
    context["takes_focus"] = True
    return _part("patients/_patient_picker.html", context)


def _part(template: str, context: dict[str, Any]) -> HttpResponse:
    """These parts show nothing of the frame, so what its templates need is not gathered for every letter typed."""
    return HttpResponse(render_to_string(template, context))


def _add_url(request: HttpRequest, **query: str) -> str:
    if not request.actor.can("patients.add_patient"):  # type: ignore[attr-defined]
        return ""
    return f"{address('patients:patient_add')}?{urlencode(query)}"
