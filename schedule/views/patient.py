"""The tab «Приёмы» of the patient card."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.access import requires
from core.context import url_if_allowed
from patients.models import Patient
from schedule import selectors
from schedule.looks import look_of
from schedule.views.place import actor_of

PER_PAGE = 50


@require_GET
@requires("schedule.view_appointment")
def patient_tab(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Everything the patient was booked for, newest first."""
    actor = actor_of(request)
    patient = get_object_or_404(Patient.objects.visible_to(actor).defer("search"), pk=patient_id)
    rows = selectors.appointments_of_patient(actor=actor, patient=patient)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "patient": patient,
        "page": page,
        "rows": [{"appointment": row, "look": look_of(row.state, row.confirmation)} for row in page],
        "now": timezone.now(),
        "book_url": url_if_allowed(actor, "schedule.book_appointment", "schedule:appointment_book"),
    }
    return render(request, "schedule/_patient_tab.html", context)
