"""Employees: the list, the card, the login, the archive."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tables2 import RequestConfig

from core import history
from core.access import requires
from core.conflicts import differences
from core.errors import DomainError
from core.htmx import changed, redirect, with_events
from organization import selectors, services
from organization.filters import EmployeeFilter
from organization.forms.people import EmployeeForm, EmployeeLoginForm
from organization.history import EMPLOYEE
from organization.models import Employee
from organization.person_rights import personal_rows
from organization.tables import EmployeeTable
from organization.views.grants import grants_context
from organization.views.saving import attempt, newer_version, rights_on_page

VIEW, CHANGE, RIGHTS = "organization.view_employee", "organization.change_employee", "organization.change_rights"
PART = "organization/_employee_form.html"
# Letters and digits nobody mixes up when a password is read aloud.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_LENGTH = 12


@require_GET
@requires(VIEW)
def employee_list(request: HttpRequest) -> HttpResponse:
    found = EmployeeFilter(request.GET, queryset=selectors.employees_shown(with_archived=True))
    table = EmployeeTable(found.qs)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {"filter": found, "table": table, **rights_on_page(request, CHANGE)}
    return render(request, "organization/employee_list.html", context)


@require_GET
@requires(CHANGE)
def employee_new(request: HttpRequest) -> HttpResponse:
    return render(request, "organization/employee_detail.html", form_context(request))


@require_POST
@requires(CHANGE)
def employee_add(request: HttpRequest) -> HttpResponse:
    form = EmployeeForm(request.POST, may_set_roles=request.actor.can(RIGHTS))
    employee = attempt(form, services.add_employee, actor=request.actor, **form.chosen()) if form.is_valid() else None
    if employee is None:
        return render(request, PART, form_context(request, form=form), status=422)
    messages.success(request, _("The employee is added. To let them sign in, set a login."))
    return redirect(reverse("organization:employee_detail", args=[employee.pk]))


@require_GET
@requires(VIEW)
def employee_detail(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    context = form_context(request, employee)
    context["permissions"] = personal_rows(employee)
    context["may_view_as"] = request.actor.can("organization.view_as")
    context |= grants_context(request.actor, employee)
    return render(request, "organization/employee_detail.html", context)


def form_context(
    request: HttpRequest, employee: Employee | None = None, form: EmployeeForm | None = None
) -> dict[str, Any]:
    """The page or its form; after a conflict the form comes with both versions and the newer one's number."""
    may_set_roles = request.actor.can(RIGHTS)
    newer = newer_version(form) if form else None
    context = {
        "employee": newer or employee,
        "form": form or EmployeeForm(instance=employee, may_set_roles=may_set_roles),
        "may_set_roles": may_set_roles,
        "may_dismiss": request.actor.can("organization.dismiss_employee"),
        **rights_on_page(request, CHANGE),
    }
    if newer is not None and form is not None:
        saved = EmployeeForm(instance=newer, may_set_roles=may_set_roles)
        context["differences"] = differences(typed=form, saved=saved)
    return context


@require_POST
@requires(CHANGE)
def employee_change(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee, pk=employee_id)
    form = EmployeeForm(request.POST, instance=employee, may_set_roles=request.actor.can(RIGHTS))
    if form.is_valid():
        saved = attempt(
            form,
            services.change_employee,
            actor=request.actor,
            employee=employee,
            version=form.cleaned_data["version"],
            **form.chosen(),
        )
        if saved is not None:
            return with_events(
                render(request, PART, form_context(request, saved)), "employeeChanged", toast=_("Saved.")
            )
    return render(request, PART, form_context(request, employee, form), status=422)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def employee_login(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer with login and password; the password is shown while it is typed, to be told to the person."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    has_login = employee.user.has_usable_password()
    initial = {"username": employee.user.username if has_login else "", "must_change_password": True}
    form = EmployeeLoginForm(request.POST or None, initial=initial, is_password_needed=not has_login)
    if form.is_valid() and attempt(
        form, services.set_login, field="password", actor=request.actor, employee=employee, **form.cleaned_data
    ):
        return changed("loginChanged", toast=_("The login is set."))
    context = {"form": form, "employee": employee, "has_login": has_login, "suggestion": suggested_password()}
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_employee_login.html", context, status=status)


def suggested_password() -> str:
    """A random password that is easy to read aloud."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _letter in range(PASSWORD_LENGTH))


@require_GET
@requires(VIEW)
def employee_login_state(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    context = {"employee": employee, **rights_on_page(request, CHANGE)}
    return render(request, "organization/_employee_login_state.html", context)


@require_POST
@requires(CHANGE)
def employee_login_remove(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(Employee, pk=employee_id)
    try:
        services.remove_login(actor=request.actor, employee=employee)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("loginChanged", toast=_("The login is closed."))


@require_POST
@requires(CHANGE)
def employee_archive(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Put a person who left away, or take them back with ``restore=1``."""
    employee = get_object_or_404(Employee, pk=employee_id)
    is_back = bool(request.POST.get("restore"))
    act = services.restore_employee if is_back else services.archive_employee
    try:
        act(actor=request.actor, employee=employee)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    messages.success(request, _("Taken back.") if is_back else _("Put away. The login is closed."))
    return redirect(reverse("organization:employee_detail", args=[employee.pk]))


@require_GET
@requires("core.view_history")
def employee_history(request: HttpRequest, employee_id: int) -> HttpResponse:
    request.actor.require(VIEW)
    employee = get_object_or_404(Employee, pk=employee_id)
    return history.answer(request, EMPLOYEE, employee, title=employee.full_name)
