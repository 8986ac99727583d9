"""How numbers of cards and documents are written, and where they go on from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core import counters, modules, numbering
from core.access import requires
from core.errors import DomainError
from core.htmx import with_events
from organization import services
from organization.forms.options import form_of
from organization.services.options import RIGHT
from organization.views.options import option_page, page_context

PAGE, PART = "numbering", "organization/_numbering_next.html"


class NextNumberForm(forms.Form):
    """The series, and the number it shall go on from."""

    series = forms.CharField(max_length=80)
    number = forms.IntegerField(min_value=1, label=gettext_lazy("Go on from"))


@dataclass(frozen=True)
class Line:
    """One series: the number it draws next, written as it will be seen; ``typed`` and ``errors`` when it was refused."""

    series: str
    title: str
    next_number: int
    preview: str
    typed: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """All series of one kind of documents."""

    title: Any
    lines: list[Line]


def kinds_of_numbers(refused: NextNumberForm | None = None) -> list[Kind]:
    """Every series in use, with what it draws next; two questions, one of them for all counters."""
    today = timezone.localdate()
    entries = modules.registry.entries("number_series")
    series = {entry.code: entry.series(today=today) for entry in entries}
    following = counters.next_numbers([name for names in series.values() for name in names])
    typed = refused.data.get("series", "") if refused is not None else ""

    def line(code: str, name: str, title: str) -> Line:
        known = following[name]
        is_refused = refused is not None and name == typed
        return Line(
            series=name,
            title=str(title),
            next_number=known,
            preview=numbering.number_text(code, known, year=today.year),
            typed=refused.data.get("number", "") if refused is not None and is_refused else "",
            errors=[str(text) for texts in refused.errors.values() for text in texts] if refused and is_refused else [],
        )

    return [
        Kind(entry.title, [line(entry.code, name, title) for name, title in series[entry.code].items()])
        for entry in entries
    ]


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def numbering_page(request: HttpRequest) -> HttpResponse:
    """How they are written are options like any other; where they go on from has a part of its own."""
    if request.method == "POST":
        return option_page(request, page=PAGE)
    context = {**page_context(PAGE, form_of(PAGE)), "kinds": kinds_of_numbers()}
    return render(request, "organization/numbering.html", context)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def next_number(request: HttpRequest) -> HttpResponse:
    """The part itself, drawn again after the way of writing changed; posted to, one series goes on from a number."""
    if request.method == "GET":
        return render(request, PART, {"kinds": kinds_of_numbers()})
    form = NextNumberForm(request.POST)
    if form.is_valid():
        try:
            services.set_next_number(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
            part = render(request, PART, {"kinds": kinds_of_numbers()})
            return with_events(part, toast=_("Saved. The next number is new; those given stay."))
        except DomainError as error:
            form.add_error("number", error)
    return render(request, PART, {"kinds": kinds_of_numbers(form)}, status=422)
