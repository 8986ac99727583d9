"""The doctor's own screen: today's patients, who waits now, one press to invite."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core import clock, modules, options
from core.access import requires
from core.errors import DomainError
from core.htmx import changed, wants_part
from organization.selectors import OwnBranch
from schedule import selectors, services
from schedule.choices import LATE, WARN
from schedule.enums import AppointmentState
from schedule.forms import StateForm
from schedule.looks import look_of
from schedule.steps import next_steps
from schedule.views.appointment import refusal_text
from schedule.views.place import actor_of, chosen_day, current_branch, held_appointment

RUN = "schedule.run_appointment"
WAITING = (AppointmentState.ARRIVED, AppointmentState.READY)


@require_GET
@requires(RUN)
def my_day(request: HttpRequest) -> HttpResponse:
    """Own patients of a day (``?date=``); the list draws itself anew when somebody comes."""
    branch = current_branch(request)
    template = "schedule/_my_day.html" if wants_part(request) else "schedule/my_day.html"
    return render(request, template, my_day_context(request, branch))


def my_day_context(request: HttpRequest, branch: OwnBranch) -> dict[str, Any]:
    actor, on = actor_of(request), chosen_day(request, branch.zone)
    stamp = selectors.my_day_stamp(actor=actor, argument=on.isoformat())
    rows = list(selectors.my_day(actor=actor, on=on, zone=branch.zone))
    marks = selectors.marks_of(actor=actor, appointments=rows)
    entries = [
        entry for entry in modules.registry.entries("panels", actor=actor) if entry.place == "appointment_actions"
    ]
    return {
        "rows": [
            {
                "appointment": row,
                "look": look_of(row.state, row.confirmation),
                "marks": marks[row.pk],
                "steps": next_steps(actor=actor, appointment=row),
                "is_waiting": row.state in WAITING,
                "is_now": row.state == AppointmentState.IN_CHAIR,
                "actions": [part for _entry, part in modules.each_part(entries, actor=actor, subject=row)],
            }
            for row in rows
        ],
        "on": on,
        "is_today": on == clock.localdate(branch.zone),
        "watch": f"my_day:{on.isoformat()}",
        "stamp": stamp,
        "now": timezone.now(),
        "warn_minutes": options.value(WARN),
        "late_minutes": options.value(LATE),
        "counts": day_counts(rows),
    }


def day_counts(rows: list[Any]) -> dict[str, int]:
    states = [row.state for row in rows]
    done = sum(state in (AppointmentState.FINISHED, AppointmentState.SETTLED) for state in states)
    return {"total": len(rows), "done": done, "waiting": sum(state in WAITING for state in states)}


@require_POST
@requires(RUN)
def my_day_step(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """«Пригласить», «Завершить» or a step back, from the list."""
    appointment = held_appointment(request, appointment_id)
    form = StateForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        services.change_state(actor=actor_of(request), appointment=appointment, **form.cleaned_data)
    except DomainError as error:
        return changed("appointmentChanged", toast=refusal_text(error, appointment), tone="danger")
    return changed("appointmentChanged")
