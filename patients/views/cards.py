"""The list and the card."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from core import history, modules
from core.access import requires
from core.actor import Actor, Scope
from core.addresses import address
from core.context import url_if_allowed
from core.htmx import wants_part
from core.modules import Part
from patients import selectors
from patients.filters import PatientFilter
from patients.history import card_trail
from patients.models import Patient
from patients.opening import logs_card_opening
from patients.selectors import PatientCard


@dataclass(frozen=True)
class ShownTab:
    code: str
    title: str
    url: str
    page_url: str
    is_current: bool


@require_GET
@requires("patients.view_patient")
def patient_list(request: HttpRequest) -> HttpResponse:
    """The card index: search, filters and pages in the url."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = PatientFilter(request.GET, queryset=Patient.objects.visible_to(actor), request=request)
    page = selectors.patient_page(
        actor=actor,
        cards=chosen.qs,
        newest_first=request.GET.get("order") == "new",
        after=_number(request.GET.get("after")),
        before=_number(request.GET.get("before")),
    )
    context = {
        "filter": chosen,
        "page": page,
        "facts": selectors.fact_columns(actor=actor),
        "first_query": _query(request),
        "before_query": _query(request, before=page.before),
        "after_query": _query(request, after=page.after),
        "is_filtered": any(request.GET.get(name) for name in ("q", "state", "branch", "doctor")),
        "is_own_only": actor.scope("patients.view_patient") == Scope.OWN,
        "has_branches": len(actor.branch_ids) > 1,
        "can_add": actor.can("patients.add_patient"),
        "can_break_glass": actor.can("patients.break_glass") and actor.scope("patients.view_patient") != Scope.ALL,
    }
    if wants_part(request):
        return render(request, "patients/_patient_list.html", context)
    if not context["is_own_only"]:
        context["doctors"] = selectors.doctor_choices()
    return render(request, "patients/patient_list.html", context)


@require_GET
@logs_card_opening("card")
@requires("patients.view_patient")
def patient_card(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The card with one of its tabs (``?tab=``)."""
    actor = request.actor  # type: ignore[attr-defined]
    patient = card_of(request, patient_id)
    tabs = shown_tabs(actor=actor, patient=patient, current=request.GET.get("tab", ""))
    current = next(tab for tab in tabs if tab.is_current)
    card = PatientCard(actor=actor, patient=patient, with_family=current.code == "overview")
    context = {"tabs": tabs, "current": current, **head_context(card)}
    if current.code == "overview":
        context |= overview_context(card)
    book_url = url_if_allowed(actor, "schedule.book_appointment", "schedule:appointment_book")
    if book_url and not patient.is_archived:
        context["book_url"] = f"{book_url}?patient={patient.pk}"  # N books the patient whose card is open
    return render(request, "patients/patient_card.html", context)


@require_GET
@requires("patients.view_patient")
def patient_overview(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The first tab: three columns of panels."""
    patient = card_of(request, patient_id)
    if not wants_part(request):
        return redirect("patients:patient_card", patient.pk)
    card = PatientCard(actor=request.actor, patient=patient, with_family=True)  # type: ignore[attr-defined]
    return render(request, "patients/_overview.html", overview_context(card))


@require_GET
@requires("core.view_history")
def patient_history(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The tab of changes: who changed what on the card, newest first; further pages are rows alone."""
    patient = card_of(request, patient_id)
    if not wants_part(request):
        return redirect(f"{address('patients:patient_card', patient.pk)}?tab=history")
    number = _number(request.GET.get("page")) or 1
    trail = card_trail(sees_phones=request.actor.can("patients.view_phone"))  # type: ignore[attr-defined]
    acts, has_more = history.acts_of(trail, patient, page=number)
    template = "patients/_history.html" if number == 1 else "core/_history_acts.html"
    return render(request, template, {"acts": acts, "next_page": number + 1 if has_more else 0})


def card_of(request: HttpRequest, patient_id: int) -> Patient:
    """The patient of the url, if the role in force may open the card; else 404, as if there were none."""
    cards = Patient.objects.visible_to(request.actor).defer("search")  # type: ignore[attr-defined]
    return get_object_or_404(cards, pk=patient_id)


def head_context(card: PatientCard) -> dict[str, Any]:
    """What the white strip shows."""
    return {
        **part_context(card),
        "actions": _panels("patient_actions", card),
        "can_archive": card.actor.can("patients.archive_patient"),
        "can_grant": card.actor.can("patients.grant_card"),
    }


def overview_context(card: PatientCard) -> dict[str, Any]:
    """Panels of other apps go left and middle by turns, in their order; the side ones under our notes and contacts."""
    panels = _panels("patient_overview", card)
    return {
        **part_context(card),
        "left": panels[0::2],
        "middle": panels[1::2],
        "side": _panels("patient_overview_side", card),
    }


def part_context(card: PatientCard) -> dict[str, Any]:
    """What each of our own parts needs; the card asks for what they show."""
    return {
        "card": card,
        "patient": card.patient,
        "can_change": card.actor.can("patients.change_patient"),
        "can_see_phones": card.actor.can("patients.view_phone"),
        "can_write_notes": card.actor.can("patients.write_note"),
        "sees_all": card.actor.scope("patients.view_patient") == Scope.ALL,
    }


def shown_tabs(*, actor: Actor, patient: Patient, current: str) -> list[ShownTab]:
    """Tabs of all apps that are on and allowed; an unknown one in the url means the first."""
    entries = modules.registry.entries("patient_tabs", actor=actor)
    codes = [entry.code for entry in entries]
    current = current if current in codes else codes[0]
    page = address("patients:patient_card", patient.pk)
    return [
        ShownTab(
            code=entry.code,
            title=str(entry.title),
            url=address(entry.route, patient.pk),
            page_url=page if entry.code == codes[0] else f"{page}?tab={entry.code}",
            is_current=entry.code == current,
        )
        for entry in entries
    ]


def _panels(place: str, card: PatientCard) -> list[Part]:
    entries = [entry for entry in modules.registry.entries("panels", actor=card.actor) if entry.place == place]
    return [part for _entry, part in modules.each_part(entries, actor=card.actor, subject=card.patient)]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _query(request: HttpRequest, **changes: int | None) -> str:
    query: QueryDict = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = str(value)
    return query.urlencode()
