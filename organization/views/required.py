"""Mandatory fields: what each role must fill in. A table of roles and fields for every option of that kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import options
from core.access import requires
from core.conflicts import Difference
from core.htmx import with_events
from core.options import Kind, Option
from organization import option_pages, services
from organization.errors import OptionsChangedByOther
from organization.models import Role
from organization.panes import PAGES
from organization.services.options import RIGHT

PAGE, PART = "required", "organization/_required_form.html"


@dataclass(frozen=True)
class Cell:
    """One tick box: its name in the form, its label, whether it is ticked."""

    name: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class Table:
    """An option as a table: a row for each of its choices, a column for each role."""

    option: Option
    anchor: str
    rows: list[tuple[Any, list[Cell]]]


def tables_of(roles: list[Role], ticked: dict[str, dict[str, list[str]]]) -> list[Table]:
    return [
        Table(
            option=option,
            anchor=option_pages.anchor(option.code),
            rows=[
                (
                    title,
                    [
                        Cell(
                            name=cell_name(option, role.pk, choice),
                            label=f"{title}: {role.name}",
                            is_ticked=choice in ticked[option.code].get(str(role.pk), []),
                        )
                        for role in roles
                    ],
                )
                for choice, title in option.choices
            ],
        )
        for option in declared()
    ]


def declared() -> list[Option]:
    return [option for option in option_pages.options_of(PAGE) if option.kind == Kind.BY_ROLE]


def cell_name(option: Option, role_id: int, choice: str) -> str:
    return f"{option_pages.field_name(option.code)}-{role_id}-{choice}"


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def required_fields(request: HttpRequest) -> HttpResponse:
    """The tables and their saving. What a role that was put away had to fill in is kept for its return."""
    roles = list(Role.objects.active().order_by("pk"))
    in_force = option_pages.values_of(declared())
    if request.method == "GET":
        return render(request, "organization/required.html", context(roles, in_force, in_force))
    ticked = {option.code: posted(request, option, roles, in_force[option.code]) for option in declared()}
    was = opened_with(request, in_force)
    try:
        services.change_options(actor=request.actor, values=ticked, was=was)  # type: ignore[attr-defined]
    except OptionsChangedByOther as error:
        theirs: Any = error.theirs
        shown = {
            **context(roles, ticked, {**was, **theirs}),
            "refusal": error,
            "differences": [
                Difference(
                    label=str(option.title),
                    theirs=option_pages.in_words(option, theirs[option.code]),
                    yours=option_pages.in_words(option, ticked[option.code]),
                )
                for option in declared()
                if option.code in theirs
            ],
        }
        return render(request, PART, shown, status=422)
    saved = {code: options.value(code) for code in in_force}
    return with_events(
        render(request, PART, context(roles, saved, saved)), toast=_("Saved. It acts at once for everybody.")
    )


def context(roles: list[Role], ticked: dict[str, Any], was: dict[str, Any]) -> dict[str, Any]:
    return {
        "page": PAGES[PAGE],
        "roles": roles,
        "tables": tables_of(roles, ticked),
        "was": json.dumps(was, ensure_ascii=False),
    }


def posted(request: HttpRequest, option: Option, roles: list[Role], kept: dict[str, list[str]]) -> dict[str, list[str]]:
    """The ticks by role, in the order of the choices; roles without any are left out, so that nothing equals nothing."""
    shown = {str(role.pk) for role in roles}
    ticked = {role: entries for role, entries in kept.items() if role not in shown}
    for role in roles:
        entries = [choice for choice, _title in option.choices if cell_name(option, role.pk, choice) in request.POST]
        if entries:
            ticked[str(role.pk)] = entries
    return ticked


def opened_with(request: HttpRequest, in_force: dict[str, Any]) -> dict[str, Any]:
    """What the page showed when it was opened."""
    try:
        known = json.loads(request.POST.get("was", "") or "{}")
    except ValueError:
        known = {}
    return {code: known.get(code, value) for code, value in in_force.items()} if isinstance(known, dict) else in_force
