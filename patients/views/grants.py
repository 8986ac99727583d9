"""Cards opened to a person by name, and the foreign card opened in an emergency."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from organization.models import Employee
from patients import selectors, services
from patients.grant_forms import CardGrantForm, ForeignCardForm
from patients.models import CardGrant, Patient
from patients.views.cards import card_of
from patients.views.edits import focused

GRANT, BREAK_GLASS = "patients.grant_card", "patients.break_glass"


@require_http_methods(["GET", "POST"])
@requires(GRANT)
def card_open(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The drawer of one card: to whom it is open by name, and the form that opens it to one more."""
    patient = card_of(request, patient_id)
    form = CardGrantForm(request.POST or None)
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and _opened(request, form, patient, form.cleaned_data["employee"]):
        return changed("grantsChanged", toast=_("The card is open to them; they are told."))
    grants = CardGrant.objects.in_force().filter(content_object=patient).select_related("user__employee", "granted_by")
    context = {"form": focused(form), "patient": patient, "grants": grants.order_by("-pk")}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/_card_open.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(GRANT)
def employee_card_open(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer of the employee's page: which card is opened to them."""
    employee = get_object_or_404(Employee, pk=employee_id)
    form = CardGrantForm(request.POST or None, employee=employee)
    picked = selectors.picked_patient(actor=request.actor, patient_id=request.POST.get("patient"))  # type: ignore[attr-defined]
    errors = []
    if request.method == "POST":
        if picked is None:
            errors = [_("Choose the patient in the card index.")]
        if form.is_valid() and picked is not None and _opened(request, form, card_of(request, picked.pk), employee):
            return changed("grantsChanged", toast=_("The card is open to them; they are told."))
    context = {"form": form, "employee": employee, "picked": picked, "errors": errors}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/_employee_card_open.html", context, status=status)


def _opened(request: HttpRequest, form: CardGrantForm, patient: Patient, employee: Employee) -> bool:
    """Open the card; False when it was refused, with the reason on the form."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    try:
        services.open_card(actor=actor, patient=patient, employee=employee, **form.term())
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error)
        return False
    return True


@require_POST
@requires(GRANT)
def card_grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    visible = Patient.objects.visible_to(request.actor).order_by().values("pk")  # type: ignore[attr-defined]
    grant = get_object_or_404(CardGrant, pk=grant_id, content_object__in=visible)
    try:
        services.end_card_grant(actor=request.actor, grant=grant)  # type: ignore[attr-defined]
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("grantsChanged", toast=_("Ended."))


@require_http_methods(["GET", "POST"])
@requires(BREAK_GLASS)
def foreign_card(request: HttpRequest) -> HttpResponse:
    """«Открыть чужую карту»: exactly who, and why. Until the act nothing is told, not even whether there is such a card."""
    form = ForeignCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            patient = services.open_foreign_card(
                actor=request.actor,  # type: ignore[attr-defined]
                identity=services.Identity(**form.identity()),
                reason=form.cleaned_data["reason"],
                address=request.META.get("REMOTE_ADDR"),
            )
            return redirect("patients:patient_card", patient.pk)
        except DomainError as error:
            form.add_error(error.field, error)
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/foreign_card.html", {"form": focused(form)}, status=status)
