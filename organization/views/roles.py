"""Roles and their rights, and the personal rights of people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import history
from core.access import requires
from core.errors import DomainError
from core.htmx import changed, redirect, with_events
from organization import rights_page, selectors, services
from organization.forms.rights import PersonalRightForm, RightForm, RoleForm
from organization.history import ROLE
from organization.models import Employee, EmployeePermission, Role
from organization.views.saving import attempt, rights_on_page

RIGHTS = "organization.change_rights"


def roles_context(request: HttpRequest, role: Role) -> dict[str, Any]:
    """The page of one role: all roles in the navigation, its rights by module as the url filters them."""
    search, show = request.GET.get("q", ""), request.GET.get("show", "all")
    show = show if show in rights_page.SHOWN else "all"
    holders = Count("employees", filter=Q(employees__archived_at=None))
    return {
        "role": role,
        "roles": Role.objects.active().annotate(people=holders).order_by("pk"),
        "groups": rights_page.groups_of(role, search=search, show=show),
        "counts": rights_page.counts_of(role),
        "q": search,
        "show": show,
        **rights_on_page(request, RIGHTS),
    }


@require_GET
@requires(RIGHTS)
def role_list(request: HttpRequest) -> HttpResponse:
    """Opens at the first role, so that the rights are seen at once."""
    role = Role.objects.active().order_by("pk").first()
    if role is None:
        raise Http404
    return render(request, "organization/role_detail.html", roles_context(request, role))


@require_GET
@requires(RIGHTS)
def role_detail(request: HttpRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(Role, pk=role_id)
    return render(request, "organization/role_detail.html", roles_context(request, role))


@require_POST
@requires(RIGHTS)
def role_right(request: HttpRequest, role_id: int) -> HttpResponse:
    """Give or take one right; it acts at once for everybody who works under the role."""
    role = get_object_or_404(Role, pk=role_id)
    form = RightForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.set_role_permission(actor=request.actor, role=role, **form.cleaned_data)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    group, row = rights_page.group_of(role, form.cleaned_data["code"])
    context = {"row": row, "role": role, "group": group, "counts": rights_page.counts_of(role)}
    return with_events(render(request, "organization/_right_answer.html", context), toast=_("Saved. It acts at once."))


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def role_add(request: HttpRequest) -> HttpResponse:
    """The drawer for a role of the clinic's own."""
    form = RoleForm(request.POST or None)
    role = attempt(form, services.add_role, actor=request.actor, **form.cleaned_data) if form.is_valid() else None
    if role is not None:
        messages.success(request, _("The role is added. Check its rights."))
        return redirect(reverse("organization:role_detail", args=[role.pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_role_add.html", {"form": form}, status=status)


@require_GET
@requires("core.view_history")
def role_history(request: HttpRequest, role_id: int) -> HttpResponse:
    request.actor.require(RIGHTS)
    return history.answer(request, ROLE, get_object_or_404(Role, pk=role_id))


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def personal_right_add(request: HttpRequest, employee_id: int) -> HttpResponse:
    """The drawer that widens or narrows one person's rights for a period."""
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
    context = {"employee": employee, "permissions": selectors.personal_permissions(employee)}
    return render(request, "organization/_personal_rights.html", context)


@require_POST
@requires(RIGHTS)
def personal_right_end(request: HttpRequest, permission_id: int) -> HttpResponse:
    permission = get_object_or_404(EmployeePermission, pk=permission_id)
    try:
        services.end_personal_permission(actor=request.actor, permission=permission)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("personalRightsChanged", toast=_("Ended."))
