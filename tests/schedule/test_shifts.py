from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from core.errors import ChangedByOther
from schedule import errors, services
from schedule.models import Appointment, WorkShift
from tests.factories.organization import BranchFactory, ChairFactory, RoomFactory
from tests.factories.schedule import MONDAY, AppointmentFactory, WorkShiftFactory, moment


@pytest.fixture
def add(head, branch, doctor, chair, monday):
    def add(since="09:00", until="15:00", **other):
        named = {"actor": head, "doctor": doctor, "branch": branch, "chair": chair, **other}
        return services.add_shift(starts_at=moment(since, branch), ends_at=moment(until, branch), **named)

    return add


def test_a_shift_may_pass_midnight(add, branch):
    shift = add("20:00", "28:00")

    assert shift.ends_at == moment("04:00", branch, date(2026, 11, 24))


def test_a_doctor_has_one_shift_at_a_time(add):
    add()

    with pytest.raises(errors.ShiftClash):
        add("14:00", "18:00", chair=None)


def test_a_chair_serves_one_doctor_at_a_time(add, other_doctor):
    add()

    with pytest.raises(errors.ShiftChairClash):
        add("14:00", "18:00", doctor=other_doctor)


def test_shifts_may_follow_each_other(add):
    add("09:00", "15:00")

    assert add("15:00", "20:00").pk


@pytest.mark.parametrize(
    ("since", "until", "error"),
    [
        ("15:00", "09:00", errors.ShiftTooLong),
        ("09:00", "34:00", errors.ShiftTooLong),
        ("09:02", "15:00", errors.NotAligned),
    ],
)
def test_times_of_a_shift_are_checked(add, since, until, error):
    with pytest.raises(error):
        add(since, until)


def test_a_chair_of_another_branch_is_refused(add):
    with pytest.raises(errors.ChairElsewhere):
        add(chair=ChairFactory())


def test_changing_shifts_needs_the_right(add, desk):
    with pytest.raises(PermissionDenied):
        add(actor=desk)


def test_a_change_of_a_newer_version_is_refused(add, head, branch, chair):
    shift = add()
    times = {"starts_at": moment("10:00", branch), "ends_at": moment("16:00", branch)}
    services.change_shift(actor=head, shift=shift, chair=chair, version=1, **times)

    with pytest.raises(ChangedByOther):
        services.change_shift(actor=head, shift=shift, chair=chair, version=1, **times)


def test_a_cancelled_shift_leaves_its_appointments_and_frees_the_hours(add, head, branch, doctor):
    shift = add()
    row = AppointmentFactory(branch=branch, doctor=doctor)

    services.cancel_shift(actor=head, shift=shift)

    assert Appointment.objects.get(pk=row.pk).is_occupying
    assert add().pk
    with pytest.raises(errors.ShiftGone):
        services.cancel_shift(actor=head, shift=shift)


def test_a_week_is_copied_by_wall_clock_and_clashes_are_left_out(head, branch, doctor, other_doctor, chair, monday):
    other_chair = ChairFactory(room=RoomFactory(branch=branch))
    for day in (23, 24, 25):
        WorkShiftFactory(branch=branch, doctor=doctor, chair=chair, on=date(2026, 11, day))
    WorkShiftFactory(branch=branch, doctor=other_doctor, chair=other_chair, since="20:00", until="28:00")
    WorkShiftFactory(branch=branch, doctor=doctor, chair=None, on=date(2026, 12, 1), since="14:00", until="18:00")

    copied = services.copy_week(actor=head, branch=branch, week_of=date(2026, 11, 25), to_week_of=date(2026, 12, 2))

    assert (copied.made, copied.skipped) == (3, 1)
    new = WorkShift.objects.starting_within(
        moment("00:00", branch, date(2026, 11, 30)), moment("00:00", branch, date(2026, 12, 7))
    )
    assert [
        (row.doctor_id, row.starts_at, row.ends_at) for row in new.filter(chair__isnull=False).order_by("starts_at")
    ] == [
        (doctor.pk, moment("09:00", branch, date(2026, 11, 30)), moment("15:00", branch, date(2026, 11, 30))),
        (other_doctor.pk, moment("20:00", branch, date(2026, 11, 30)), moment("28:00", branch, date(2026, 11, 30))),
        (doctor.pk, moment("09:00", branch, date(2026, 12, 2)), moment("15:00", branch, date(2026, 12, 2))),
    ]


def test_a_copy_keeps_the_wall_clock_across_a_change_of_the_clocks(head, doctor, set_clock):
    berlin = BranchFactory(time_zone="Europe/Berlin")
    set_clock(moment("09:00", berlin, date(2026, 10, 20)))
    WorkShiftFactory(branch=berlin, doctor=doctor, on=date(2026, 10, 20))  # summer time ends on 25 October

    services.copy_week(actor=head, branch=berlin, week_of=date(2026, 10, 20), to_week_of=date(2026, 10, 27))

    copy = WorkShift.objects.latest("starts_at")
    assert copy.starts_at.astimezone(berlin.zone).strftime("%d %H:%M") == "27 09:00"
    assert copy.ends_at.astimezone(berlin.zone).strftime("%H:%M") == "15:00"


def test_an_empty_week_copies_nothing(head, branch, monday):
    assert services.copy_week(actor=head, branch=branch, week_of=MONDAY, to_week_of=date(2026, 12, 1)).made == 0
