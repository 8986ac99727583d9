"""Around the patient: notes, family, attending doctors, and the parts of the card they are swapped into."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from patients import selectors, services
from patients.enums import Kinship
from patients.forms import AttendingForm, FamilyForm, NoteForm
from patients.models import Patient, PatientNote
from patients.selectors import PatientCard
from patients.views import cards
from patients.views.edits import focused

PARTS = {
    "head": ("patients/_head.html", cards.head_context),
    "notes": ("patients/_notes.html", cards.part_context),
    "contacts": ("patients/_contacts.html", cards.part_context),
    "family": ("patients/_family.html", cards.part_context),
    "attending": ("patients/_attending.html", cards.part_context),
}


@require_GET
@requires("patients.view_patient")
def patient_part(request: HttpRequest, patient_id: int, part: str) -> HttpResponse:
    """One part of the card, asked for again after something changed in it."""
    if part not in PARTS:
        raise Http404(part)
    template, context_of = PARTS[part]
    patient = cards.card_of(request, patient_id)
    card = PatientCard(actor=request.actor, patient=patient, with_family=part == "family")  # type: ignore[attr-defined]
    return render(request, template, context_of(card))


@require_http_methods(["GET", "POST"])
@requires("patients.write_note")
def note_add(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The form inside the notes' own card."""
    patient = cards.card_of(request, patient_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_note(actor=request.actor, patient=patient, **form.cleaned_data)  # type: ignore[attr-defined]
        return changed("notesChanged")
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/_note_form.html", {"form": focused(form), "patient": patient}, status=status)


@require_POST
@requires("patients.write_note")
def note_archive(request: HttpRequest, patient_id: int, note_id: int) -> HttpResponse:
    patient = cards.card_of(request, patient_id)
    note = get_object_or_404(PatientNote, pk=note_id, patient=patient)
    services.archive_note(actor=request.actor, note=note)  # type: ignore[attr-defined]
    return changed("notesChanged", toast=_("The note is put away."))


@require_http_methods(["GET", "POST"])
@requires("patients.change_patient")
def family_add(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Choose a relative: they come into this patient's family, or the patient into theirs."""
    actor = request.actor  # type: ignore[attr-defined]
    patient = cards.card_of(request, patient_id)
    form = FamilyForm(request.POST or None)
    chosen = selectors.picked_patient(actor=actor, patient_id=request.POST.get("relative"))
    errors: list[str] = []
    if request.method == "POST" and form.is_valid():
        if chosen is None:
            errors = [_("Choose the relative in the card index.")]
        else:
            try:
                relative = Patient.objects.visible_to(actor).get(pk=chosen.pk)
                newcomer, host = (patient, relative) if _joins(patient, relative) else (relative, patient)
                kinship = Kinship(form.cleaned_data["kinship"])
                services.join_family(actor=actor, patient=newcomer, relative=host, kinship=kinship)
                return changed("familyChanged", toast=_("The family is saved."))
            except DomainError as error:
                errors = error.messages
    context = {"form": form, "patient": patient, "picked": chosen, "errors": errors}
    if request.method == "POST":
        return render(request, "patients/_family_form.html", context, status=422)
    return render(request, "patients/_family_drawer.html", context)


def _joins(patient: Patient, relative: Patient) -> bool:
    """Somebody without a family comes into the other's."""
    return patient.family_id is None and relative.family_id is not None


@require_POST
@requires("patients.change_patient")
def family_leave(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Take this patient out of the family."""
    try:
        services.leave_family(actor=request.actor, patient=cards.card_of(request, patient_id))  # type: ignore[attr-defined]
    except DomainError as error:
        return changed("familyChanged", toast=" ".join(error.messages), tone="warning")
    return changed("familyChanged", toast=_("Taken out of the family."))


@require_http_methods(["GET", "POST"])
@requires("patients.change_patient")
def attending_change(request: HttpRequest, patient_id: int) -> HttpResponse:
    """One doctor for each speciality the clinic has."""
    patient = cards.card_of(request, patient_id)
    form = AttendingForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_attending_doctors(actor=request.actor, patient=patient, doctors=form.choices())  # type: ignore[attr-defined]
            return changed("attendingChanged", toast=_("The attending doctors are saved."))
        except DomainError as error:
            form.add_error(None, error)
    if request.method == "POST":
        return render(request, "patients/_attending_form.html", {"form": form, "patient": patient}, status=422)
    return render(request, "patients/_attending_drawer.html", {"form": form, "patient": patient})
