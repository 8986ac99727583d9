"""The logs of changes and of views, for the director."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, exports, journal
from core.access import requires
from core.htmx import wants_part
from patients import logs, selectors
from patients.logs import ChangeLogForm, LogForm


@require_GET
@requires("core.view_history")
def change_log(request: HttpRequest) -> HttpResponse:
    """Every change of every record, newest first; further pages are rows alone."""
    form = ChangeLogForm(request.GET, actor=request.actor)  # type: ignore[attr-defined]
    entries, following = [], None
    if form.is_valid():
        entries, following = journal.page(
            request.actor,  # type: ignore[attr-defined]
            form.asked(),
            journal.Place.parse(request.GET.get("after", "")),
        )
    context = {"acts": journal.acts(entries), "next_url": _next_url(request, str(following or ""))}
    if wants_part(request) and "after" in request.GET:
        return render(request, "patients/_change_log_rows.html", context)
    return render(request, "patients/change_log.html", {**context, **_frame(request, form)})


@require_POST
@requires("core.export_log")
def change_log_export(request: HttpRequest) -> HttpResponseBase:
    """The log asked for as a file, the newest rows of it."""
    request.actor.require("core.view_history")  # type: ignore[attr-defined]
    form = ChangeLogForm(request.POST, actor=request.actor)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _refused(request, form, "patients/change_log.html")
    asked = form.asked()
    _record(request, "changes", form, journal.count(request.actor, asked))  # type: ignore[attr-defined]
    head = [
        _("When"), _("Who"), _("Role"), _("IP address"), _("Page"), _("Records"), _("Patient"), _("What"), _("Field"),
        _("Was"), _("Became"),
    ]  # fmt: skip
    return exports.csv_answer("changes", head, _changes(journal.every_entry(request.actor, asked)))  # type: ignore[attr-defined]


def _changes(entries: Any) -> Any:
    """One line for each changed field; a row without any has one line of its own."""
    for entry in entries:
        told = [
            clock.format_moment(entry.at, timezone.get_current_timezone()), entry.person, entry.role, entry.address,
            entry.page, entry.kind, entry.patient, f"{entry.line.subject} · {entry.line.verb}",
        ]  # fmt: skip
        for change in entry.line.changes:
            yield [*told, change.label, change.old, change.new]
        if not entry.line.changes:
            yield [*told, "", "", ""]


@require_GET
@requires("patients.view_openings")
def opening_log(request: HttpRequest) -> HttpResponse:
    """Who opened whose card, newest first; further pages are rows alone."""
    form = LogForm(request.GET, actor=request.actor)  # type: ignore[attr-defined]
    rows, following = logs.openings_page(form, request.GET.get("after", "")) if form.is_valid() else ([], "")
    context = {"openings": rows, "next_url": _next_url(request, following)}
    if wants_part(request) and "after" in request.GET:
        return render(request, "patients/_opening_log_rows.html", context)
    return render(request, "patients/opening_log.html", {**context, **_frame(request, form)})


@require_POST
@requires("core.export_log")
def opening_log_export(request: HttpRequest) -> HttpResponseBase:
    """The views asked for as a file, the newest rows of it."""
    request.actor.require("patients.view_openings")  # type: ignore[attr-defined]
    form = LogForm(request.POST, actor=request.actor)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _refused(request, form, "patients/opening_log.html")
    _record(request, "openings", form, logs.openings(form)[: logs.EXPORT_AT_MOST].count())
    head = [_("When"), _("Who"), _("Role"), _("IP address"), _("Patient"), _("Card no."), _("Page"), _("Reason")]
    zone = timezone.get_current_timezone()
    rows = (
        [
            clock.format_moment(row.at, zone), row.employee or "", row.role_name, row.address or "", row.patient,
            row.patient.card_number or "", row.page, row.reason,
        ]
        for row in logs.every_opening(form)
    )  # fmt: skip
    return exports.csv_answer("views", head, rows)


def _record(request: HttpRequest, what: str, form: LogForm, rows: int) -> None:
    exports.record_export(
        actor=request.actor,  # type: ignore[attr-defined]
        what=what,
        filters=form.told(),
        rows=rows,
        address=request.META.get("REMOTE_ADDR"),
    )


def _refused(request: HttpRequest, form: LogForm, template: str) -> HttpResponse:
    return render(request, template, {"acts": [], "openings": [], "next_url": "", **_frame(request, form)}, status=422)


def _frame(request: HttpRequest, form: LogForm) -> dict[str, Any]:
    picked = None
    if form.is_valid() and form.cleaned_data.get("patient"):
        picked = selectors.picked_patient(actor=request.actor, patient_id=form.cleaned_data["patient"])  # type: ignore[attr-defined]
    return {
        "form": form,
        "picked": picked,
        "can_export": request.actor.can("core.export_log"),  # type: ignore[attr-defined]
        "most_rows": logs.EXPORT_AT_MOST,
    }


def _next_url(request: HttpRequest, after: str) -> str:
    """The rows after those shown, under the same filters."""
    if not after:
        return ""
    query = {name: value for name, value in request.GET.items() if name != "after"}
    return f"{request.path}?{urlencode({**query, 'after': after})}"
