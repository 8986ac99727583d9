"""Personal rights of one employee, and what they may do in the end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from organization import services
from organization.forms.rights import PersonalRightForm
from organization.models import Employee, EmployeePermission, Role
from organization.person_rights import person_rights, personal_rows, role_looked_at
from organization.views.saving import attempt

RIGHTS = "organization.change_rights"


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def personal_right_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer that widens, caps or denies one person's right for a period."""
    employee = get_object_or_404(Employee, pk=employee_id)
    form = PersonalRightForm(request.POST or None)
    if form.is_valid() and attempt(
        form, services.set_personal_permission, actor=request.actor, employee=employee, **form.chosen()
    ):
        return changed("personalRightsChanged", toast=_("Saved. It acts at once."))
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_personal_right.html", {"form": form, "employee": employee}, status=status)


@require_GET
@requires(RIGHTS)
def personal_rights(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee, pk=employee_id)
    context = {
        "employee": employee,
        "permissions": personal_rows(employee),
        "may_view_as": request.actor.can("organization.view_as"),  # type: ignore[attr-defined]
    }
    return render(request, "organization/_personal_rights.html", context)


@require_GET
@requires(RIGHTS)
def effective_rights(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer with everything the person may do under one of their roles, and where each comes from."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    chosen = request.GET.get("role", "")
    wanted = Role.objects.filter(pk=int(chosen)).first() if chosen.isdigit() else None
    role = role_looked_at(employee, wanted)
    context = {
        "employee": employee,
        "roles": employee.roles.filter(archived_at=None).order_by("pk"),
        "person_rights": person_rights(employee, role) if role else None,
    }
    return render(request, "organization/_effective_rights.html", context)


@require_POST
@requires(RIGHTS)
def personal_right_end(request: HttpRequest, permission_id: int) -> HttpResponse:
    permission = get_object_or_404(EmployeePermission, pk=permission_id)
    try:
        services.end_personal_permission(actor=request.actor, permission=permission)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("personalRightsChanged", toast=_("Ended."))
