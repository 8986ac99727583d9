"""Shifts of doctors and appointments of patients. Two of one doctor or of one chair never overlap unmarked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import Actor, Scope
from core.exclusion import one_number_range, time_range
from core.models import Archived, Versioned
from organization.models import Branch, Chair, Employee
from organization.reach import is_own_time
from patients.models import Patient
from schedule.constants import LONGEST
from schedule.enums import NOT_OCCUPYING, AppointmentState, CancelSide, Confirmation, EventKind


class TimedQuerySet(models.QuerySet[Any]):
    def starting_within(self, since: datetime, until: datetime) -> Self:
        """Rows that start in the half-open interval."""
        return self.filter(starts_at__gte=since, starts_at__lt=until)

    def overlapping(self, since: datetime, until: datetime) -> Self:
        """Rows that share time with the half-open interval; the lower bound keeps years of history out of the scan."""
        return self.filter(starts_at__lt=until, ends_at__gt=since, starts_at__gt=since - LONGEST)

    def visible_to(self, actor: Actor) -> Self:
        """Rows of the schedule the role in force may see, decided in SQL."""
        scope = actor.scope("schedule.view_appointment")
        if scope is None:
            return self.none()
        if scope == Scope.OWN:
            return self.filter(is_own_time(actor.employee_id))
        return self.filter(branch_id__in=actor.branch_ids) if scope == Scope.BRANCH else self


class WorkShiftQuerySet(TimedQuerySet):
    def working(self) -> Self:
        """Shifts that hold: not cancelled."""
        return self.filter(cancelled_at=None)


@pghistory.track()
class WorkShift(Versioned):
    """A doctor works in a branch, at a chair, from one moment to another (it may pass midnight)."""

    doctor = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    chair = models.ForeignKey(Chair, null=True, blank=True, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = WorkShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["branch", "starts_at"], name="schedule_shift_branch_day"),
            models.Index(fields=["doctor", "starts_at"], name="schedule_shift_doctor_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="schedule_shift_length"),
            ExclusionConstraint(
                name="schedule_shift_doctor_free",
                expressions=[
                    (one_number_range("doctor_id"), RangeOperators.OVERLAPS),
                    (time_range(), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
            ),
            ExclusionConstraint(
                name="schedule_shift_chair_free",
                expressions=[
                    (one_number_range("chair_id"), RangeOperators.OVERLAPS),
                    (time_range(), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None, chair__isnull=False),
            ),
        ]


@pghistory.track()
class CancelReason(Archived):
    """A reason of cancellation; clinic-side ones never count against the patient."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    side = models.CharField(_("side"), max_length=8, choices=CancelSide.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        ordering = ["side", "order", "name"]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(TimedQuerySet):
    def occupying(self) -> Self:
        """Those that hold time: neither cancelled nor voided."""
        return self.exclude(state__in=NOT_OCCUPYING)

    def live(self) -> Self:
        """Those that took or will take place: neither cancelled, nor voided, nor missed."""
        return self.exclude(state__in=(*NOT_OCCUPYING, AppointmentState.NO_SHOW))


@pghistory.track(model_name="AppointmentHistory")
class Appointment(Versioned):
    """A reservation of doctor, chair and interval for a patient.

    Invariant, held by the database: no unmarked overlap of one doctor or of one chair. Rows are never deleted;
    ``version`` counts every change, so the sum over a day is the stamp live pages poll.
    """

    # indexed together with the time: nobody asks for one of these three alone
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    doctor = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    chair = models.ForeignKey(Chair, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppointmentState.choices, default=AppointmentState.PLANNED)
    confirmation = models.CharField(max_length=10, choices=Confirmation.choices, default=Confirmation.NONE)
    is_overbooked = models.BooleanField(default=False)
    is_first_visit = models.BooleanField(default=False)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    first_starts_at = models.DateTimeField(help_text="When it was booked for at first; moves keep it.")
    moves = models.PositiveSmallIntegerField(default=0)
    arrived_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    seated_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.ForeignKey(CancelReason, null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["branch", "starts_at"], name="schedule_appt_branch_day"),
            models.Index(fields=["doctor", "starts_at"], name="schedule_appt_doctor_day"),
            # what a patient's card counts is in the index: a thousand visits are not fetched to be counted
            models.Index(
                fields=["patient", "-starts_at"], include=["state", "doctor", "branch"], name="schedule_appt_card"
            ),
            models.Index(fields=["doctor", "patient"], name="schedule_appt_own_patient"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="schedule_appointment_length"),
            ExclusionConstraint(
                name="schedule_appointment_doctor_free",
                expressions=[
                    (one_number_range("doctor_id"), RangeOperators.OVERLAPS),
                    (time_range(), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state__in=NOT_OCCUPYING) & Q(is_overbooked=False),
            ),
            ExclusionConstraint(
                name="schedule_appointment_chair_free",
                expressions=[
                    (one_number_range("chair_id"), RangeOperators.OVERLAPS),
                    (time_range(), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state__in=NOT_OCCUPYING) & Q(is_overbooked=False) & Q(chair__isnull=False),
            ),
        ]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_occupying(self) -> bool:
        return self.state not in NOT_OCCUPYING


class AppointmentEvent(models.Model):
    """What happened to an appointment, for people and statistics: booked, moved from here to there, arrived."""

    append_only = True

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(default=timezone.now)
    employee = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    role_name = models.CharField(max_length=80, blank=True)
    was = models.CharField(max_length=60, blank=True)
    became = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["appointment", "id"], name="schedule_event_appointment")]
