"""A person leaves: everything they hold goes to somebody, nothing is dropped, the last director stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from organization import services
from organization.errors import LastDirector, MoreIsHeld, OwnLeaving, SuccessorMissing, SuccessorUnfit
from organization.leaving import holdings_of
from organization.models import ApiToken
from organization.ports import NOBODY
from organization.services import people
from patients.models import AttendingDoctor
from schedule.models import Appointment, AppointmentEvent
from tests.factories.organization import ChairFactory, EmployeeFactory, RoomFactory, SpecialtyFactory
from tests.factories.patients import PatientFactory
from tests.factories.schedule import AppointmentFactory, WorkShiftFactory

pytestmark = pytest.mark.django_db

SHIFTS, APPOINTMENTS = "schedule.shifts", "schedule.appointments"


@pytest.fixture
def tomorrow():
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def therapy():
    return SpecialtyFactory()


@pytest.fixture
def attending(therapy):
    return f"patients.attending.{therapy.pk}"


@pytest.fixture
def actor(director, as_actor, branch):
    return as_actor(director, branch=branch)


@pytest.fixture
def working(doctor, other_doctor, branch, tomorrow):
    """Both doctors work tomorrow, each at a chair of their own."""
    return [
        WorkShiftFactory(doctor=person, branch=branch, chair=ChairFactory(room=RoomFactory(branch=branch)), on=tomorrow)
        for person in (doctor, other_doctor)
    ]


def everything_to(person, attending):
    return {SHIFTS: person.pk, APPOINTMENTS: person.pk, attending: person.pk}


def test_all_a_doctor_holds_is_named(doctor, other_doctor, branch, working, tomorrow, attending):
    PatientFactory(attending=doctor)
    AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow)
    AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow - timedelta(days=30))

    held = {holding.code: holding.count for holding in holdings_of(doctor)}

    assert held == {attending: 1, SHIFTS: 1, APPOINTMENTS: 1}


def test_patients_and_appointments_go_to_the_successor_and_the_person_is_gone(
    actor, doctor, other_doctor, branch, working, tomorrow, attending
):
    patient = PatientFactory(attending=doctor)
    appointment = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow, chair=working[0].chair)
    done = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow - timedelta(days=30), state="settled")

    leaving = services.let_leave(actor=actor, employee=doctor, successors=everything_to(other_doctor, attending))

    assert leaving.is_gone
    assert AttendingDoctor.objects.get(patient=patient).doctor == other_doctor
    appointment.refresh_from_db()
    assert (appointment.doctor, appointment.chair) == (other_doctor, working[1].chair)
    assert AppointmentEvent.objects.filter(appointment=appointment, kind="moved", employee=actor.employee_id).exists()
    done.refresh_from_db()
    assert done.doctor == doctor
    doctor.refresh_from_db()
    doctor.user.refresh_from_db()
    assert (doctor.is_archived, doctor.user.is_active) == (True, False)


def test_a_shift_goes_over_where_the_successor_is_free_and_is_cancelled_where_not(
    actor, doctor, other_doctor, branch, working, tomorrow
):
    free_day = WorkShiftFactory(doctor=doctor, branch=branch, on=tomorrow + timedelta(days=1))

    services.let_leave(actor=actor, employee=doctor, successors={SHIFTS: other_doctor.pk})

    free_day.refresh_from_db()
    working[0].refresh_from_db()
    assert (free_day.doctor, free_day.cancelled_at) == (other_doctor, None)
    assert (working[0].doctor, working[0].cancelled_at is None) == (doctor, False)


def test_a_shift_under_way_ends_now_and_keeps_what_was_worked(actor, doctor, branch, other_doctor):
    now = timezone.now()
    shift = WorkShiftFactory(
        doctor=doctor, branch=branch, starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=2)
    )

    services.let_leave(actor=actor, employee=doctor, successors={SHIFTS: NOBODY})

    shift.refresh_from_db()
    assert shift.cancelled_at is None
    assert now - timedelta(minutes=6) < shift.ends_at <= now


def test_what_the_successor_cannot_take_stays_and_so_does_the_person(
    actor, doctor, other_doctor, branch, working, tomorrow
):
    clashing = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow)
    AppointmentFactory(doctor=other_doctor, branch=branch, on=tomorrow)
    out_of_shift = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow, at="19:00")
    fitting = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow, at="11:00")
    to_other = {SHIFTS: other_doctor.pk, APPOINTMENTS: other_doctor.pk}

    leaving = services.let_leave(actor=actor, employee=doctor, successors=to_other)

    assert not leaving.is_gone
    assert [("10:00" in left.what, "19:00" in left.what) for left in leaving.left] == [(True, False), (False, True)]
    holders = {
        row.pk: row.doctor for row in Appointment.objects.filter(pk__in=[clashing.pk, out_of_shift.pk, fitting.pk])
    }
    assert holders == {clashing.pk: doctor, out_of_shift.pk: doctor, fitting.pk: other_doctor}
    doctor.refresh_from_db()
    assert not doctor.is_archived

    Appointment.objects.filter(doctor=doctor).update(state="cancelled")
    assert services.let_leave(actor=actor, employee=doctor, successors={SHIFTS: NOBODY}).is_gone


def test_trying_changes_nothing(actor, doctor, other_doctor, branch, working, tomorrow, attending):
    PatientFactory(attending=doctor)
    appointment = AppointmentFactory(doctor=doctor, branch=branch, on=tomorrow)
    held = holdings_of(doctor)

    tried = services.try_leaving(actor=actor, employee=doctor, successors=everything_to(other_doctor, attending))

    assert tried.is_gone
    assert {part.code: part.moved for part in tried.handed} == {attending: 1, APPOINTMENTS: 1, SHIFTS: 0}
    assert holdings_of(doctor) == held
    appointment.refresh_from_db()
    assert (appointment.doctor, appointment.version) == (doctor, 1)


def test_patients_may_be_left_without_an_attending_doctor(actor, doctor, other_doctor, attending):
    PatientFactory(attending=doctor)

    services.let_leave(actor=actor, employee=doctor, successors={attending: NOBODY})

    assert not AttendingDoctor.objects.exists()


def test_every_kind_needs_a_decision(actor, doctor, other_doctor, attending):
    PatientFactory(attending=doctor)

    with pytest.raises(SuccessorMissing) as refused:
        services.let_leave(actor=actor, employee=doctor, successors={})

    assert refused.value.field == attending


def test_a_successor_of_another_speciality_is_refused(actor, doctor, branch, attending):
    PatientFactory(attending=doctor)
    surgeon = EmployeeFactory(role="doctor", branch=branch, specialty=SpecialtyFactory(name="Хирург"))

    with pytest.raises(SuccessorUnfit):
        services.let_leave(actor=actor, employee=doctor, successors={attending: surgeon.pk})


def test_keys_are_revoked(actor, doctor):
    token, _key = services.issue_token(actor=actor, employee=doctor, role=doctor.roles.get(), label="сайт")

    services.let_leave(actor=actor, employee=doctor, successors={})

    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None


def test_nobody_ends_their_own_employment(actor, director):
    with pytest.raises(OwnLeaving):
        services.let_leave(actor=actor, employee=director, successors={})


def test_the_last_director_does_not_leave(director, branch, as_actor):
    """Whoever else may let people leave, for example a manager with a role of the clinic's own."""
    manager = replace(as_actor(director), employee_id=EmployeeFactory(branch=branch).pk)

    with pytest.raises(LastDirector):
        services.let_leave(actor=manager, employee=director, successors={})

    director.refresh_from_db()
    assert not director.is_archived


def test_leaving_needs_its_right(registrar, doctor, as_actor):
    with pytest.raises(PermissionDenied):
        services.let_leave(actor=as_actor(registrar), employee=doctor, successors={})


def test_leaving_twice_does_nothing_more(actor, doctor):
    services.let_leave(actor=actor, employee=doctor, successors={})

    assert services.let_leave(actor=actor, employee=doctor, successors={}).handed == ()


def test_taking_a_person_back_brings_no_patients_back(actor, doctor, other_doctor, attending):
    patient = PatientFactory(attending=doctor)
    services.let_leave(actor=actor, employee=doctor, successors={attending: other_doctor.pk})

    services.restore_employee(actor=actor, employee=doctor)

    assert AttendingDoctor.objects.get(patient=patient).doctor == other_doctor


def test_something_given_meanwhile_is_not_lost(actor, doctor, other_doctor, therapy, attending, monkeypatch):
    """A card was given to the doctor after the hand-over looked, and before the doctor's row was locked."""
    archive = people.archive_employee

    def late(**arguments):
        PatientFactory(attending=doctor)
        return archive(**arguments)

    monkeypatch.setattr(people, "archive_employee", late)
    with pytest.raises(MoreIsHeld):
        services.let_leave(actor=actor, employee=doctor, successors={})

    doctor.refresh_from_db()
    assert not doctor.is_archived


def test_the_page_shows_choices_tries_and_lets_go(client_of, director, doctor, other_doctor, branch, attending):
    PatientFactory(attending=doctor)
    client = client_of(director)
    page = client.get(reverse("organization:employee_leaving", args=[doctor.pk]))
    chosen = {f"to-{attending}": other_doctor.pk}

    refused = client.post(reverse("organization:employee_leaving_try", args=[doctor.pk]), {})
    tried = client.post(
        reverse("organization:employee_leaving_try", args=[doctor.pk]), {"to-everything": other_doctor.pk}
    )
    done = [client.post(reverse("organization:employee_leave", args=[doctor.pk]), chosen) for _click in range(2)]

    assert other_doctor.short_name in page.content.decode()
    assert refused.status_code == 422
    assert "leaving-result" in tried.content.decode()
    assert [answer.headers.get("HX-Redirect") for answer in done] == [
        reverse("organization:employee_detail", args=[doctor.pk])
    ] * 2
    assert AttendingDoctor.objects.get().doctor == other_doctor


def test_who_left_is_signed_out_by_the_next_request(client_of, director, doctor):
    theirs = client_of(doctor)
    assert theirs.get(reverse("organization:profile")).status_code == 200

    client_of(director).post(reverse("organization:employee_leave", args=[doctor.pk]))

    assert not Session.objects.filter(pk=theirs.session.session_key).exists()
    assert reverse("organization:login") in theirs.get(reverse("organization:profile")).headers["Location"]


def test_a_shift_stays_while_an_appointment_in_it_does(actor, doctor, other_doctor, branch, working, tomorrow):
    for person in (doctor, other_doctor):
        AppointmentFactory(doctor=person, branch=branch, on=tomorrow)

    services.let_leave(
        actor=actor, employee=doctor, successors={SHIFTS: other_doctor.pk, APPOINTMENTS: other_doctor.pk}
    )

    working[0].refresh_from_db()
    assert (working[0].doctor, working[0].cancelled_at) == (doctor, None)


def test_substitutions_end_with_the_person(actor, director, doctor, other_doctor, tomorrow):
    substitution = services.add_substitution(
        actor=actor, absent=other_doctor, substitute=doctor, first_on=tomorrow, last_on=tomorrow, reason="отпуск"
    )

    held = {holding.code for holding in holdings_of(doctor)}
    services.let_leave(actor=actor, employee=doctor, successors={})

    substitution.refresh_from_db()
    assert "organization.substitutions" in held
    assert (substitution.ended_at is None, substitution.ended_by) == (False, director)
