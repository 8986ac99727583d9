"""Options of the schedule do what they say."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import Notice
from schedule import errors, services
from schedule.enums import AppointmentState
from schedule.forms import FindForm
from schedule.views.appointment import is_late
from schedule.views.day import later_urls
from tests.factories.options import choose
from tests.factories.schedule import MONDAY, AppointmentFactory, moment
from tests.schedule.conftest import refreshed

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment(shift, patient, doctor, branch, chair, registrar):
    at = moment("10:00", branch)
    return AppointmentFactory(
        patient=patient,
        doctor=doctor,
        branch=branch,
        chair=chair,
        starts_at=at,
        ends_at=at + timedelta(minutes=30),
        created_by=registrar,
        created_at=moment("09:30", branch),
    )


def test_the_length_proposed_for_a_new_appointment(branch, shift, client_of, registrar):
    choose("schedule.usual_minutes", "45")

    form = FindForm(branch=branch)
    page = client_of(registrar).get(reverse("schedule:appointment_book"), headers={"HX-Request": "true"})

    assert form.fields["minutes"].initial == 45
    assert page.context["form"]["minutes"].value() == 45


def test_how_long_a_misclick_may_be_taken_back(appointment, desk, set_clock, branch):
    set_clock(moment("09:40", branch))
    with pytest.raises(errors.TooLateToVoid):
        services.void_appointment(actor=desk, appointment=appointment)

    choose("schedule.void_minutes", 10)
    services.void_appointment(actor=desk, appointment=appointment)

    assert refreshed(appointment).state == AppointmentState.VOIDED


def test_when_a_no_show_is_proposed(appointment, set_clock, branch):
    set_clock(moment("10:50", branch))
    assert is_late(appointment)

    choose("schedule.no_show_minutes", 30)

    assert not is_late(appointment)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_how_far_ahead_appointments_are_confirmed(db, days):
    choose("schedule.confirm_days", days)

    urls = later_urls(MONDAY)

    assert len(urls) == days + 1
    assert (MONDAY + timedelta(days=days)).isoformat() in urls[-1]


def test_when_waiting_turns_yellow_and_red(shift, client_of, registrar, doctor):
    choose("schedule.wait_warn_minutes", 7)
    choose("schedule.wait_late_minutes", 33)

    day = client_of(registrar).get(reverse("schedule:day")).context
    my_day = client_of(doctor).get(reverse("schedule:my_day")).context

    assert (day["warn_minutes"], day["late_minutes"]) == (7, 33)
    assert (my_day["warn_minutes"], my_day["late_minutes"]) == (7, 33)


def test_what_rings_says_what_happened(appointment, desk):
    for state in ("arrived", "ready"):
        services.change_state(actor=desk, appointment=appointment, to=state, version=refreshed(appointment).version)

        assert Notice.objects.latest("pk").event == state
