"""Pages drawn from declarations of options: rules and thresholds, security, notices, appearance, numbering."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import history, modules
from core.access import requires
from core.htmx import with_events
from organization import option_pages, services
from organization.errors import OptionRefused, OptionsChangedByOther
from organization.forms.options import OptionsForm, form_of
from organization.history import OPTIONS
from organization.option_pages import PAGES, field_name
from organization.services.options import RIGHT

FORM = "organization/_options_form.html"


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def option_page(request: HttpRequest, page: str) -> HttpResponse:
    """The page and its saving; ``reset`` puts one option back to what it is supplied with, and nothing else."""
    if request.method == "GET":
        return render(request, "organization/options.html", page_context(page, form_of(page)))
    if "reset" in request.POST:
        return reset(request, page, request.POST["reset"])
    form = form_of(page, request.POST)
    if form.is_valid() and save(request, form):
        return saved(request, page, form_of(page))
    return render(request, FORM, page_context(page, form), status=422)


def page_context(page: str, form: OptionsForm) -> dict[str, Any]:
    return {
        "page": PAGES[page],
        "form": form,
        "differences": form.differences(form.theirs) if hasattr(form, "theirs") else [],
    }


def save(request: HttpRequest, form: OptionsForm) -> bool:
    """Keep what was edited; a refusal is written on the form, which then goes on from what somebody else saved."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        services.change_options(actor=actor, values=form.chosen(), was=form.opened_with())
    except OptionsChangedByOther as error:
        form.theirs = error.theirs  # type: ignore[attr-defined]
        form.data = form.data.copy()
        form.data["was"] = json.dumps({**form.opened_with(), **error.theirs}, ensure_ascii=False)  # type: ignore[dict-item]
        form.add_error(None, error)
    except OptionRefused as error:
        form.add_error(field_name(error.option), error)
    else:
        return True
    return False


def saved(request: HttpRequest, page: str, form: OptionsForm) -> HttpResponse:
    answer = render(request, FORM, page_context(page, form))
    return with_events(answer, "optionsChanged", toast=_("Saved. It acts at once for everybody."))


def reset(request: HttpRequest, page: str, code: str) -> HttpResponse:
    """One option as supplied; what is typed in the other fields stays typed and is not saved."""
    option = next((option for option in option_pages.options_of(page) if option.code == code), None)
    if option is None:
        return HttpResponse(status=404)
    services.change_options(actor=request.actor, values={code: option.default}, was={})  # type: ignore[attr-defined]
    form = form_of(page)
    for other in form.declared:
        if other.code != code:
            field = form.fields[field_name(other.code)]
            name = field_name(other.code)
            form.initial[name] = field.widget.value_from_datadict(request.POST, request.FILES, name)
    opened = form_of(page, request.POST).opened_with()
    form.initial["was"] = json.dumps({**opened, code: option.default}, ensure_ascii=False)
    return saved(request, page, form)


@dataclass(frozen=True)
class OfPage:
    """The options of one page, as a record that has a history."""

    codes: list[str]


@require_GET
@requires("core.view_history")
def option_history(request: HttpRequest, page: str) -> HttpResponse:
    """Who changed which option of the page, from what to what."""
    request.actor.require(RIGHT)  # type: ignore[attr-defined]
    if page not in PAGES:
        return HttpResponse(status=404)
    codes = [option.code for option in modules.registry.options().values() if option.page == page]
    return history.answer(request, OPTIONS, OfPage(codes), title=str(PAGES[page].title))  # type: ignore[arg-type]
