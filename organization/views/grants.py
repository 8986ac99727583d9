"""«Отдельные разрешения»: what is open to one person by name. Cards and desks are drawn by their own apps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import modules
from core.access import requires
from core.actor import Actor
from core.errors import DomainError
from core.htmx import changed
from organization import services
from organization.declared_reports import report_titles
from organization.forms.substitutions import ReportGrantForm
from organization.models import Employee, ReportGrant, Substitution
from organization.views.saving import attempt

VIEW, RIGHTS = "organization.view_employee", "organization.change_rights"


def grants_context(actor: Actor, employee: Employee) -> dict[str, Any]:
    """The panel of the employee's page: what each app opens by name, and who stands in for whom now."""
    entries = [e for e in modules.registry.entries("panels", actor=actor) if e.place == "employee_grants"]
    context: dict[str, Any] = {
        "employee": employee,
        "grant_parts": [part for _entry, part in modules.each_part(entries, actor=actor, subject=employee)],
        "may_open_reports": actor.can(RIGHTS),
        "may_substitute": actor.can("organization.change_substitution"),
    }
    if context["may_open_reports"]:
        titles = report_titles()
        rows = ReportGrant.objects.in_force().of_user(employee.user_id).select_related("content_object", "granted_by")
        context["reports"] = [
            {"grant": row, "title": titles.get(row.content_object.code, row.content_object.code)} for row in rows
        ]
    if context["may_substitute"]:
        now = timezone.now()
        rows = Substitution.objects.filter(ends_at__gt=now).select_related("absent", "substitute")
        context["substitutions"] = [row for row in rows if employee.pk in (row.absent_id, row.substitute_id)]
    return context


@require_GET
@requires(VIEW)
def employee_grants(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee, pk=employee_id)
    return render(request, "organization/_grants.html", grants_context(request.actor, employee))  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def report_open(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer that opens one report to one person."""
    employee = get_object_or_404(Employee, pk=employee_id)
    form = ReportGrantForm(request.POST or None, titles=report_titles())
    if form.is_valid() and attempt(
        form,
        services.open_report,
        actor=request.actor,  # type: ignore[attr-defined]
        employee=employee,
        report=form.cleaned_data["report"],
        **form.term(),
    ):
        return changed("grantsChanged", toast=_("Saved. It acts at once."))
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_report_open.html", {"form": form, "employee": employee}, status=status)


@require_POST
@requires(RIGHTS)
def report_grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    try:
        services.end_report_grant(actor=request.actor, grant=get_object_or_404(ReportGrant, pk=grant_id))  # type: ignore[attr-defined]
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("grantsChanged", toast=_("Ended."))
