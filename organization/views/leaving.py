"""An employee leaves: what they hold, who takes it, what would come of it, and the act itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.access import requires
from core.htmx import redirect
from organization import services
from organization.forms.leaving import SuccessorsForm
from organization.leaving import holdings_of
from organization.models import Employee
from organization.services.leaving import RIGHT, Leaving
from organization.views.saving import attempt

PAGE, PART = "organization/leaving.html", "organization/_leaving.html"


@require_GET
@requires(RIGHT)
def leaving(request: HttpRequest, employee_id: int) -> HttpResponse:
    """What the person holds, each kind with a choice of who takes it."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    return render(request, PAGE, _context(employee))


@require_POST
@requires(RIGHT)
def leaving_try(request: HttpRequest, employee_id: int) -> HttpResponse:
    """What the choices would lead to; nothing is changed."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    form = SuccessorsForm(request.POST, holdings=holdings_of(employee))
    tried = _attempt(request, form, employee, services.try_leaving)
    return render(request, PART, _context(employee, form, tried=tried), status=200 if tried else 422)


@require_POST
@requires(RIGHT)
def leave(request: HttpRequest, employee_id: int) -> HttpResponse:
    """Hand over; with nothing left behind the person is gone. A second click finds them gone already."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=employee_id)
    form = SuccessorsForm(request.POST, holdings=holdings_of(employee))
    done = _attempt(request, form, employee, services.let_leave)
    if done is None:
        return render(request, PART, _context(employee, form), status=422)
    if done.is_gone:
        messages.success(request, _("%(name)s has left. The login is closed.") % {"name": employee.short_name})
        return redirect(reverse("organization:employee_detail", args=[employee.pk]))
    return render(request, PART, _context(employee, done=done))


def _attempt(request: HttpRequest, form: SuccessorsForm, employee: Employee, act: object) -> Leaving | None:
    if not form.is_valid():
        return None
    return attempt(form, act, actor=request.actor, employee=employee, successors=form.successors())  # type: ignore[arg-type, attr-defined]


def _context(
    employee: Employee,
    form: SuccessorsForm | None = None,
    *,
    tried: Leaving | None = None,
    done: Leaving | None = None,
) -> dict[str, object]:
    result = tried or done
    left = len(result.left) if result else 0
    words = ngettext("%(count)d appointment stays", "%(count)d appointments stay", left)
    return {
        "employee": employee,
        "form": form or SuccessorsForm(holdings=holdings_of(employee)),
        "tried": tried,
        "done": done,
        "left_words": words % {"count": left},
    }
