from datetime import date

import pytest
from django.urls import reverse

from core import modules
from core.actor import Actor, Scope
from patients.models import Patient
from schedule import errors, places, selectors
from schedule.enums import AppointmentState as State
from schedule.models import Appointment
from tests.factories.organization import BranchFactory
from tests.factories.schedule import AppointmentFactory, BookedPatientFactory

PART = {"headers": {"HX-Request": "true"}}


def test_a_doctors_own_patients_are_those_booked_to_them(shift, chairside, branch, doctor, other_doctor):
    own = AppointmentFactory(branch=branch, doctor=doctor).patient
    AppointmentFactory(branch=branch, doctor=other_doctor)
    AppointmentFactory(branch=branch, doctor=doctor, at="12:00", state=State.CANCELLED)

    assert list(Patient.objects.visible_to(chairside)) == [own]


def test_the_next_appointment_is_a_fact_of_the_patient(shift, desk, branch, doctor, patient):
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient, on=date(2026, 11, 24))

    fact = places.next_appointment(actor=desk, patient_ids=[patient.pk])[patient.pk]

    assert fact.text == "24.11.2026 10:00"
    assert fact.note == doctor.short_name
    assert fact.url.endswith("?date=2026-11-24")


def test_a_doctor_is_not_told_of_appointments_with_others(shift, chairside, branch, other_doctor, patient):
    AppointmentFactory(branch=branch, doctor=other_doctor, patient=patient, on=date(2026, 11, 24))

    assert places.next_appointment(actor=chairside, patient_ids=[patient.pk]) == {}


def test_the_cards_panel_shows_outcomes_upcoming_and_past(shift, desk, branch, doctor, patient):
    upcoming = AppointmentFactory(branch=branch, doctor=doctor, patient=patient, at="12:00")
    missed = AppointmentFactory(
        branch=branch, doctor=doctor, patient=patient, on=date(2026, 11, 20), state=State.NO_SHOW
    )
    cancelled = AppointmentFactory(
        branch=branch, doctor=doctor, patient=patient, on=date(2026, 11, 25), state=State.CANCELLED
    )
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient, on=date(2026, 11, 25), state=State.VOIDED)

    context = places.patient_overview(actor=desk, subject=patient).context

    assert [row.pk for row in context["upcoming"]] == [upcoming.pk]
    assert [row.pk for row in context["past"]] == [cancelled.pk, missed.pk]
    outcomes = context["outcomes"]
    assert (outcomes.came, outcomes.cancelled, outcomes.missed, outcomes.ahead) == (0, 1, 1, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_costs_two_queries_whatever_the_history(
    shift, desk, branch, doctor, patient, count, django_assert_num_queries
):
    for hour in range(count):
        AppointmentFactory(branch=branch, doctor=doctor, patient=patient, at=f"{10 + hour}:00")

    with django_assert_num_queries(2):
        places.patient_overview(actor=desk, subject=patient)


@pytest.mark.parametrize("scope", ["own", "branch", "all", None])
def test_what_the_card_tells_of_appointments_is_what_the_role_may_see(
    shift, desk, branch, doctor, other_doctor, patient, scope
):
    elsewhere = BranchFactory()
    for row_branch, row_doctor, day in [
        (branch, doctor, 24),
        (branch, other_doctor, 25),
        (elsewhere, other_doctor, 26),
    ]:
        AppointmentFactory(branch=row_branch, doctor=row_doctor, patient=patient, on=date(2026, 11, day))
        AppointmentFactory(
            branch=row_branch, doctor=row_doctor, patient=patient, on=date(2026, 11, day - 10), state=State.FINISHED
        )
    rights = {"schedule.view_appointment": Scope(scope)} if scope else {}
    actor = Actor(doctor.pk, 1, rights, branch_id=branch.pk, branch_ids=(branch.pk,))
    visible = set(Appointment.objects.visible_to(actor).values_list("pk", flat=True))

    found = selectors.appointments_around_now(actor=actor, patient_id=patient.pk)
    outcomes = selectors.outcomes_of_patient(actor=actor, patient_id=patient.pk)
    following = selectors.next_appointments(actor=actor, patient_ids=[patient.pk])

    assert {row.pk for row in (*found.upcoming, *found.past)} == visible
    assert (outcomes.came, outcomes.ahead) == (len(found.past), len(found.upcoming))
    assert {row.pk for row in following.values()} == ({found.upcoming[0].pk} if visible else set())
    assert len(visible) == {"own": 2, "branch": 4, "all": 6, None: 0}[scope]


def test_the_card_has_the_tab_the_panel_and_the_button(shift, client_of, registrar, branch, doctor, patient):
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient, purpose="пульпит 16")
    client = client_of(registrar)

    card = client.get(reverse("patients:patient_card", args=[patient.pk])).content.decode()
    assert f"{reverse('schedule:appointment_book')}?patient={patient.pk}" in card
    assert "пульпит 16" in card

    tab = client.get(reverse("schedule:patient_tab", args=[patient.pk]), **PART).content.decode()
    assert "пульпит 16" in tab
    assert "23.11.2026 10:00" in tab


def test_the_tab_of_a_patient_one_may_not_see_is_not_there(shift, client_of, doctor):
    stranger = BookedPatientFactory()

    assert client_of(doctor).get(reverse("schedule:patient_tab", args=[stranger.pk])).status_code == 404


def test_a_card_with_appointments_ahead_is_not_put_away(shift, branch, doctor, patient):
    places.refuse_archiving(patient=patient)
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient, on=date(2026, 11, 24))

    with pytest.raises(errors.AppointmentsAhead):
        places.refuse_archiving(patient=patient)


def test_the_module_is_registered_with_its_places():
    module = modules.registry.get("schedule")

    assert [item.route for item in module.nav] == ["schedule:my_day", "schedule:day"]
    assert {stamp.name for stamp in module.live_stamps} == {"schedule", "my_day"}
