"""Shifts and appointments of one branch. Times are the branch's wall clock: ``at="10:00"`` on a day."""

from datetime import UTC, date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from core import clock
from patients.models import Patient
from schedule.models import Appointment, CancelReason, WorkShift
from tests.factories.organization import BranchFactory, EmployeeFactory

MONDAY = date(2026, 11, 23)


def moment(at: str, branch, on: date = MONDAY) -> datetime:
    """«10:00» by the branch's clock; «24:30» is half past midnight of the next day."""
    hours, minutes = map(int, at.split(":"))
    return clock.wall_moment(on + timedelta(days=hours // 24), time(hours % 24, minutes), branch.zone)


class BookedPatientFactory(DjangoModelFactory):
    """A patient, with no more than the schedule needs."""

    class Meta:
        model = Patient

    card_number = factory.Sequence(lambda n: 500_000 + n)
    surname = factory.Sequence(lambda n: f"Иванов{'абвгдежзик'[n % 10]}")
    name = "Мария"
    patronymic = "Сергеевна"


class WorkShiftFactory(DjangoModelFactory):
    """09:00–15:00 of a day, unless other times are given."""

    class Meta:
        model = WorkShift

    class Params:
        on = MONDAY
        since = "09:00"
        until = "15:00"

    branch = factory.SubFactory(BranchFactory)
    doctor = factory.SubFactory(EmployeeFactory, role="doctor", specialty=True)
    starts_at = factory.LazyAttribute(lambda shift: moment(shift.since, shift.branch, shift.on))
    ends_at = factory.LazyAttribute(lambda shift: moment(shift.until, shift.branch, shift.on))


class AppointmentFactory(DjangoModelFactory):
    """Half an hour at ten, planned."""

    class Meta:
        model = Appointment

    class Params:
        on = MONDAY
        at = "10:00"
        length = 30

    branch = factory.SubFactory(BranchFactory)
    doctor = factory.SubFactory(EmployeeFactory, role="doctor", specialty=True)
    patient = factory.SubFactory(BookedPatientFactory)
    starts_at = factory.LazyAttribute(lambda row: moment(row.at, row.branch, row.on))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(minutes=row.length))
    first_starts_at = factory.SelfAttribute("starts_at")
    created_at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class CancelReasonFactory(DjangoModelFactory):
    class Meta:
        model = CancelReason
        django_get_or_create = ("name",)

    name = "Заболел"
    side = "patient"
