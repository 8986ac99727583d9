"""Appointments that took place."""

from collections.abc import Collection

from django.db.models import Count

from organization.models import Branch
from reports.periods import Span
from reports.selectors.zones import on_days
from schedule.enums import AppointmentState
from schedule.models import Appointment

HELD = (AppointmentState.FINISHED, AppointmentState.SETTLED)


def finished_counts(*, branches: Collection[Branch], span: Span) -> dict[int, int]:
    """How many appointments of the span each doctor finished; one query."""
    return dict(
        Appointment.objects.filter(on_days(branches, span.since, span.until), state__in=HELD)
        .order_by()
        .values("doctor_id")
        .annotate(count=Count("pk"))
        .values_list("doctor_id", "count")
    )
