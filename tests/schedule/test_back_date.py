"""Days that are over are written by right, with a second person, and not at all once they are closed."""

from datetime import timedelta

import pytest

from core.models import OptionValue
from organization.closed_period import LOCKED_BEFORE
from organization.errors import OwnConfirmation, PeriodClosed, SecondPersonMayNot, SecondPersonNeeded
from organization.services.second_person import SecondPerson
from schedule import services
from schedule.enums import AppointmentState, EventKind
from schedule.errors import InThePast
from schedule.models import Appointment, CancelReason
from tests.factories.organization import PASSWORD
from tests.factories.schedule import MONDAY, AppointmentFactory, WorkShiftFactory, moment
from tests.schedule.conftest import refreshed

pytestmark = pytest.mark.django_db
API = "/api/v1/appointments/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def tuesday(shift, set_clock, branch, doctor, chair):
    """The day after: Monday is over, and the doctor works again."""
    at = moment("09:30", branch, MONDAY + timedelta(1))
    WorkShiftFactory(branch=branch, doctor=doctor, chair=chair, on=MONDAY + timedelta(1))
    set_clock(at)
    return at


@pytest.fixture
def missed(tuesday, branch, doctor, patient):
    """Monday's appointment nobody touched."""
    return AppointmentFactory(branch=branch, doctor=doctor, patient=patient)


@pytest.fixture
def second(director, head):
    return SecondPerson(director.pk, "Орлова М.", (head,))


@pytest.fixture
def reason(db):
    return CancelReason.objects.active().first() or CancelReason.objects.create(name="заболел", side="patient")


def choose(code, value):
    OptionValue.objects.update_or_create(code=code, defaults={"value": value})


@pytest.fixture
def acts(missed, branch, doctor, patient, reason):
    """Everything that writes into a day that is over: f(actor, second)."""
    monday, later = moment("12:00", branch), moment("12:00", branch, MONDAY + timedelta(1))
    place = {"doctor": doctor, "chair": None, "minutes": 30}
    return {
        "book": lambda actor, second: services.book_appointment(
            actor=actor, patient=patient, branch=branch, starts_at=monday, second=second, **place
        ),
        "move within it": lambda actor, second: services.move_appointment(
            actor=actor, appointment=missed, version=None, starts_at=monday, second=second, **place
        ),
        "move out of it": lambda actor, second: services.move_appointment(
            actor=actor, appointment=missed, version=None, starts_at=later, second=second, **place
        ),
        "cancel": lambda actor, second: services.cancel_appointment(
            actor=actor, appointment=missed, reason=reason, second=second
        ),
    }


ACTS = ["book", "move within it", "move out of it", "cancel"]


@pytest.mark.parametrize("act", ACTS)
def test_the_desk_alone_does_not_write_into_a_day_that_is_over(acts, act, desk, missed):
    was = (missed.state, missed.starts_at)

    with pytest.raises(InThePast):
        acts[act](desk, None)

    row = refreshed(missed)
    assert ((row.state, row.starts_at), Appointment.objects.count()) == (was, 1)


@pytest.mark.parametrize("act", ACTS)
def test_who_has_the_right_does(acts, act, head):
    acts[act](head, None)


@pytest.mark.parametrize("act", ACTS)
def test_with_a_second_person_who_may_the_desk_does_and_the_appointment_remembers_both(acts, act, desk, second):
    row = acts[act](desk, second)

    event = row.events.order_by("-pk").first()
    assert event.kind in {EventKind.BOOKED, EventKind.MOVED, EventKind.CANCELLED}
    assert (event.employee_id, "Орлова М." in event.note) == (desk.employee_id, True)


@pytest.mark.parametrize("act", ACTS)
def test_a_second_person_without_the_right_is_refused(acts, act, desk, chairside, doctor):
    with pytest.raises(SecondPersonMayNot):
        acts[act](desk, SecondPerson(doctor.pk, "Аксёнов Д.", (chairside,)))


@pytest.mark.parametrize("act", ACTS)
def test_when_the_clinic_wants_two_people_the_director_alone_does_not(acts, act, head, second):
    choose("schedule.second_person_for_back_date", True)

    with pytest.raises(SecondPersonNeeded):
        acts[act](head, None)
    with pytest.raises(OwnConfirmation):
        acts[act](head, second)


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_day_is_closed_to_the_director_and_two_people(acts, act, head, desk, second):
    choose(LOCKED_BEFORE, (MONDAY + timedelta(1)).isoformat())

    with pytest.raises(PeriodClosed):
        acts[act](head, None)
    with pytest.raises(PeriodClosed):
        acts[act](desk, second)


def test_a_cancelled_appointment_of_a_past_day_comes_back_by_right_only(acts, missed, desk, head):
    acts["cancel"](head, None)

    with pytest.raises(InThePast):
        services.restore_appointment(actor=desk, appointment=missed)
    assert services.restore_appointment(actor=head, appointment=missed).state == AppointmentState.PLANNED


def test_nothing_is_moved_into_a_closed_day(missed, head, doctor, branch, tuesday):
    choose(LOCKED_BEFORE, MONDAY.isoformat())
    sunday = moment("12:00", branch, MONDAY - timedelta(1))
    WorkShiftFactory(branch=branch, doctor=doctor, on=MONDAY - timedelta(1))

    with pytest.raises(PeriodClosed):
        services.move_appointment(
            actor=head, appointment=missed, version=None, starts_at=sunday, minutes=30, doctor=doctor, chair=None
        )


def test_the_state_and_the_text_of_a_closed_day_stay(missed, desk):
    choose(LOCKED_BEFORE, (MONDAY + timedelta(1)).isoformat())

    with pytest.raises(PeriodClosed):
        services.change_state(actor=desk, appointment=missed, to=AppointmentState.NO_SHOW)
    with pytest.raises(PeriodClosed):
        services.change_appointment(actor=desk, appointment=missed, purpose="иное", comment="", version=None)


def test_yesterday_s_missed_appointment_may_still_be_marked_so(missed, desk):
    marked = services.change_state(actor=desk, appointment=missed, to=AppointmentState.NO_SHOW)

    assert marked.state == AppointmentState.NO_SHOW


def test_today_takes_nobody_s_confirmation(tuesday, desk, doctor, branch, patient):
    choose("schedule.second_person_for_back_date", True)
    choose(LOCKED_BEFORE, (MONDAY + timedelta(1)).isoformat())

    services.book_appointment(
        actor=desk, patient=patient, doctor=doctor, branch=branch, minutes=30,
        starts_at=moment("09:00", branch, MONDAY + timedelta(1)),
    )  # fmt: skip


def test_the_booking_drawer_asks_who_confirms_and_keeps_what_was_typed(
    tuesday, registrar, director, doctor, patient, client_of
):
    browser = client_of(registrar)
    typed = {
        "patient": patient.pk, "doctor": doctor.pk, "date": MONDAY.isoformat(), "time": "12:00", "minutes": "30",
        "purpose": "острая боль",
    }  # fmt: skip

    refused = browser.post("/schedule/book/", typed, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'name="confirm_login"' in page
    assert "острая боль" in page
    wrong = {**typed, "confirm_login": "director", "confirm_pin": "no"}
    assert browser.post("/schedule/book/", wrong, headers={"HX-Request": "true"}).status_code == 422
    assert not Appointment.objects.exists()

    right = {**typed, "confirm_login": "director", "confirm_pin": PASSWORD}
    assert browser.post("/schedule/book/", right, headers={"HX-Request": "true"}).status_code < 300
    assert Appointment.objects.get().events.get().note.endswith("Орлова М. А.")


def test_the_cancel_form_of_the_drawer_does_the_same(missed, registrar, director, reason, client_of):
    browser, address = client_of(registrar), f"/schedule/{missed.pk}/cancel/"
    typed = {"reason": reason.pk, "note": "звонил вчера", "version": missed.version}

    refused = browser.post(address, typed, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "звонил вчера" in refused.content.decode()
    confirmed = {**typed, "confirm_login": "director", "confirm_pin": PASSWORD}
    assert browser.post(address, confirmed, headers={"HX-Request": "true"}).status_code == 200
    assert refreshed(missed).state == AppointmentState.CANCELLED


def test_the_api_asks_the_same(missed, registrar, director, reason, client_of):
    browser, address = client_of(registrar), f"{API}{missed.pk}/cancel/"

    refused = browser.post(address, {"reason": reason.pk}, **JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_the_past")
    body = {"reason": reason.pk, "confirm_login": "director", "confirm_pin": PASSWORD}
    assert browser.post(address, body, **JSON).json()["state"] == "cancelled"
