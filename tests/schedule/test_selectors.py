from datetime import date, time, timedelta

import pytest

from core import modules
from core.actor import Actor, Scope
from core.modules import AppointmentMark, Mark, Module
from schedule import selectors, services
from schedule.enums import AppointmentState as State
from schedule.models import Appointment, WorkShift
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory, actor_of
from tests.factories.schedule import MONDAY, AppointmentFactory, BookedPatientFactory, WorkShiftFactory, moment

TUESDAY = date(2026, 11, 24)


def sheet(actor, branch, on=MONDAY):
    return selectors.day_sheet(actor=actor, branch=branch, on=on)


def wall(branch, moment_):
    return moment_.astimezone(branch.zone).strftime("%d %H:%M")


# --- the day


def test_the_day_has_a_column_for_who_works_and_for_who_is_booked(shift, desk, branch, doctor, other_doctor):
    AppointmentFactory(branch=branch, doctor=other_doctor)
    EmployeeFactory(role="doctor", specialty=True, branch=branch)  # neither works nor is booked

    day = sheet(desk, branch)

    assert [column.name for column in day.doctors] == [doctor.short_name, other_doctor.short_name]
    assert day.doctors[0].note == f"терапевт · {shift.chair.room.name}"
    assert [column.load_percent for column in day.doctors] == [0, None]


def test_load_counts_overlaps_once_and_time_outside_the_shift_not_at_all(shift, desk, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="09:00", length=90)
    AppointmentFactory(branch=branch, doctor=doctor, at="09:30", length=60, is_overbooked=True)
    AppointmentFactory(branch=branch, doctor=doctor, at="14:00", length=150)  # an hour and a half of it outside

    (column,) = sheet(desk, branch).doctors

    assert column.load_percent == round(100 * (90 + 60) / 360)


def test_cancelled_appointments_are_not_on_the_grid(shift, desk, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, state=State.CANCELLED)
    missed = AppointmentFactory(branch=branch, doctor=doctor, state=State.NO_SHOW)

    assert [box.pk for box in sheet(desk, branch).appointments] == [missed.pk]


def test_a_doctor_sees_own_day_only(shift, chairside, branch, doctor, other_doctor):
    own = AppointmentFactory(branch=branch, doctor=doctor)
    AppointmentFactory(branch=branch, doctor=other_doctor)
    WorkShiftFactory(branch=branch, doctor=other_doctor)

    day = sheet(chairside, branch)

    assert [box.pk for box in day.appointments] == [own.pk]
    assert [column.pk for column in day.doctors] == [doctor.pk]


def test_boxes_carry_their_marks(shift, desk, branch, doctor):
    allergic = BookedPatientFactory(allergy="лидокаин")
    AppointmentFactory(branch=branch, doctor=doctor, patient=allergic, is_first_visit=True, at="15:30")

    (box,) = sheet(desk, branch).appointments

    assert [mark.icon for mark in box.marks] == ["star", "alert-triangle", "clock-pause"]
    assert "лидокаин" in str(box.marks[1].title)


def debt_marks(*, actor, appointment_ids):
    return {pk: Mark("currency-ruble", "Долг", "danger") for pk in appointment_ids}


def test_marks_of_other_apps_are_asked_once(shift, desk, branch, doctor):
    modules.registry.register(
        Module(
            code="marks_of_tests",
            title="Marks",
            appointment_marks=[AppointmentMark("debt_of_tests", f"{__name__}.debt_marks", "", 1)],
        )
    )
    try:
        AppointmentFactory(branch=branch, doctor=doctor)
        (box,) = sheet(desk, branch).appointments
    finally:
        modules.registry.unregister("marks_of_tests")

    assert "currency-ruble" in [mark.icon for mark in box.marks]


def test_the_day_costs_five_queries_for_one_row_and_for_three(shift, desk, branch, doctor, django_assert_num_queries):
    """Branch with chairs and hours, shifts, appointments, specialities, debts."""
    AppointmentFactory(branch=branch, doctor=doctor)
    with modules.remembered_state(), django_assert_num_queries(5):
        sheet(desk, branch)

    for hour in (11, 12):
        another = EmployeeFactory(role="doctor", specialty=True, branch=branch)
        WorkShiftFactory(branch=branch, doctor=another, chair=ChairFactory(room=RoomFactory(branch=branch)))
        AppointmentFactory(branch=branch, doctor=another, at=f"{hour}:00")
    with modules.remembered_state(), django_assert_num_queries(5):
        day = sheet(desk, branch)

    assert len(day.doctors) == len(day.appointments) == 3


@pytest.mark.parametrize("scope", [None, *Scope])
@pytest.mark.parametrize("is_own_branch", [True, False])
def test_statements_by_hand_show_what_visible_to_shows(scope, is_own_branch, branch, doctor, other_doctor):
    """The day, the cards and free hand-written reads follow the one rule of access."""
    for who, at in ((doctor, "10:00"), (other_doctor, "11:00")):
        WorkShiftFactory(branch=branch, doctor=who)
        AppointmentFactory(branch=branch, doctor=who, at=at, state=State.ARRIVED, arrived_at=moment(at, branch))
        AppointmentFactory(branch=branch, doctor=who, at=at, on=TUESDAY)
    actor = Actor(
        employee_id=doctor.pk,
        role_id=None,
        rights={"schedule.view_appointment": scope} if scope else {},
        branch_ids=(branch.pk if is_own_branch else BranchFactory().pk,),
    )
    visible = Appointment.objects.visible_to(actor)
    monday, tuesday = (set(visible.filter(starts_at__date=on).values_list("pk", flat=True)) for on in (MONDAY, TUESDAY))

    day = sheet(actor, branch)

    assert {box.pk for box in day.appointments} == monday
    assert {column.pk for column in day.doctors} == {
        shift.doctor_id for shift in WorkShift.objects.visible_to(actor).working()
    }
    assert {person.pk for person in selectors.waiting_room(actor=actor, branch=branch, on=MONDAY)} == monday
    assert {person.pk for person in selectors.to_confirm(actor=actor, branch=branch, on=TUESDAY).rows} == tuesday


def test_an_actor_without_an_employee_has_no_own_day(shift, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor)
    nobody = Actor(employee_id=None, role_id=None, rights={"schedule.view_appointment": Scope.OWN})

    assert sheet(nobody, branch).appointments == ()


def test_the_page_is_drawn_from_the_version_the_poll_asks_for(shift, desk, chairside, branch, doctor, other_doctor):
    AppointmentFactory(branch=branch, doctor=doctor)
    AppointmentFactory(branch=branch, doctor=other_doctor, state=State.CANCELLED)
    WorkShiftFactory(branch=branch, doctor=other_doctor, cancelled_at=moment("09:00", branch))

    argument = f"{branch.pk}:{MONDAY.isoformat()}"
    stamps = [selectors.day_stamp(actor=actor, argument=argument) for actor in (desk, chairside)]

    assert [sheet(actor, branch).stamp for actor in (desk, chairside)] == stamps
    assert stamps[0] != stamps[1]
    empty = f"{branch.pk}:{TUESDAY.isoformat()}"
    assert sheet(desk, branch, TUESDAY).stamp == selectors.day_stamp(actor=desk, argument=empty)


def test_years_of_history_do_not_reach_the_days_query(shift, desk, branch):
    rows = Appointment.objects.filter(branch=branch).overlapping(moment("00:00", branch), moment("24:00", branch))

    assert "starts_at" in str(rows.query)
    assert str(moment("00:00", branch) - timedelta(hours=24))[:16] in str(rows.query)


def test_the_grid_shows_opening_hours_and_whatever_stands_outside_them(shift, desk, branch, doctor):
    assert (sheet(desk, branch).opens, sheet(desk, branch).closes) == (time(9), time(21))

    AppointmentFactory(branch=branch, doctor=doctor, at="07:20", length=30)
    AppointmentFactory(branch=branch, doctor=doctor, at="21:00", length=20)

    assert (sheet(desk, branch).opens, sheet(desk, branch).closes) == (time(7), time(22))


def test_a_night_shift_stands_on_both_days_of_a_far_branch(director, doctor, set_clock):
    vladivostok = BranchFactory(time_zone="Asia/Vladivostok")
    actor = actor_of(director, branch=vladivostok)
    set_clock(moment("12:00", vladivostok))
    WorkShiftFactory(branch=vladivostok, doctor=doctor, since="20:00", until="28:00")
    late = AppointmentFactory(branch=vladivostok, doctor=doctor, at="23:30", length=60)
    night = AppointmentFactory(branch=vladivostok, doctor=doctor, at="25:00", length=30)

    first, second = sheet(actor, vladivostok), sheet(actor, vladivostok, TUESDAY)

    assert [box.pk for box in first.appointments] == [late.pk]
    assert [box.pk for box in second.appointments] == [late.pk, night.pk]
    assert first.closes is None  # midnight
    assert second.opens == time(0)
    assert [mark.icon for box in second.appointments for mark in box.marks] == []  # both inside the shift


# --- stamps


def test_any_change_of_the_day_changes_its_stamp(shift, desk, branch, doctor, patient):
    argument = f"{branch.pk}:{MONDAY.isoformat()}"
    seen = [selectors.day_stamp(actor=desk, argument=argument)]

    def look():
        stamp = selectors.day_stamp(actor=desk, argument=argument)
        assert stamp not in seen
        seen.append(stamp)

    booked = services.book_appointment(
        actor=desk, patient=patient, doctor=doctor, branch=branch, starts_at=moment("10:00", branch), minutes=30
    )
    look()
    services.change_state(actor=desk, appointment=booked, to=State.ARRIVED)
    look()
    WorkShiftFactory(branch=branch, doctor=EmployeeFactory(), since="10:00", until="11:00")
    look()


def test_a_stamp_of_another_day_or_nonsense_does_not_move(shift, desk, branch, doctor):
    tuesday = f"{branch.pk}:{TUESDAY.isoformat()}"
    before = selectors.day_stamp(actor=desk, argument=tuesday)
    AppointmentFactory(branch=branch, doctor=doctor)

    assert selectors.day_stamp(actor=desk, argument=tuesday) == before
    assert [selectors.day_stamp(actor=desk, argument=odd) for odd in ("", "x:y", f"{branch.pk}:2026-13-45")] == [
        "",
        "",
        "",
    ]


def test_a_stamp_is_one_statement(shift, desk, branch, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.day_stamp(actor=desk, argument=f"{branch.pk}:{MONDAY.isoformat()}")


def test_a_doctors_stamp_does_not_tell_of_others(shift, chairside, branch, doctor, other_doctor):
    argument = f"{branch.pk}:{MONDAY.isoformat()}"
    before = selectors.day_stamp(actor=chairside, argument=argument)
    mine = selectors.my_day_stamp(actor=chairside, argument=MONDAY.isoformat())

    AppointmentFactory(branch=branch, doctor=other_doctor)
    assert selectors.day_stamp(actor=chairside, argument=argument) == before
    assert selectors.my_day_stamp(actor=chairside, argument=MONDAY.isoformat()) == mine

    AppointmentFactory(branch=BranchFactory(), doctor=doctor, at="12:00")
    assert selectors.my_day_stamp(actor=chairside, argument=MONDAY.isoformat()) != mine


# --- free time


def free(branch, doctors, minutes, since="09:00", until="24:00", **options):
    slots = selectors.free_slots(
        doctor_ids=[doctor.pk for doctor in doctors],
        branch=branch,
        since=moment(since, branch),
        until=moment(until, branch),
        minutes=minutes,
        **options,
    )
    return [wall(branch, slot.starts_at)[3:] for slot in slots]


def test_free_time_is_the_shift_less_what_is_taken(shift, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="10:00", length=60)
    AppointmentFactory(branch=branch, doctor=doctor, at="12:15", length=45)

    assert free(branch, [doctor], 60) == ["09:00", "11:00", "13:00", "14:00"]
    assert free(branch, [doctor], 75) == ["11:00", "13:00"]


def test_a_taken_chair_is_no_free_time(shift, branch, doctor, other_doctor, chair):
    AppointmentFactory(branch=branch, doctor=other_doctor, chair=chair, at="09:00", length=300)

    assert free(branch, [doctor], 30) == ["14:00", "14:30"]


def test_free_time_begins_at_a_moment_one_may_book(shift, branch, doctor):
    assert free(branch, [doctor], 30, since="13:32", until="14:04") == []
    assert free(branch, [doctor], 30, since="13:32", until="14:30") == ["13:35"]


def test_cancelled_shifts_and_appointments_do_not_matter(shift, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="09:00", length=300, state=State.CANCELLED)
    WorkShiftFactory(branch=branch, doctor=doctor, since="16:00", until="17:00", cancelled_at=moment("09:00", branch))

    assert free(branch, [doctor], 180) == ["09:00", "12:00"]


def test_free_times_of_several_doctors_come_in_order_of_time(shift, branch, doctor, other_doctor):
    WorkShiftFactory(branch=branch, doctor=other_doctor, since="08:00", until="10:00")

    assert free(branch, [doctor, other_doctor], 60, since="08:00", until="11:00") == [
        "08:00",
        "09:00",
        "09:00",
        "10:00",
    ]


def test_times_of_many_shifts_come_as_they_are_taken(shift, branch, doctor, other_doctor):
    """A later shift begins before an earlier one is used up, and is not lost."""
    WorkShiftFactory(branch=branch, doctor=other_doctor, since="13:00", until="16:00")
    WorkShiftFactory(branch=branch, doctor=doctor, since="16:00", until="17:00")

    assert free(branch, [other_doctor, doctor], 60, since="12:00") == [
        "12:00", "13:00", "13:00", "14:00", "14:00", "15:00", "16:00",
    ]  # fmt: skip


def test_a_doctors_time_in_another_branch_is_taken(shift, branch, doctor):
    AppointmentFactory(branch=BranchFactory(), doctor=doctor, at="09:00", length=300)

    assert free(branch, [doctor], 60) == ["14:00"]


def test_free_time_costs_two_queries(shift, branch, doctor, other_doctor, django_assert_num_queries):
    WorkShiftFactory(branch=branch, doctor=other_doctor)

    with django_assert_num_queries(2):
        free(branch, [doctor, other_doctor], 30)


def test_the_nearest_times_are_around_the_wanted_one(shift, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="10:00", length=120)

    found = selectors.nearest_slots(
        doctor=doctor,
        branch=branch,
        at=moment("10:30", branch),
        since=moment("09:00", branch),
        until=moment("24:00", branch),
        minutes=30,
    )

    assert [wall(branch, slot.starts_at)[3:] for slot in found] == ["09:00", "09:15", "09:30", "12:00"]


# --- lists


def test_the_waiting_room_holds_who_came_the_longest_waiting_first(shift, desk, branch, doctor, other_doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="09:00", state=State.IN_CHAIR)
    second = AppointmentFactory(
        branch=branch, doctor=doctor, at="10:00", state=State.ARRIVED, arrived_at=moment("09:20", branch)
    )
    first = AppointmentFactory(
        branch=branch, doctor=other_doctor, at="11:00", state=State.READY, arrived_at=moment("09:10", branch)
    )

    waiting = selectors.waiting_room(actor=desk, branch=branch, on=MONDAY)
    assert [person.pk for person in waiting] == [first.pk, second.pk]


def test_the_list_to_confirm_leaves_out_who_did_and_begins_with_who_wants_a_change(shift, desk, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, on=TUESDAY, at="09:00", confirmation="confirmed")
    quiet = AppointmentFactory(branch=branch, doctor=doctor, on=TUESDAY, at="10:00")
    mover = AppointmentFactory(branch=branch, doctor=doctor, on=TUESDAY, at="11:00", confirmation="wants_move")

    found = selectors.to_confirm(actor=desk, branch=branch, on=TUESDAY)

    assert [person.pk for person in found.rows] == [mover.pk, quiet.pk]
    assert (found.confirmed, found.asked_for) == (1, 3)


def test_today_only_those_still_ahead_are_asked(shift, desk, branch, doctor):
    AppointmentFactory(branch=branch, doctor=doctor, at="09:00")
    ahead = AppointmentFactory(branch=branch, doctor=doctor, at="10:00")

    found = selectors.to_confirm(actor=desk, branch=branch, on=MONDAY)
    assert [person.pk for person in found.rows] == [ahead.pk]


def test_next_appointments_are_found_for_many_patients_at_once(shift, desk, branch, doctor, django_assert_num_queries):
    one, other, nobody = BookedPatientFactory.create_batch(3)
    AppointmentFactory(branch=branch, doctor=doctor, patient=one, at="09:00")  # over
    AppointmentFactory(branch=branch, doctor=doctor, patient=one, on=TUESDAY)
    nearest = AppointmentFactory(branch=branch, doctor=doctor, patient=one, at="12:00")
    AppointmentFactory(branch=branch, doctor=doctor, patient=other, at="13:00", state=State.CANCELLED)

    with django_assert_num_queries(1):
        found = selectors.next_appointments(actor=desk, patient_ids=[one.pk, other.pk, nobody.pk])

    assert {pk: row.pk for pk, row in found.items()} == {one.pk: nearest.pk}


def test_what_happened_is_told_in_words(shift, desk, branch, doctor, patient):
    row = services.book_appointment(
        actor=desk, patient=patient, doctor=doctor, branch=branch, starts_at=moment("10:00", branch), minutes=30
    )
    services.move_appointment(
        actor=desk, appointment=row, version=1, starts_at=moment("12:00", branch), minutes=45, doctor=doctor, chair=None
    )
    services.change_state(actor=desk, appointment=row, to=State.ARRIVED)

    told = [(line.who, line.role, line.what) for line in selectors.happenings(row)]

    assert [who for who, _role, _what in told] == ["Петрова А. А."] * 3
    assert told[0][2] == "записан → в клинике"
    assert "23.11.2026 10:00, 30 мин" in told[1][2]
    assert "23.11.2026 12:00, 45 мин" in told[1][2]
    assert told[2][2].startswith("Записан на 23.11.2026 10:00")


@pytest.mark.parametrize("count", [1, 3])
def test_history_of_an_appointment_costs_three_queries(
    shift, desk, branch, doctor, patient, count, django_assert_num_queries
):
    row = services.book_appointment(
        actor=desk, patient=patient, doctor=doctor, branch=branch, starts_at=moment("10:00", branch), minutes=30
    )
    for hour in range(count):
        services.move_appointment(
            actor=desk,
            appointment=row,
            version=None,
            starts_at=moment(f"{11 + hour}:00", branch),
            minutes=30,
            doctor=doctor,
            chair=None,
        )

    with django_assert_num_queries(3):
        selectors.happenings(row)
