import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organization.models import RolePermission
from schedule import services
from schedule.enums import AppointmentState as State
from schedule.models import Appointment, WorkShift
from tests.factories.organization import ChairFactory, EmployeeFactory, RoomFactory
from tests.factories.schedule import (
    AppointmentFactory,
    BookedPatientFactory,
    CancelReasonFactory,
    WorkShiftFactory,
    moment,
)
from tests.schedule.conftest import refreshed

SAVEPOINTS = re.compile("SAVEPOINT")
PART = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def desk_client(shift, client_of, registrar):
    return client_of(registrar)


@pytest.fixture
def director_client(shift, client_of, director):
    return client_of(director)


@pytest.fixture
def doctor_client(shift, client_of, doctor):
    return client_of(doctor)


def grid_of(response):
    """The JSON inside the page."""
    text = response.content.decode()
    start = text.index('<script id="schedule-data" type="application/json">')
    return json.loads(text[text.index(">", start) + 1 : text.index("</script>", start)])


def toast_of(response) -> str:
    return json.loads(response.headers["HX-Trigger"])["toast"]["text"]


# --- the day


def test_the_page_holds_the_days_data_by_the_branchs_clock(desk_client, branch, doctor, chair):
    row = AppointmentFactory(branch=branch, doctor=doctor, chair=chair, confirmation="confirmed", purpose="осмотр")

    data = grid_of(desk_client.get(reverse("schedule:day")))

    assert (data["date"], data["title"], data["opens"], data["closes"]) == (
        "2026-11-23",
        "Пн, 23 ноября 2026",
        "09:00",
        "21:00",
    )
    (column,) = data["doctors"]
    assert column["shifts"] == [["2026-11-23T09:00", "2026-11-23T15:00"]]
    (box,) = data["appointments"]
    assert (box["id"], box["start"], box["end"], box["look"]) == (
        row.pk,
        "2026-11-23T10:00",
        "2026-11-23T10:30",
        "confirmed",
    )


@pytest.mark.parametrize("day", ["2026-13-45", "yesterday", ""])
def test_nonsense_in_the_url_is_today(desk_client, day):
    assert grid_of(desk_client.get(reverse("schedule:day"), {"date": day}))["date"] == "2026-11-23"


def test_the_legend_names_every_state_of_the_grid(desk_client):
    text = desk_client.get(reverse("schedule:day")).content.decode()

    for word in ("записан", "подтвердил", "в клинике", "готов", "в кресле", "завершён", "рассчитан", "не пришёл"):
        assert f">{word}</span>" in text


def test_the_data_answer_304_while_nothing_changed(desk_client, branch, doctor):
    url = reverse("schedule:day_data")
    tag = desk_client.get(url).headers["ETag"]
    assert desk_client.get(url, headers={"If-None-Match": tag}).status_code == 304

    AppointmentFactory(branch=branch, doctor=doctor)
    changed = desk_client.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def queries_of(client, url: str, wish: dict | None = None) -> int:
    """Statements of a page above those of any request: who asks, and of which page."""

    def made(address: str, **data) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, data, **PART).status_code == 200
        return len(captured)

    made(url, **(wish or {}))  # the session is touched once
    return made(url, **(wish or {})) - made(reverse("core:live_stamps"))


READS = {  # statements of each part, whatever the number of rows
    "schedule:day_data": 5,  # branch with chairs and hours, shifts, appointments, their doctors' specialities, debts
    "schedule:waiting": 2,  # the day's stamp, who waits
    "schedule:confirmations": 2,  # the day's stamp, whom to ask
    "schedule:slot_find": 4,  # doctors, shifts, taken time, specialities of the list
    "schedule:my_day": 2,  # the day's stamp, appointments
}


@pytest.mark.parametrize(("name", "count"), READS.items())
def test_a_part_costs_as_many_queries_for_three_as_for_one(desk_client, doctor_client, branch, doctor, name, count):
    client = doctor_client if name == "schedule:my_day" else desk_client
    AppointmentFactory(branch=branch, doctor=doctor, at="12:00")
    AppointmentFactory(
        branch=branch, doctor=doctor, at="09:00", state=State.ARRIVED, arrived_at=moment("08:55", branch)
    )
    assert queries_of(client, reverse(name)) == count

    for hour in (13, 14):
        AppointmentFactory(branch=branch, doctor=doctor, at=f"{hour}:30")
        another = EmployeeFactory(role="doctor", specialty=True, branch=branch)
        WorkShiftFactory(branch=branch, doctor=another)
        AppointmentFactory(branch=branch, doctor=another, at=f"{hour}:00")
        AppointmentFactory(
            branch=branch, doctor=another, at="09:00", state=State.READY, arrived_at=moment("08:55", branch)
        )
    assert queries_of(client, reverse(name)) == count


def test_the_page_asks_for_two_lists_more_than_its_data(desk_client, branch, doctor):
    """Specialities of the filter and who waits; counters of the frame apart. Today's version is that of the rows."""

    def asked(day: str) -> int:
        made: list[str] = []

        def note(execute, sql, *statement):
            made.append(str(sql))  # the log has no text of statements whose plan is kept
            return execute(sql, *statement)

        with connection.execute_wrapper(note):
            desk_client.get(reverse("schedule:day"), {"date": day})
        tables = re.compile("schedule_|organization_specialty|organization_branchhours|billing_account")
        return sum(bool(tables.search(sql)) for sql in made)

    AppointmentFactory(branch=branch, doctor=doctor, at="12:00")
    asked("2026-11-23")
    today, other_day = asked("2026-11-23"), asked("2026-11-24")

    assert today == 7
    assert other_day == 6  # an empty day has no debts and no doctors to ask about, but today's version is asked


def test_what_the_role_may_not_do_is_not_offered(doctor_client):
    text = doctor_client.get(reverse("schedule:day")).content.decode()

    assert reverse("schedule:slot_find") not in text
    assert reverse("schedule:shift_list") not in text
    assert doctor_client.get(reverse("schedule:appointment_book")).status_code == 403


def test_a_right_taken_away_closes_the_button_and_the_url(desk_client):
    assert reverse("schedule:slot_find") in desk_client.get(reverse("schedule:day")).content.decode()

    RolePermission.objects.filter(role__code="administrator", code="schedule.book_appointment").delete()

    assert reverse("schedule:slot_find") not in desk_client.get(reverse("schedule:day")).content.decode()
    assert desk_client.get(reverse("schedule:appointment_book")).status_code == 403


def test_the_live_poll_tells_of_a_change(desk_client, branch, doctor):
    watched = f"schedule:{branch.pk}:2026-11-23"
    first = desk_client.get(reverse("core:live_stamps"), {"watch": watched})
    again = desk_client.get(
        reverse("core:live_stamps"), {"watch": watched}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304

    AppointmentFactory(branch=branch, doctor=doctor)
    later = desk_client.get(
        reverse("core:live_stamps"), {"watch": watched}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert later.json()[watched] != first.json()[watched]


# --- booking


@pytest.fixture
def booking(patient, doctor):
    return {
        "patient": patient.pk,
        "doctor": doctor.pk,
        "date": "2026-11-23",
        "time": "10:00",
        "minutes": 30,
        "purpose": "кариес 36",
        "comment": "",
    }


def test_a_booking_closes_the_drawer_and_can_be_taken_back(desk_client, booking):
    answer = desk_client.post(reverse("schedule:appointment_book"), booking, **PART)

    assert answer.status_code == 204
    (row,) = Appointment.objects.all()
    triggers = json.loads(answer.headers["HX-Trigger"])
    assert "appointmentChanged" in triggers
    assert "Иванова М. С., 23.11.2026 10:00" in triggers["toast"]["text"]

    back = desk_client.post(triggers["undoOffered"]["url"], **PART)
    assert back.status_code == 204
    assert refreshed(row).state == State.VOIDED


def test_a_refused_booking_says_why_beside_the_field_keeps_the_text_and_offers_times(
    desk_client, booking, branch, doctor
):
    AppointmentFactory(branch=branch, doctor=doctor, length=45)

    answer = desk_client.post(reverse("schedule:appointment_book"), booking, **PART)

    text = answer.content.decode()
    assert answer.status_code == 422
    field = text[text.index('name="time"') :]
    assert "занято 10:00–10:45" in field[: field.index("</div></div>")]
    assert 'value="кариес 36"' in text
    assert "Иванова Мария Сергеевна" in text
    assert 'data-set-day="2026-11-23" data-set-time="10:45"' in text
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("patient", "", "Выберите пациента."),
        ("patient", "999999", "Выберите"),
        ("time", "25:00", "time_error"),
        ("time", "16:00", "Выберите время внутри смены."),
        ("time", "10:03", "кратны 5 минутам"),
        ("date", "2026-11-20", "Этот день прошёл."),
        ("minutes", "900", "minutes_error"),
        ("doctor", "999999", "doctor_error"),
    ],
)
def test_bad_input_is_said_beside_its_field(desk_client, booking, field, value, words):
    answer = desk_client.post(reverse("schedule:appointment_book"), {**booking, field: value}, **PART)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Appointment.objects.exists()


def test_the_drawer_begins_with_the_clicked_cell(desk_client, doctor):
    answer = desk_client.get(
        reverse("schedule:appointment_book"), {"doctor": doctor.pk, "date": "2026-11-24", "time": "11:15"}, **PART
    )

    text = answer.content.decode()
    assert f'value="{doctor.pk}" selected' in text
    assert 'value="2026-11-24"' in text
    assert 'value="11:15"' in text


def test_without_a_cell_it_begins_with_the_first_free_time(desk_client, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="09:00", length=90)

    text = desk_client.get(reverse("schedule:appointment_book"), **PART).content.decode()

    assert f'value="{doctor.pk}" selected' in text
    assert 'value="10:30"' in text


def test_its_own_address_opens_the_drawer_over_the_day(desk_client, patient, branch, doctor):
    answer = desk_client.get(reverse("schedule:appointment_book"), {"patient": patient.pk})
    assert answer.status_code == 302

    page = desk_client.get(answer.headers["Location"]).content.decode()
    assert f"{reverse('schedule:appointment_book')}?patient={patient.pk}" in page

    row = AppointmentFactory(branch=branch, doctor=doctor, on=date(2026, 11, 24))
    answer = desk_client.get(reverse("schedule:appointment_detail", args=[row.pk]))
    assert answer.headers["Location"] == f"{reverse('schedule:day')}?date=2026-11-24&open={row.pk}"


def test_only_who_has_the_right_may_overbook(desk_client, director_client, booking, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor)
    wish = {**booking, "is_overbooked": "on", "comment": "острая боль"}

    assert desk_client.post(reverse("schedule:appointment_book"), wish, **PART).status_code == 422
    assert "is_overbooked" not in desk_client.get(reverse("schedule:appointment_book"), **PART).content.decode()
    assert director_client.post(reverse("schedule:appointment_book"), wish, **PART).status_code == 204
    assert Appointment.objects.filter(is_overbooked=True).count() == 1


def test_free_times_are_those_of_the_chosen_doctor_day_and_length(desk_client, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="10:00", length=240)

    asked = {"doctor": doctor.pk, "date": "2026-11-23", "minutes": 60}
    text = desk_client.get(reverse("schedule:free_times"), asked, **PART).content.decode()
    assert [at for at in ("09:30", "10:00", "14:00") if f'data-set-time="{at}"' in text] == ["14:00"]

    row = Appointment.objects.get()
    moving = desk_client.get(reverse("schedule:free_times"), {**asked, "besides": row.pk}, **PART).content.decode()
    assert 'data-set-time="10:00"' in moving

    odd = desk_client.get(reverse("schedule:free_times"), {"doctor": "x", "date": "", "minutes": "-1"}, **PART)
    assert odd.status_code == 200


def test_find_time_searches_two_weeks_by_speciality_and_part_of_day(desk_client, branch, doctor, other_doctor):
    WorkShiftFactory(branch=branch, doctor=other_doctor, on=date(2026, 11, 30), since="08:00", until="20:00")

    asked = {"list": 1, "doctor": other_doctor.pk, "minutes": 60, "part": "evening", "since": "2026-11-23"}
    text = desk_client.get(reverse("schedule:slot_find"), asked, **PART).content.decode()

    assert "date=2026-11-30&amp;time=17:00" in text
    assert "time=16:00" not in text
    assert doctor.short_name not in text


# --- one appointment


@pytest.fixture
def row(shift, branch, doctor, patient, chair):
    return AppointmentFactory(branch=branch, doctor=doctor, patient=patient, chair=chair)


def test_a_step_shows_the_new_state_and_tells_the_page(desk_client, row):
    url = reverse("schedule:appointment_state", args=[row.pk])
    answer = desk_client.post(url, {"to": "arrived", "version": 1}, **PART)

    assert answer.status_code == 200
    assert "appointmentChanged" in answer.headers["HX-Trigger"]
    assert "в клинике" in answer.content.decode()
    assert refreshed(row).state == State.ARRIVED


def test_the_second_tab_is_told_who_changed_what(desk_client, row, desk):
    services.change_state(actor=desk, appointment=row, to=State.ARRIVED)

    url = reverse("schedule:appointment_state", args=[row.pk])
    answer = desk_client.post(url, {"to": "no_show", "version": 1}, **PART)

    assert answer.status_code == 422
    assert "Петрова А. А." in answer.content.decode()
    assert "записан → в клинике" in answer.content.decode()
    assert refreshed(row).state == State.ARRIVED


def test_a_doctor_may_not_touch_another_doctors_appointment(client_of, other_doctor, row):
    client = client_of(other_doctor)

    assert client.get(reverse("schedule:appointment_detail", args=[row.pk]), **PART).status_code == 404
    assert client.post(reverse("schedule:appointment_state", args=[row.pk]), {"to": "in_chair"}).status_code == 404


def test_a_drop_moves_and_offers_the_way_back(desk_client, row, branch, doctor):
    url = reverse("schedule:appointment_drag", args=[row.pk])
    wish = {"start": "2026-11-23T12:00", "minutes": 45, "doctor": doctor.pk, "chair": "", "version": 1}
    answer = desk_client.post(url, wish, **PART)

    assert answer.status_code == 204
    assert (refreshed(row).starts_at, refreshed(row).minutes) == (moment("12:00", branch), 45)

    undo = json.loads(answer.headers["HX-Trigger"])["undoOffered"]
    assert desk_client.post(undo["url"], undo["values"], **PART).status_code == 204
    assert (refreshed(row).starts_at, refreshed(row).minutes) == (moment("10:00", branch), 30)


def test_a_refused_drop_says_why_and_changes_nothing(desk_client, row, doctor):
    url = reverse("schedule:appointment_drag", args=[row.pk])
    wish = {"start": "2026-11-23T19:00", "minutes": 30, "doctor": doctor.pk, "chair": "", "version": 1}
    answer = desk_client.post(url, wish, **PART)

    assert answer.status_code == 409
    assert "Выберите время внутри смены." in toast_of(answer)
    assert refreshed(row).version == 1


def test_a_move_typed_in_the_drawer_keeps_the_text_when_refused(desk_client, row, doctor):
    url = reverse("schedule:appointment_move", args=[row.pk])
    wish = {"doctor": doctor.pk, "date": "2026-11-23", "time": "20:15", "minutes": 30, "chair": "", "version": 1}
    refused = desk_client.post(url, wish, **PART)
    assert refused.status_code == 422
    assert 'value="20:15"' in refused.content.decode()

    assert desk_client.post(url, {**wish, "time": "11.30"}, **PART).status_code == 200
    assert refreshed(row).version == 2


def test_cancelling_needs_a_reason(desk_client, row):
    url = reverse("schedule:appointment_cancel", args=[row.pk])
    refused = desk_client.post(url, {"reason": "", "note": "звонил", "version": 1}, **PART)
    assert refused.status_code == 422
    assert "Выберите причину." in refused.content.decode()
    assert 'value="звонил"' in refused.content.decode()

    done = desk_client.post(url, {"reason": CancelReasonFactory().pk, "note": "", "version": 1}, **PART)
    assert done.status_code == 200
    assert refreshed(row).state == State.CANCELLED

    restored = desk_client.post(reverse("schedule:appointment_restore", args=[row.pk]), **PART)
    assert restored.status_code == 200
    assert refreshed(row).state == State.PLANNED


def test_a_quick_confirmation_from_the_side_list_answers_nothing_but_the_news(desk_client, row):
    url = reverse("schedule:appointment_confirmation", args=[row.pk])
    answer = desk_client.post(url, {"confirmation": "confirmed", "version": 1, "quick": 1}, **PART)

    assert answer.status_code == 204
    assert refreshed(row).confirmation == "confirmed"

    late = desk_client.post(url, {"confirmation": "asked", "version": 1, "quick": 1}, **PART)
    assert "Тем временем изменено" in toast_of(late)
    assert refreshed(row).confirmation == "confirmed"


def test_purpose_and_comment_are_saved(desk_client, row):
    url = reverse("schedule:appointment_change", args=[row.pk])
    desk_client.post(url, {"purpose": "гигиена", "comment": "опоздает", "version": 1}, **PART)

    assert (refreshed(row).purpose, refreshed(row).comment) == ("гигиена", "опоздает")


# --- the doctor's own screen


def test_the_doctor_sees_who_waits_and_invites(doctor_client, row, desk, branch, other_doctor):
    AppointmentFactory(branch=branch, doctor=other_doctor, patient=BookedPatientFactory(surname="Чужая"))
    services.change_state(actor=desk, appointment=row, to=State.ARRIVED)

    text = doctor_client.get(reverse("schedule:my_day")).content.decode()
    assert "Иванова Мария Сергеевна" in text
    assert "Чужая" not in text
    assert "is-called" in text
    assert "Пригласить" in text

    step = doctor_client.post(reverse("schedule:my_day_step", args=[row.pk]), {"to": "in_chair", "version": 2}, **PART)
    assert step.status_code == 204
    assert refreshed(row).state == State.IN_CHAIR


def test_the_rail_shows_my_day_to_doctors_only(doctor_client, director_client, desk_client):
    address = f'href="{reverse("schedule:my_day")}"'

    assert address in doctor_client.get(reverse("schedule:day")).content.decode()
    assert address not in director_client.get(reverse("schedule:day")).content.decode()
    assert desk_client.get(reverse("schedule:my_day")).status_code == 403


# --- shifts


def test_the_director_adds_changes_and_cancels_shifts(director_client, other_doctor, branch, shift):
    free_chair = ChairFactory(room=RoomFactory(branch=branch))
    url = f"{reverse('schedule:shift_list')}?date=2026-11-24"
    wish = {"doctor": other_doctor.pk, "chair": free_chair.pk, "starts": "20:00", "ends": "04:00"}

    assert director_client.post(url, wish, **PART).status_code == 200
    added = WorkShift.objects.latest("pk")
    assert (added.ends_at - added.starts_at).total_seconds() == 8 * 3600

    clash = director_client.post(url, wish, **PART)
    assert clash.status_code == 422
    assert "У врача уже есть смена" in clash.content.decode()

    change = {"starts": "18:00", "ends": "22:00", "chair": "", "version": 1}
    assert director_client.post(reverse("schedule:shift_change", args=[added.pk]), change, **PART).status_code == 200
    stale = director_client.post(reverse("schedule:shift_change", args=[added.pk]), change, **PART)
    assert stale.status_code == 422

    assert director_client.post(reverse("schedule:shift_cancel", args=[added.pk]), **PART).status_code == 200
    assert WorkShift.objects.working().count() == 1


def test_cancelling_a_shift_says_how_many_appointments_are_left_outside(director_client, shift, row):
    answer = director_client.post(reverse("schedule:shift_cancel", args=[shift.pk]), **PART)

    assert toast_of(answer).endswith(": 1")


def test_a_week_is_copied_from_the_drawer(director_client, shift):
    answer = director_client.post(f"{reverse('schedule:week_copy')}?date=2026-11-23", {"to": "2026-11-30"}, **PART)

    assert "Смен скопировано: 1" in toast_of(answer)


# --- the cost of an act


def test_an_act_asks_few_statements_whatever_the_history(desk_client, patient, row, branch, doctor):
    """Who asks, what was chosen, locks and checks, the row, its event and the fact; a cancelled one's drawer besides."""

    def statements_of(url: str, wish: dict, status: int) -> int:
        with CaptureQueriesContext(connection) as made:
            assert desk_client.post(url, wish, **PART).status_code == status
        return len(made) - len(SAVEPOINTS.findall(" ".join(query["sql"] or "" for query in made)))

    def acts(hour: int) -> list[int]:
        place = {"doctor": doctor.pk, "minutes": 30, "chair": ""}
        wish = {**place, "patient": patient.pk, "date": "2026-11-23", "time": f"{hour}:00"}
        booked = statements_of(reverse("schedule:appointment_book"), wish, 204)
        made = Appointment.objects.latest("pk")
        drop = {**place, "start": f"2026-11-23T{hour}:30", "version": 1}
        moved = statements_of(reverse("schedule:appointment_drag", args=[made.pk]), drop, 204)
        cancel = {"reason": CancelReasonFactory().pk, "note": "", "version": 2}
        return [booked, moved, statements_of(reverse("schedule:appointment_cancel", args=[made.pk]), cancel, 200)]

    desk_client.get(reverse("schedule:day"))  # the session is touched once
    Appointment.objects.filter(pk=row.pk).update(is_first_visit=True)
    for_one = acts(12)
    AppointmentFactory.create_batch(3, branch=branch, doctor=doctor, patient=patient, state=State.CANCELLED)
    WorkShiftFactory(branch=branch, doctor=doctor, since="16:00", until="18:00")

    assert acts(13) == for_one == [12, 13, 19]
