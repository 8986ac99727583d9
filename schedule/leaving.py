"""The schedule's part when a person leaves: shifts and appointments ahead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.addresses import address
from organization.models import Employee
from organization.ports import NOBODY, HandedOver, Holding, NotHanded
from schedule import services
from schedule.enums import AppointmentState
from schedule.models import Appointment
from schedule.services.leaving import appointments_ahead, shifts_ahead

SHIFTS, APPOINTMENTS, UNFINISHED = "schedule.shifts", "schedule.appointments", "schedule.unfinished"
BEGUN = (AppointmentState.ARRIVED, AppointmentState.READY, AppointmentState.IN_CHAIR)


def holdings(*, employee_id: int) -> list[Holding]:
    """Shifts and appointments ahead, and visits of today that are not finished yet."""
    now = timezone.now()
    shifts, appointments = shifts_ahead(employee_id, now), appointments_ahead(employee_id, now)
    begun = Appointment.objects.filter(doctor=employee_id, state__in=BEGUN, starts_at__gt=now - timedelta(days=1))
    branches = {*shifts.values_list("branch", flat=True), *appointments.values_list("branch", flat=True)}
    colleagues = _colleagues(employee_id, branches)
    day = address("schedule:day")
    return [
        Holding(
            SHIFTS,
            _("Shifts ahead"),
            shifts.count(),
            successors=colleagues,
            nobody=_("nobody: cancel them"),
            note=_("where the successor works already, the shift is cancelled"),
        ),
        Holding(
            APPOINTMENTS,
            _("Appointments ahead"),
            appointments.count(),
            successors=colleagues,
            note=_("they go over where the successor works then and is free; the others are listed"),
        ),
        Holding(
            UNFINISHED,
            _("Visits begun and not finished"),
            begun.count(),
            note=_("finish them in the schedule first"),
            url=day,
            is_information=True,
        ),
    ]


def _colleagues(employee_id: int, branch_ids: Collection[int]) -> tuple[tuple[int, str], ...]:
    """Doctors who may work in one of the branches."""
    doctors = Employee.objects.active().doctors().filter(user__branchgrant__content_object__in=branch_ids)
    found = doctors.exclude(pk=employee_id).distinct().order_by("sort_key")
    return tuple((doctor.pk, doctor.short_name) for doctor in found)


def hand_over(*, actor: Actor, employee_id: int, successors: Mapping[str, int]) -> list[HandedOver]:
    """Shifts first, so that the appointments that lie in them find their successor at work."""
    shifts_to, appointments_to = (_person(successors.get(code, NOBODY)) for code in (SHIFTS, APPOINTMENTS))
    done = services.hand_over_schedule(
        actor=actor, doctor_id=employee_id, shifts_to=shifts_to, appointments_to=appointments_to
    )
    return [
        HandedOver(
            SHIFTS,
            _("Shifts ahead"),
            moved=done.moved_shifts,
            to=shifts_to.short_name if shifts_to else "",
            let_go=done.ended_shifts,
            let_go_words=_("cancelled"),
        ),
        HandedOver(
            APPOINTMENTS,
            _("Appointments ahead"),
            moved=done.moved,
            to=appointments_to.short_name if appointments_to else "",
            left=tuple(_not_handed(row, why) for row, why in done.refused),
        ),
    ]


def _person(employee_id: int) -> Employee | None:
    return None if employee_id == NOBODY else Employee.objects.get(pk=employee_id)


def _not_handed(row: Appointment, why: str) -> NotHanded:
    on = clock.localdate(row.branch.zone, row.starts_at)
    when = clock.format_moment(row.starts_at, row.branch.zone)
    return NotHanded(f"{when} · {row.patient.short_name}", why, f"{address('schedule:day')}?date={on.isoformat()}")
