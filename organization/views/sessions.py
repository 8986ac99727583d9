"""Everybody's open sessions, and ending them; and what the director undoes on somebody's sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from organization import services
from organization.models import Employee
from organization.sessions import open_sessions

RIGHT = "organization.end_sessions"
CHANGE = "organization.change_employee"


@require_GET
@requires(RIGHT)
def session_list(request: HttpRequest) -> HttpResponse:
    """Who is signed in where, the last seen first."""
    found = open_sessions(here=request.session.session_key)
    people = len({row.employee.pk for row in found})
    context = {"sessions": found, "people": people, "others": sum(not row.is_here for row in found)}
    return render(request, "organization/session_list.html", context)


@require_POST
@requires(RIGHT)
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End one session (``handle``), all of a person (``employee``), or with ``all`` everybody's; never this one."""
    here = request.session.session_key
    handle, employee_id = request.POST.get("handle", ""), request.POST.get("employee", "")
    try:
        if handle:
            services.end_session(actor=request.actor, handle=handle)
            ended = 1
        elif employee_id.isdigit():
            employee = get_object_or_404(Employee, pk=int(employee_id))
            ended = services.end_sessions_of(actor=request.actor, employee=employee, but=here)
        elif request.POST.get("all"):
            ended = services.end_all_sessions(actor=request.actor, but=here)
        else:
            return redirect("organization:session_list")
    except DomainError as error:
        messages.warning(request, error.messages[0])
    else:
        text = ngettext("%(count)d session is ended.", "%(count)d sessions are ended.", ended)
        messages.success(request, text % {"count": ended})
    return redirect("organization:session_list")


@require_POST
@requires(CHANGE)
def factor_reset(request: HttpRequest, employee_id: int) -> HttpResponse:
    """For somebody who lost the phone."""
    employee = get_object_or_404(Employee, pk=employee_id)
    try:
        services.reset_second_factor(actor=request.actor, employee=employee)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("loginChanged", toast=_("The second factor is reset; the person connects a phone anew."))


@require_POST
@requires(CHANGE)
def login_unlock(request: HttpRequest, employee_id: int) -> HttpResponse:
    """End a lock-out after wrong passwords, PINs or codes before its time."""
    employee = get_object_or_404(Employee, pk=employee_id)
    try:
        services.unlock_login(actor=request.actor, employee=employee)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    return changed("loginChanged", toast=_("The person may sign in again."))
