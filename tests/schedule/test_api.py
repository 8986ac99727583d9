import pytest

from schedule.enums import AppointmentState as State
from schedule.models import Appointment
from tests.factories.organization import BranchFactory
from tests.factories.schedule import (
    AppointmentFactory,
    BookedPatientFactory,
    CancelReasonFactory,
    WorkShiftFactory,
    moment,
)
from tests.schedule.conftest import refreshed, written

URL = "/api/v1/appointments/"


@pytest.fixture
def desk_client(shift, client_of, registrar):
    return client_of(registrar)


@pytest.fixture
def row(shift, branch, doctor, patient, chair):
    return AppointmentFactory(branch=branch, doctor=doctor, patient=patient, chair=chair)


def ids(answer):
    return [found["id"] for found in answer.json()["results"]]


def post(client, row, action, **data):
    return client.post(f"{URL}{row.pk}/{action}/", data, content_type="application/json")


def test_appointments_are_listed_by_day_doctor_patient_and_state(desk_client, row, branch, other_doctor):
    other = AppointmentFactory(branch=branch, doctor=other_doctor, at="23:30", state=State.CANCELLED)
    elsewhere = AppointmentFactory(branch=BranchFactory(), at="11:00")

    assert ids(desk_client.get(URL, {"day": "2026-11-23", "branch": branch.pk})) == [row.pk, other.pk]
    assert ids(desk_client.get(URL, {"day": "2026-11-24", "branch": branch.pk})) == []
    assert ids(desk_client.get(URL, {"doctor": other_doctor.pk})) == [other.pk]
    assert ids(desk_client.get(URL, {"patient": row.patient_id})) == [row.pk]
    assert ids(desk_client.get(URL, {"state": "cancelled"})) == [other.pk]
    assert ids(desk_client.get(URL, {"branch": elsewhere.branch_id})) == [elsewhere.pk]


def test_a_doctor_sees_own_appointments_only(client_of, other_doctor, row):
    client = client_of(other_doctor)

    assert ids(client.get(URL)) == []
    assert client.get(f"{URL}{row.pk}/").status_code == 404


def test_a_booking_answers_the_appointment_and_a_taken_time_409(desk_client, branch, doctor, patient, chair):
    wish = {
        "patient": patient.pk,
        "doctor": doctor.pk,
        "branch": branch.pk,
        "starts_at": moment("10:00", branch).isoformat(),
        "minutes": 30,
    }
    booked = desk_client.post(URL, wish, content_type="application/json")
    assert booked.status_code == 201
    assert (booked.json()["chair"], booked.json()["state"], booked.json()["minutes"]) == (chair.pk, "planned", 30)

    taken = desk_client.post(URL, {**wish, "patient": BookedPatientFactory().pk}, content_type="application/json")
    assert taken.status_code == 409
    assert (taken.json()["code"], taken.json()["field"]) == ("doctor_taken", "time")
    assert "10:00–10:30" in taken.json()["detail"]


def test_fields_left_out_of_a_move_stay(desk_client, row, branch, chair):
    moved = post(desk_client, row, "move", version=1, minutes=60)
    assert (moved.status_code, moved.json()["minutes"], moved.json()["chair"]) == (200, 60, chair.pk)

    stale = post(desk_client, row, "move", version=1, starts_at=moment("12:00", branch).isoformat())
    assert stale.status_code == 412
    assert refreshed(row).version == 2


def test_steps_need_their_own_rights(desk_client, client_of, doctor, row):
    assert post(desk_client, row, "state", to="ready").json()["code"] == "step_not_allowed"
    assert post(desk_client, row, "state", to="arrived").json()["state"] == "arrived"
    assert post(desk_client, row, "state", to="in_chair").status_code == 403
    assert post(client_of(doctor), row, "state", to="in_chair").json()["state"] == "in_chair"


def test_no_request_finishes_a_visit_past_its_work_order(client_of, doctor, row):
    client = client_of(doctor)
    Appointment.objects.filter(pk=row.pk).update(state=State.IN_CHAIR)

    refused = post(client, row, "state", to="finished")
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_not_written")
    assert refreshed(row).state == State.IN_CHAIR

    written(row)
    assert post(client, row, "state", to="finished").json()["state"] == "finished"


def test_cancel_restore_and_confirm(desk_client, row):
    assert post(desk_client, row, "confirmation", confirmation="confirmed").json()["confirmation"] == "confirmed"
    assert post(desk_client, row, "cancel").status_code == 400
    assert post(desk_client, row, "cancel", reason=CancelReasonFactory().pk).json()["state"] == "cancelled"
    assert post(desk_client, row, "restore").json()["state"] == "planned"


def test_free_slots_and_shifts_are_read(desk_client, row, branch, doctor, other_doctor, shift):
    WorkShiftFactory(branch=branch, doctor=other_doctor, cancelled_at=moment("08:00", branch))

    free = desk_client.get(f"{URL}free-slots/", {"branch": branch.pk, "doctor": doctor.pk, "minutes": 240, "days": 1})
    assert [slot["starts_at"] for slot in free.json()] == [moment("10:30", branch).astimezone(branch.zone).isoformat()]

    shifts = desk_client.get("/api/v1/work-shifts/", {"day": "2026-11-23", "branch": branch.pk})
    assert ids(shifts) == [shift.pk]


def test_a_doctor_without_the_right_books_nothing(client_of, doctor, row):
    assert client_of(doctor).post(URL, {}, content_type="application/json").status_code == 403
    assert client_of(doctor).get(f"{URL}free-slots/").status_code == 403
