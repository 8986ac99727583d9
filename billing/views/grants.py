"""Desks given to a person by name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing import services
from billing.forms import DeskGrantForm
from billing.models import CashDeskGrant
from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from organization.models import Employee

RIGHTS = "organization.change_rights"


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def desk_give(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer of the employee's page."""
    employee = get_object_or_404(Employee, pk=employee_id)
    actor: Any = request.actor
    form = DeskGrantForm(request.POST or None, employee=employee)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_desk(actor=actor, employee=employee, desk=form.cleaned_data["desk"], **form.term())
            return changed("grantsChanged", toast=_("Saved. It acts at once."))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    status = 422 if request.method == "POST" else 200
    return render(request, "billing/_desk_give.html", {"form": form, "employee": employee}, status=status)


@require_POST
@requires(RIGHTS)
def desk_grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    try:
        services.end_desk_grant(actor=request.actor, grant=get_object_or_404(CashDeskGrant, pk=grant_id))
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("grantsChanged", toast=_("Ended."))
