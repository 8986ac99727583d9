"""A person leaves while others work: over real connections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.models import PublishedFact
from organization import services
from organization.facts import EmployeeArchived
from schedule import services as schedule_services
from schedule.models import Appointment
from tests.factories.organization import ChairFactory, RoomFactory
from tests.factories.schedule import BookedPatientFactory, WorkShiftFactory, moment
from tests.organization.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SHIFTS, APPOINTMENTS = "schedule.shifts", "schedule.appointments"


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def both_work(doctor, other_doctor, branch, tomorrow):
    for person in (doctor, other_doctor):
        WorkShiftFactory(doctor=person, branch=branch, chair=ChairFactory(room=RoomFactory(branch=branch)), on=tomorrow)


@pytest.mark.parametrize("attempt", range(4))
def test_an_appointment_booked_meanwhile_is_refused_or_handed_over(
    both_work, director, registrar, doctor, other_doctor, branch, tomorrow, as_actor, attempt
):
    desk, chief = as_actor(registrar, branch=branch), as_actor(director, branch=branch)
    patient = BookedPatientFactory()

    booked, leaving = at_once(
        lambda: schedule_services.book_appointment(
            actor=desk,
            patient=patient,
            doctor=doctor,
            branch=branch,
            starts_at=moment("10:00", branch, tomorrow),
            minutes=30,
        ),
        lambda: services.let_leave(
            actor=chief, employee=doctor, successors={SHIFTS: other_doctor.pk, APPOINTMENTS: other_doctor.pk}
        ),
    )

    doctor.refresh_from_db()
    kept = [row.doctor for row in Appointment.objects.all()]
    assert kept == ([] if isinstance(booked, DomainError) else [other_doctor if doctor.is_archived else doctor])
    assert doctor.is_archived or isinstance(leaving, DomainError)


def test_a_double_click_lets_go_once(both_work, director, doctor, other_doctor, branch, as_actor):
    chief = as_actor(director, branch=branch)

    results = at_once(
        *[lambda: services.let_leave(actor=chief, employee=doctor, successors={SHIFTS: other_doctor.pk})] * 2
    )

    assert [result.is_gone for result in results] == [True, True]
    assert PublishedFact.objects.filter(name=EmployeeArchived.dotted_name()).count() == 1
