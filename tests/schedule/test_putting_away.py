"""What is still planned keeps its chair, its room, its branch and its doctor from being put away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organization import services
from organization.errors import HasFutureUse
from organization.models import Chair, Employee
from schedule.enums import AppointmentState
from schedule.models import Appointment, WorkShift
from tests.factories.schedule import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(branch, chair, doctor) -> Appointment:
    """An appointment of tomorrow in the only chair, without a shift."""
    starts_at = timezone.now() + timedelta(days=1)
    return AppointmentFactory(
        branch=branch, chair=chair, doctor=doctor, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30)
    )


@pytest.fixture
def put_away(director, as_actor, branch, chair, doctor):
    """Every way to put away something this appointment needs."""
    actor = as_actor(director)
    return {
        "chair": lambda: services.archive_chair(actor=actor, chair=chair),
        "room": lambda: services.archive_room(actor=actor, room=chair.room),
        "branch": lambda: services.archive_branch(actor=actor, branch=branch),
        "doctor": lambda: services.archive_employee(actor=actor, employee=doctor),
    }


@pytest.mark.parametrize("what", ["chair", "room", "branch", "doctor"])
def test_an_appointment_ahead_keeps_what_it_needs(booked, put_away, what):
    WorkShift.objects.all().delete()

    with pytest.raises(HasFutureUse):
        put_away[what]()

    assert not Chair.objects.get(pk=booked.chair_id).is_archived
    assert not Employee.objects.get(pk=booked.doctor_id).is_archived


@pytest.mark.parametrize("what", ["chair", "doctor"])
def test_a_shift_ahead_keeps_its_chair_and_its_doctor(branch, chair, doctor, put_away, what):
    now = timezone.now()
    shift = WorkShift.objects.create(
        doctor=doctor, branch=branch, chair=chair, starts_at=now, ends_at=now + timedelta(hours=6)
    )

    with pytest.raises(HasFutureUse):
        put_away[what]()
    WorkShift.objects.filter(pk=shift.pk).update(cancelled_at=now)

    assert put_away[what]().is_archived


@pytest.mark.parametrize("what", ["chair", "room", "branch", "doctor"])
def test_what_is_over_or_cancelled_keeps_nothing(booked, put_away, what):
    WorkShift.objects.all().delete()
    Appointment.objects.filter(pk=booked.pk).update(state=AppointmentState.CANCELLED)

    assert put_away[what]().is_archived
