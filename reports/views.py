"""The director's overview."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import requires
from core.htmx import wants_part
from core.modules import each_part, registry
from reports import selectors
from reports.forms import OverviewForm
from reports.periods import Period, PeriodKind

SEE = "reports.view_dashboard"
COLUMNS = (1, 2, 3)


@require_GET
@requires(SEE)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The page: ``?period=day|month|quarter|year&on=&branch=id|all``; the part alone when something of today changed."""
    actor = request.actor  # type: ignore[attr-defined]
    period = OverviewForm(request.GET).period_for(actor)
    # Taken before the figures: what changes meanwhile makes a newer stamp, and the page asks again.
    stamp = selectors.dashboard_stamp(actor=actor, argument=period.branch_value)
    context = {
        "period": period,
        "kinds": PeriodKind.choices,
        "branches": period.own_branches,
        "columns": columns(request, period),
        "stamp": stamp,
        "address": request.get_full_path(),
    }
    return render(request, "reports/_overview.html" if wants_part(request) else "reports/dashboard.html", context)


def columns(request: HttpRequest, period: Period) -> list[list[dict[str, Any]]]:
    """The tiles of every module that is on, as far as the role may see them, in their columns."""
    actor = request.actor  # type: ignore[attr-defined]
    entries = registry.entries("tiles", actor=actor)
    drawn = list(each_part(entries, actor=actor, period=period))
    return [
        [{"code": entry.code, "part": part} for entry, part in drawn if entry.column == column] for column in COLUMNS
    ]


@require_GET
@requires(SEE)
def set_off_list(request: HttpRequest) -> HttpResponse:
    """The drawer: who has both a debt and an advance."""
    actor = request.actor  # type: ignore[attr-defined]
    period = OverviewForm(request.GET).period_for(actor)
    entities = {branch.legal_entity_id for branch in period.branches}
    context = {
        "rows": selectors.people_to_set_off(actor=actor, legal_entity_ids=entities),
        "has_entities": len(entities) > 1,
        "can_settle": actor.can("billing.take_payment"),
        "can_open_card": actor.can("patients.view_patient"),
    }
    return render(request, "reports/_set_off_drawer.html", context)
