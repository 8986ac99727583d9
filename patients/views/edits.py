"""Drawers that change a card: add, change, phones, archive."""

import json
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import requires
from core.addresses import address
from core.context import url_if_allowed
from core.errors import ChangedByOther, DomainError
from core.htmx import changed, redirect, wants_part
from patients import selectors, services
from patients.errors import FieldsMissing, PossibleDuplicate
from patients.forms import ArchiveForm, PatientAddForm, PatientChangeForm, PhoneFormSet, tell_missing
from patients.models import Patient
from patients.views.cards import card_of


@dataclass(frozen=True)
class Difference:
    """A field in which the typed version and the saved one differ."""

    label: str
    yours: str
    theirs: str


@require_http_methods(["GET", "POST"])
@requires("patients.add_patient")
def patient_add(request: HttpRequest) -> HttpResponse:
    """The short form. ``?q=`` begins it; ``?then=pick`` tells the picker that asked, ``?then=booking`` goes on to book."""
    then = request.POST.get("then") or request.GET.get("then", "")
    demanded = services.demanded_of(request.actor)  # type: ignore[attr-defined]
    if request.method == "GET":
        begun = PatientAddForm.initial_from(request.GET.get("q", ""))
        return _add_answer(request, PatientAddForm(initial=begun, demanded=demanded), then)
    form = PatientAddForm(request.POST, demanded=demanded)
    if form.is_valid():
        try:
            return _added(request, _saved(request, form), then)
        except PossibleDuplicate as error:
            return _add_answer(request, form, then, duplicate=error)
        except FieldsMissing as error:
            tell_missing(form, error.missing)
        except DomainError as error:
            form.add_error(error.field, error)
    return _add_answer(request, form, then)


def _saved(request: HttpRequest, form: PatientAddForm) -> Patient:
    """The new card; with ``relative`` posted it goes into that patient's family."""
    actor = request.actor  # type: ignore[attr-defined]
    card = dict(form.cleaned_data)
    relative = request.POST.get("relative", "")
    if not (relative and actor.can("patients.change_patient")):
        return services.add_patient(actor=actor, **card)
    card.pop("confirmed_different")
    host = get_object_or_404(Patient.objects.visible_to(actor), pk=relative if relative.isdecimal() else 0)
    return services.add_relative(actor=actor, relative=host, **card)


def _add_answer(
    request: HttpRequest, form: PatientAddForm, then: str, duplicate: PossibleDuplicate | None = None
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "form": focused(form),
        "then": then,
        "book_url": url_if_allowed(actor, "schedule.book_appointment", "schedule:appointment_book"),
    }
    if duplicate is not None:
        visible = _visible_candidates(request, duplicate)
        context |= {
            "duplicate": duplicate,
            "candidates": visible,
            "has_hidden": len(visible) < len(duplicate.candidates),
            "can_join": actor.can("patients.change_patient"),
        }
    if request.method == "POST":
        return render(request, "patients/_patient_add_form.html", context, status=422)
    part = "patients/_patient_add_modal.html" if then == "pick" else "patients/_patient_add_drawer.html"
    return render(request, part if wants_part(request) else "patients/patient_add.html", context)


def _visible_candidates(request: HttpRequest, duplicate: PossibleDuplicate) -> list[dict[str, Any]]:
    """Candidates whose cards the actor may open, ready for display, each with what agrees."""
    lines = selectors.suggestions_of(
        actor=request.actor,  # type: ignore[attr-defined]
        patient_ids=[found.patient.pk for found in duplicate.candidates],
        text=request.POST.get("phone", ""),
    )
    candidates = {found.patient.pk: found for found in duplicate.candidates}
    return [{"line": line, "found": candidates[line.pk]} for line in lines]


def _added(request: HttpRequest, patient: Patient, then: str) -> HttpResponse:
    """Tell the page by ``patientAdded`` with the id; then go on to where the person was heading."""
    toast = _("Card no. %(number)s is made.") % {"number": patient.card_number_text}
    events = {"patientAdded": {"id": patient.pk}, "toast": {"text": toast, "tone": "success"}}
    if then == "booking":
        book_url = url_if_allowed(request.actor, "schedule.book_appointment", "schedule:appointment_book")  # type: ignore[attr-defined]
        if book_url:
            answer = render(request, "patients/_patient_added.html", {"url": f"{book_url}?patient={patient.pk}"})
            answer["HX-Retarget"], answer["HX-Reswap"] = "#drawer", "innerHTML"
            answer["HX-Trigger"] = json.dumps({**events, "closeModal": None})
            return answer
    if then == "pick":
        answer = HttpResponse(status=204)
    else:
        answer = redirect(address("patients:patient_card", patient.pk))
        events.pop("toast")  # the page it would be shown on is left
    answer["HX-Trigger"] = json.dumps(events)
    return answer


@require_http_methods(["GET", "POST"])
@requires("patients.change_patient")
def patient_change(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The edit drawer; over somebody's newer version it shows both."""
    patient = card_of(request, patient_id)
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "GET":
        form = PatientChangeForm(instance=patient, actor=actor)
        return render(request, "patients/_patient_change_drawer.html", {"form": form, "patient": patient})
    form = PatientChangeForm(request.POST, instance=patient, actor=actor)
    differences: list[Difference] = []
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            is_draft = bool(request.POST.get("is_draft"))
            services.change_patient(actor=actor, patient=patient, version=version, is_draft=is_draft, **form.changes())
            return changed("patientChanged", toast=_("The card is saved."))
        except ChangedByOther as error:
            patient = card_of(request, patient_id)
            mine = form.changed_data
            form, theirs = form.over_newer(patient)  # saving again is then over the version that is shown now
            differences = _differences(form, patient, mine=mine, theirs=theirs)
            form.add_error(None, error)
        except FieldsMissing as error:
            tell_missing(form, error.missing)
        except DomainError as error:
            form.add_error(error.field, error)
    context = {"form": focused(form), "patient": patient, "differences": differences}
    return render(request, "patients/_patient_change_form.html", context, status=422)


def _differences(form: PatientChangeForm, saved: Patient, *, mine: list[str], theirs: list[str]) -> list[Difference]:
    """Both versions of every field that either side changed; what only they changed is in the form already."""
    form.full_clean()
    return [
        Difference(
            label=str(form.fields[name].label),
            yours=_shown(form, name, form.cleaned_data.get(name)) if name in mine else _("not changed"),
            theirs=_shown(form, name, getattr(saved, name)),
        )
        for name in form.edited_fields()
        if name in mine or name in theirs
    ]


def _shown(form: PatientChangeForm, name: str, value: Any) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:%d.%m.%Y}" if hasattr(value, "strftime") else str(value or "–")


@require_http_methods(["GET", "POST"])
@requires("patients.change_patient")
def patient_phones(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The card's phones, the first one the main one; only for who sees them whole."""
    request.actor.require("patients.view_phone")  # type: ignore[attr-defined]
    patient = card_of(request, patient_id)
    version: int | None = patient.version
    refusal: DomainError | None = None
    if request.method == "POST":
        formset = PhoneFormSet(request.POST)
        posted = request.POST.get("version", "")
        version = int(posted) if posted.isdigit() else 0
        if formset.is_valid():
            entries = [services.PhoneEntry(**row) for row in formset.cleaned_data if row.get("number")]
            try:
                services.set_phones(actor=request.actor, patient=patient, version=version, entries=entries)  # type: ignore[attr-defined]
                return changed("patientChanged", toast=_("The phones are saved."))
            except ChangedByOther as error:
                refusal, version = error, patient.version
            except DomainError as error:
                refusal = error
    else:
        formset = PhoneFormSet(initial=list(patient.phones.values("number", "note")))
    current = selectors.card_details(actor=request.actor, patient_id=patient.pk).phones  # type: ignore[attr-defined]
    context = {"formset": formset, "patient": patient, "version": version, "refusal": refusal, "current": current}
    if request.method == "POST":
        return render(request, "patients/_patient_phones_form.html", context, status=422)
    return render(request, "patients/_patient_phones_drawer.html", context)


@require_http_methods(["GET", "POST"])
@requires("patients.archive_patient")
def patient_archive(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The question why, in the modal; then the card is put away."""
    patient = card_of(request, patient_id)
    form = ArchiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.archive_patient(actor=request.actor, patient=patient, **form.cleaned_data)  # type: ignore[attr-defined]
            return changed("patientChanged", toast=_("The card is in the archive."))
        except DomainError as error:
            form.add_error(error.field, error)
    context = {"form": focused(form), "patient": patient}
    if request.method == "POST":
        return render(request, "patients/_patient_archive_form.html", context, status=422)
    return render(request, "patients/_patient_archive_modal.html", context)


@require_POST
@requires("patients.archive_patient")
def patient_restore(request: HttpRequest, patient_id: int) -> HttpResponse:
    services.restore_patient(actor=request.actor, patient=card_of(request, patient_id))  # type: ignore[attr-defined]
    return changed("patientChanged", toast=_("The card is back in the index."))


def focused(form: Form) -> Any:
    """The form with the focus on its first refused field, or on its first one."""
    names = [name for name in form.fields if not form.fields[name].widget.is_hidden]
    if form.is_bound:
        names = [name for name in names if name in form.errors]
    if names:
        form.fields[names[0]].widget.attrs["autofocus"] = True
    return form
