"""Who stands in for an employee, and for whom they stand in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed, redirect
from organization import services
from organization.forms.substitutions import SubstitutionForm
from organization.models import Employee, Substitution
from organization.views.saving import attempt

CHANGE = "organization.change_substitution"
SHOWN_PAST = 30


@require_GET
@requires(CHANGE)
def substitution_list(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The page: substitutions of now, ahead and past, with the form for one more; a part htmx asks for is the list."""
    employee = get_object_or_404(Employee, pk=employee_id)
    context = {"form": SubstitutionForm(absent=employee), **list_context(employee)}
    is_part = "rows" in request.GET
    template = "organization/_substitution_rows.html" if is_part else "organization/substitution_list.html"
    return render(request, template, context)


def list_context(employee: Employee) -> dict[str, Any]:
    rows = Substitution.objects.filter(Q(absent=employee) | Q(substitute=employee))
    found = list(rows.select_related("absent", "substitute", "made_by", "ended_by").order_by("first_on", "pk"))
    past = [row for row in found if row.state == "over"]
    return {
        "employee": employee,
        "current": [row for row in found if row.state == "now"],
        "ahead": [row for row in found if row.state == "ahead"],
        "past": past[: -SHOWN_PAST - 1 : -1],
    }


@require_POST
@requires(CHANGE)
def substitution_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee, pk=employee_id)
    form = SubstitutionForm(request.POST, absent=employee)
    added = (
        attempt(form, services.add_substitution, actor=request.actor, absent=employee, **form.cleaned_data)  # type: ignore[attr-defined]
        if form.is_valid()
        else None
    )
    if added is None:
        context = {"form": form, "employee": employee}
        return render(request, "organization/_substitution_form.html", context, status=422)
    messages.success(request, _("The substitution is set; the substitute is told."))
    return redirect(reverse("organization:substitution_list", args=[employee.pk]))


@require_POST
@requires(CHANGE)
def substitution_end(request: HttpRequest, substitution_id: int) -> HttpResponse:
    row = get_object_or_404(Substitution, pk=substitution_id)
    try:
        services.end_substitution(actor=request.actor, substitution=row)  # type: ignore[attr-defined]
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("substitutionsChanged", toast=_("Ended: the patients are closed again."))
