"""Load equals what the schedule's column heads say; coming weeks are beside what was usual so long before."""

from datetime import timedelta

from reports import selectors, tiles
from reports.periods import period_of
from reports.selectors.load import Bucket, Load
from schedule import selectors as schedule_selectors
from schedule.enums import AppointmentState
from tests.factories.organization import BranchFactory
from tests.factories.schedule import WorkShiftFactory
from tests.reports.conftest import TODAY

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def load_of(branch, *buckets):
    return selectors.booked_load(branch_ids=[branch.pk], buckets=buckets or [Bucket(TODAY, TODAY + DAY)])


def test_overlaps_count_once_and_time_outside_the_shift_does_not(clinic, branch, doctor):
    WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="11:00")
    clinic.visit(at="08:30", minutes=60)  # half of it before the shift
    clinic.visit(at="10:00", minutes=30)
    clinic.visit(at="10:15", minutes=30, is_overbooked=True)
    clinic.visit(at="10:50", minutes=10, state=AppointmentState.CANCELLED)

    assert load_of(branch) == [{doctor.pk: Load(worked_minutes=120, booked_minutes=75)}]


def test_the_figure_is_the_one_of_the_schedule(clinic, branch, doctor, other_doctor, head):
    WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="15:00")
    WorkShiftFactory(branch=branch, doctor=other_doctor, since="10:00", until="20:00")
    clinic.visit(at="09:00", minutes=50)
    clinic.visit(at="11:40", minutes=95, state=AppointmentState.NO_SHOW)
    clinic.visit(at="19:30", minutes=60, doctor=other_doctor)

    (found,) = load_of(branch)

    sheet = schedule_selectors.day_sheet(actor=head, branch=branch, on=TODAY)
    shown = {column.pk: column.load_percent for column in sheet.doctors}
    assert {pk: load.percent for pk, load in found.items()} == shown
    assert set(shown) == {doctor.pk, other_doctor.pk}


def test_a_cancelled_shift_is_no_time_to_work(clinic, branch, doctor, now):
    WorkShiftFactory(branch=branch, doctor=doctor, cancelled_at=now)
    clinic.visit()

    assert load_of(branch) == [{}]
    assert Load().percent is None


def test_a_shift_over_midnight_counts_for_the_day_it_begins(clinic, branch, doctor):
    WorkShiftFactory(branch=branch, doctor=doctor, since="20:00", until="26:00")
    clinic.visit(on=TODAY + DAY, at="00:30", minutes=60)

    assert load_of(branch, Bucket(TODAY, TODAY + DAY), Bucket(TODAY + DAY, TODAY + 2 * DAY)) == [
        {doctor.pk: Load(360, 60)},
        {},
    ]


def test_as_of_leaves_out_what_was_booked_later_and_keeps_what_was_cancelled_later(clinic, branch, doctor, now):
    WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="13:00")
    before, after = now - 3 * DAY, now - DAY
    clinic.visit(at="09:00", minutes=60, created_at=before)
    clinic.visit(at="10:00", minutes=60, created_at=after)
    clinic.visit(at="11:00", minutes=60, created_at=before, state=AppointmentState.CANCELLED, cancelled_at=after)
    clinic.visit(at="12:00", minutes=60, created_at=before, state=AppointmentState.CANCELLED, cancelled_at=before)

    as_of, as_is = load_of(branch, Bucket(TODAY, TODAY + DAY, now - 2 * DAY), Bucket(TODAY, TODAY + DAY))

    assert (as_of[doctor.pk].booked_minutes, as_is[doctor.pk].booked_minutes) == (120, 120)
    assert as_of[doctor.pk].percent == 50


def test_all_branches_add_a_doctor_up(clinic, branch, doctor):
    other = BranchFactory()
    WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="11:00")
    WorkShiftFactory(branch=other, doctor=doctor, since="15:00", until="17:00")
    clinic.visit(at="15:00", minutes=60, branch=other)

    both = selectors.booked_load(branch_ids=[branch.pk, other.pk], buckets=[Bucket(TODAY, TODAY + DAY)])

    assert (both, load_of(branch)) == ([{doctor.pk: Load(240, 60)}], [{doctor.pk: Load(120, 0)}])


class TestFourWeeks:
    def tile(self, head):
        return tiles.load_ahead(actor=head, period=period_of(head)).context

    def test_each_week_is_beside_what_was_usual_so_long_before_it(self, clinic, head, branch, doctor, now):
        for week in range(-4, 2):
            WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + week * WEEK + DAY, since="09:00", until="19:00")
        # Next week: 3 of 10 hours. A week before each of the past weeks: 5 of 10 hours stood, one came later.
        clinic.visit(on=TODAY + WEEK + DAY, at="09:00", minutes=180, created_at=now - DAY)
        for week in range(-3, 1):
            on = TODAY + week * WEEK + DAY
            clinic.visit(on=on, at="09:00", minutes=300, created_at=now + (week - 1) * WEEK - DAY)
            clinic.visit(on=on, at="15:00", minutes=60, created_at=now + (week - 1) * WEEK + timedelta(days=2))

        context = self.tile(head)

        this_week, next_week, third, fourth = context["rows"][0][1]
        assert context["rows"][0][0] == doctor.short_name
        assert (next_week.percent, next_week.usual, next_week.difference_text) == (30, 50, "−20")
        assert next_week.lags_behind
        assert [cell.lags_behind for cell in context["totals"]] == [False, True, False, False]
        assert this_week.percent == 60
        assert (third.percent, fourth.percent) == (None, None)

    def test_a_doctor_who_did_not_work_before_has_no_usual(self, clinic, head, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor)
        clinic.visit(at="09:00", minutes=180)

        (cell, *_rest) = self.tile(head)["rows"][0][1]

        assert (cell.percent, cell.usual, cell.difference_text, cell.lags_behind) == (50, None, "", False)

    def test_all_doctors_are_compared_with_the_same_doctors(self, clinic, head, branch, doctor, other_doctor):
        """A doctor on leave this week does not make the others' usual."""
        WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="19:00")
        for person, minutes in ((doctor, 60), (other_doctor, 600)):
            WorkShiftFactory(branch=branch, doctor=person, on=TODAY - WEEK, since="09:00", until="19:00")
            clinic.visit(on=TODAY - WEEK, at="09:00", minutes=minutes, doctor=person)

        assert self.tile(head)["totals"][0].usual == 10


def test_doctors_and_weeks_come_by_one_query(clinic, branch, doctor, other_doctor, django_assert_num_queries):
    WorkShiftFactory(branch=branch, doctor=doctor)
    with django_assert_num_queries(1):
        load_of(branch)
    WorkShiftFactory(branch=branch, doctor=other_doctor)
    with django_assert_num_queries(1):
        load_of(branch, *[Bucket(TODAY + n * WEEK, TODAY + (n + 1) * WEEK) for n in range(4)])
