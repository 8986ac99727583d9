"""Begin and end looking through other eyes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import requires, signed_in
from core.errors import DomainError
from organization import viewing
from organization.models import Employee, Role


@require_POST
@requires(viewing.RIGHT)
def view_as_begin(request: HttpRequest) -> HttpResponse:
    """Look as an ``employee`` under a ``role`` of theirs, or as a ``role`` alone: then as somebody who holds it."""
    chosen, wanted = request.POST.get("employee", ""), request.POST.get("role", "")
    role = get_object_or_404(Role.objects.active(), pk=int(wanted)) if wanted.isdigit() else None
    if chosen.isdigit():
        employee = get_object_or_404(Employee.objects.active().select_related("user"), pk=int(chosen))
        back = reverse("organization:employee_detail", args=[employee.pk])
    else:
        employee, back = None, reverse("organization:role_detail", args=[role.pk]) if role else ""
    try:
        if employee is not None:
            eyes = viewing.eyes_of_employee(employee, role)
        elif role is not None:
            eyes = viewing.eyes_of_role(request.actor, role)  # type: ignore[attr-defined]
        else:
            return redirect("organization:home")
        viewing.begin(request.session, actor=request.actor, user_id=eyes[0], role_id=eyes[1], back=back)  # type: ignore[attr-defined]
    except DomainError as error:
        messages.error(request, error.messages[0])
        return redirect(back)
    return redirect("organization:home")


@require_POST
@signed_in
def view_as_end(request: HttpRequest) -> HttpResponse:
    """Back to one's own eyes, to the page where the look began."""
    back = viewing.end(request.session)
    messages.success(request, _("You see the program with your own eyes again."))
    return redirect(back or "organization:home")
