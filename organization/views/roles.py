"""Roles and their rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import get_object_or_404, render
from django.shortcuts import redirect as lead
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import history, modules
from core.access import requires
from core.errors import ChangedByOther, DomainError
from core.htmx import changed, redirect, with_events
from organization import rights_page, services
from organization.effective import Held
from organization.forms.rights import RoleForm, RoleNameForm
from organization.history import ROLE
from organization.models import Employee, Role
from organization.person_rights import person_rights, role_looked_at
from organization.rights_page import Typed
from organization.views.saving import attempt, newer_version, rights_on_page

RIGHTS = "organization.change_rights"
FILTERS = ("q", "show", "module", "employee")  # what of the page's state lives in its address


@require_GET
@requires(RIGHTS)
def role_list(request: HttpRequest) -> HttpResponse:
    """Opens at the first role, so that the rights are seen at once."""
    role = Role.objects.active().order_by("pk").first()
    if role is None:
        raise Http404
    return render_page(request, role)


@require_GET
@requires(RIGHTS)
def role_detail(request: HttpRequest, role_id: int) -> HttpResponse:
    return render_page(request, get_object_or_404(Role, pk=role_id))


def render_page(
    request: HttpRequest, role: Role, typed: Typed | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page of one role, or after a refusal with what was typed on it, beside what others saved meanwhile."""
    state = page_state(request)
    shown = rights_page.Filter(state.get("q", ""), state.get("show", "all"), state.get("module", ""))
    groups = rights_page.groups_of(role, changes=typed.changes if typed else None, shown=shown)
    holders = Count("employees", filter=Q(employees__archived_at=None))
    roles = list(Role.objects.annotate(people=holders).order_by("pk"))
    context = {
        "role": role,
        "people": next(other.people for other in roles if other.pk == role.pk),
        "built_in": [other for other in roles if other.code and not other.is_archived],
        "own": [other for other in roles if not other.code and not other.is_archived],
        "archived": [other for other in roles if other.is_archived],
        "groups": groups,
        "counts": rights_page.counts_of(groups),
        "has_base": rights_page.base_of(role) is not None,
        "shown": shown,
        "refusal": refusal,
        "differences": rights_page.conflicts_of(role, typed) if typed else [],
        **person_context(role, state.get("employee", ""), typed.changes if typed else {}),
        **rights_on_page(request, RIGHTS),
        "may_view_as": request.actor.can("organization.view_as"),  # type: ignore[attr-defined]
    }
    template = "organization/_rights.html" if request.htmx else "organization/role_detail.html"  # type: ignore[attr-defined]
    response = render(request, template, context, status=status)
    if request.htmx:  # type: ignore[attr-defined]
        response["HX-Retarget"], response["HX-Reswap"] = "#rights", "outerHTML"
        with_events(response, "closeModal")
    return response


def page_state(request: HttpRequest) -> Mapping[str, str]:
    """Filters and the chosen person: of this address, or of the page a form of it was sent from."""
    if request.method == "GET":
        return request.GET
    return QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)


def person_context(role: Role, chosen: str, changes: Mapping[str, Held]) -> dict[str, Any]:
    """The column of one person's effective rights: the one chosen, or the first who holds the role."""
    people = list(
        Employee.objects.active().filter(roles__archived_at=None).select_related("user").distinct().order_by("sort_key")
    )
    holders = set(role.employees.values_list("pk", flat=True))
    person = next((one for one in people if str(one.pk) == chosen), None)
    person = person or next((one for one in people if one.pk in holders), people[0] if people else None)
    looked_at = role_looked_at(person, role) if person else None
    rights = None
    if person is not None and looked_at is not None:
        rights = person_rights(person, looked_at, changes if looked_at.pk == role.pk else None)
    return {
        "holders": [one for one in people if one.pk in holders],
        "other_people": [one for one in people if one.pk not in holders],
        "person": person,
        "person_rights": rights,
    }


@require_GET
@requires(RIGHTS)
def role_person(request: HttpRequest, role_id: int) -> HttpResponse:
    """The column of one person's effective rights; ``changes`` are those of the page that are not saved."""
    role = get_object_or_404(Role, pk=role_id)
    try:
        changes = changes_of_address(request.GET.get("changes", ""))
    except ValueError:
        return HttpResponseBadRequest()
    context = {
        "role": role,
        **person_context(role, request.GET.get("employee", ""), changes),
        "may_view_as": request.actor.can("organization.view_as"),  # type: ignore[attr-defined]
    }
    return render(request, "organization/_person_rights.html", context)


def changes_of_address(text: str) -> dict[str, Held]:
    """«code=branch:10,code=off» as the page's script writes it. Raises: ValueError."""
    known = modules.registry.permissions()
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    return {code: rights_page.held_of(key) for code, _equals, key in pairs if code in known}


@require_POST
@requires(RIGHTS)
def role_rights(request: HttpRequest, role_id: int) -> HttpResponse:
    """First shows what would change and for how many people; saves all of it together once that is confirmed."""
    role = get_object_or_404(Role, pk=role_id)
    try:
        typed, version = rights_page.typed_of(request.POST), int(request.POST.get("version", ""))
    except ValueError:
        return HttpResponseBadRequest()
    if version != role.version:
        return render_page(request, role, typed, refusal=str(ChangedByOther.text), status=422)
    if not typed.changes:
        return changed(toast=_("Nothing is changed."), tone="info") if request.htmx else lead(page_of(role, request))  # type: ignore[attr-defined]
    if "confirmed" not in request.POST:
        return ask(request, role, typed)
    try:
        services.set_role_permissions(actor=request.actor, role=role, version=version, changes=typed.changes)  # type: ignore[attr-defined]
    except DomainError as error:
        role.refresh_from_db()
        return render_page(request, role, typed, refusal=error.messages[0], status=422)
    messages.success(request, _("Saved. It acts at once."))
    return redirect(page_of(role, request)) if request.htmx else lead(page_of(role, request))  # type: ignore[attr-defined]


def page_of(role: Role, request: HttpRequest) -> str:
    """The role's page as it was narrowed."""
    state = page_state(request)
    query = urlencode({name: state[name] for name in FILTERS if state.get(name)})
    return reverse("organization:role_detail", args=[role.pk]) + (f"?{query}" if query else "")


def ask(request: HttpRequest, role: Role, typed: Typed) -> HttpResponse:
    """The dialog before saving: each change, the dangerous ones marked, and how many people it reaches."""
    rows = [row for group in rights_page.groups_of(role, changes=typed.changes) for row in group.rows if row.is_unsaved]
    context = {
        "role": role,
        "rows": rows,
        "dangerous": sum(row.permission.is_dangerous and row.now.scope is not None for row in rows),
        "people": role.employees.filter(archived_at=None).count(),
        "fields": rights_page.fields_of(typed),
    }
    template = "organization/_role_save.html" if request.htmx else "organization/role_save.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def role_add(request: HttpRequest) -> HttpResponse:
    """The drawer for a role of the clinic's own, made by copying."""
    form = RoleForm(request.POST or None, initial={"like": request.GET.get("like")})
    role = attempt(form, services.add_role, actor=request.actor, **form.cleaned_data) if form.is_valid() else None  # type: ignore[attr-defined]
    if role is not None:
        messages.success(request, _("The role is added. Check its rights."))
        return redirect(reverse("organization:role_detail", args=[role.pk]))
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/_role_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@requires(RIGHTS)
def role_change(request: HttpRequest, role_id: int) -> HttpResponse:
    """The drawer with the role's name."""
    role = get_object_or_404(Role, pk=role_id)
    form = RoleNameForm(request.POST or None, initial={"name": role.name, "version": role.version})
    if form.is_valid() and attempt(
        form,
        services.rename_role,
        actor=request.actor,
        role=role,
        **form.cleaned_data,  # type: ignore[attr-defined]
    ):
        messages.success(request, _("Saved."))
        return redirect(reverse("organization:role_detail", args=[role.pk]))
    context = {"form": form, "role": role, "newer": newer_version(form)}
    return render(request, "organization/_role_name.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires(RIGHTS)
def role_archive(request: HttpRequest, role_id: int) -> HttpResponse:
    """Put a role away, or take it back with ``restore=1``."""
    role = get_object_or_404(Role, pk=role_id)
    is_back = bool(request.POST.get("restore"))
    act = services.restore_role if is_back else services.archive_role
    try:
        act(actor=request.actor, role=role)  # type: ignore[attr-defined]
    except DomainError as error:
        return changed(toast=error.messages[0], tone="danger", status=409)
    messages.success(request, _("Taken back.") if is_back else _("Put away."))
    return redirect(reverse("organization:role_detail", args=[role.pk]))


@require_GET
@requires("core.view_history")
def role_history(request: HttpRequest, role_id: int) -> HttpResponse:
    request.actor.require(RIGHTS)  # type: ignore[attr-defined]
    return history.answer(request, ROLE, get_object_or_404(Role, pk=role_id))
