"""Branches: requisites, the week, rooms and chairs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import history
from core.access import requires
from core.conflicts import differences
from core.errors import DomainError
from core.htmx import changed, redirect, with_events
from organization import selectors, services
from organization.forms.places import BranchForm, HoursForm
from organization.history import BRANCH
from organization.models import Branch
from organization.views.rooms import rooms_context
from organization.views.saving import attempt, newer_version, rights_on_page

VIEW, CHANGE = "organization.view_clinic", "organization.change_clinic"
PART = "organization/_branch_form.html"


@require_GET
@requires(VIEW)
def branch_list(request: HttpRequest) -> HttpResponse:
    """Branches with their week and the number of chairs; with ``?archived=1`` the closed ones."""
    is_archive = request.GET.get("archived") == "1"
    branches = (
        Branch.objects.filter(archived_at__isnull=not is_archive)
        .select_related("legal_entity")
        .prefetch_related("hours")
        .annotate(
            chair_count=Count("rooms__chairs", filter=Q(rooms__chairs__archived_at=None, rooms__archived_at=None)),
        )
    )
    rows = [(branch, selectors.week_in_words(branch.hours.all())) for branch in branches]
    context = {"rows": rows, "is_archive": is_archive, **rights_on_page(request, CHANGE)}
    return render(request, "organization/branch_list.html", context)


@require_GET
@requires(CHANGE)
def branch_new(request: HttpRequest) -> HttpResponse:
    context = {"form": BranchForm(), "hours_form": HoursForm(hours=selectors.USUAL_WEEK), "place": None}
    return render(request, "organization/branch_detail.html", {**context, "may_change": True})


@require_POST
@requires(CHANGE)
def branch_add(request: HttpRequest) -> HttpResponse:
    form, hours_form = BranchForm(request.POST), HoursForm(request.POST, hours={})
    branch = None
    if form.is_valid() & hours_form.is_valid():
        branch = attempt(form, services.add_branch, actor=request.actor, hours=hours_form.hours(), **form.chosen())
    if branch is None:
        context = {"form": form, "hours_form": hours_form, "place": None, "may_change": True}
        return render(request, PART, context, status=422)
    messages.success(request, _("The branch is added. Now add its rooms and chairs."))
    return redirect(reverse("organization:branch_detail", args=[branch.pk]))


@require_GET
@requires(VIEW)
def branch_detail(request: HttpRequest, branch_id: int) -> HttpResponse:
    branch = get_object_or_404(Branch.objects.select_related("legal_entity"), pk=branch_id)
    context = {**form_context(request, branch), **rooms_context(request, branch)}
    return render(request, "organization/branch_detail.html", context)


def form_context(request: HttpRequest, branch: Branch) -> dict[str, Any]:
    """The branch as it is saved now, ready to be changed."""
    return {
        "place": branch,
        "form": BranchForm(instance=branch),
        "hours_form": HoursForm(hours=selectors.week_of(branch)),
        **rights_on_page(request, CHANGE),
    }


@require_POST
@requires(CHANGE)
def branch_change(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Save the branch and its week together."""
    branch = get_object_or_404(Branch, pk=branch_id)
    form, hours_form = BranchForm(request.POST, instance=branch), HoursForm(request.POST, hours={})
    if form.is_valid() & hours_form.is_valid():
        saved = attempt(
            form,
            services.change_branch,
            actor=request.actor,
            branch=branch,
            version=form.cleaned_data["version"],
            hours=hours_form.hours(),
            **form.chosen(),
        )
        if saved is not None:
            return with_events(render(request, PART, form_context(request, saved)), "branchChanged", toast=_("Saved."))
    context = {**form_context(request, branch), "form": form, "hours_form": hours_form}
    newer = newer_version(form)
    if newer is not None:
        fresh = form_context(request, newer)
        context["place"] = newer
        context["differences"] = [
            *differences(typed=form, saved=fresh["form"]),
            *differences(typed=hours_form, saved=fresh["hours_form"]),
        ]
    return render(request, PART, context, status=422)


@require_POST
@requires(CHANGE)
def branch_archive(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Close a branch, or open it again with ``restore=1``."""
    branch = get_object_or_404(Branch, pk=branch_id)
    act = services.restore_branch if request.POST.get("restore") else services.archive_branch
    try:
        act(actor=request.actor, branch=branch)
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    messages.success(request, _("Taken back.") if request.POST.get("restore") else _("Put away."))
    return redirect(reverse("organization:branch_detail", args=[branch.pk]))


@require_GET
@requires("core.view_history")
def branch_history(request: HttpRequest, branch_id: int) -> HttpResponse:
    request.actor.require(VIEW)
    return history.answer(request, BRANCH, get_object_or_404(Branch, pk=branch_id))
