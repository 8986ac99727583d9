import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import ChangedByOther
from organization.models import RolePermission
from schedule import errors, services
from schedule.enums import AppointmentState, EventKind
from schedule.models import Appointment, AppointmentEvent
from tests.factories.organization import BranchFactory, ChairFactory, RoomFactory, actor_of
from tests.factories.schedule import (
    AppointmentFactory,
    BookedPatientFactory,
    CancelReasonFactory,
    WorkShiftFactory,
    moment,
)
from tests.schedule.conftest import facts, refreshed

TUESDAY = moment.__defaults__[0].replace(day=24)


@pytest.fixture
def book(shift, desk, patient, doctor, branch):
    def book(at="10:00", minutes=30, **other):
        named = {"actor": desk, "patient": patient, "doctor": doctor, "branch": branch, **other}
        return services.book_appointment(starts_at=moment(at, branch), minutes=minutes, **named)

    return book


def test_a_booking_takes_the_shifts_chair_and_remembers_its_first_time(book, chair, desk):
    booked = book("10:15", minutes=45, purpose="кариес 36")

    saved = refreshed(booked)
    assert saved.chair == chair
    assert saved.minutes == 45
    assert saved.first_starts_at == saved.starts_at
    assert (saved.created_by_id, saved.version, saved.is_overbooked) == (desk.employee_id, 1, False)
    assert [event.kind for event in saved.events.all()] == [EventKind.BOOKED]
    assert [name for name, _payload in facts()] == ["AppointmentBooked"]


@pytest.mark.parametrize(("at", "minutes"), [("10:00", 30), ("09:45", 30), ("10:25", 5), ("09:30", 120), ("10:10", 5)])
def test_a_doctor_is_never_booked_twice_for_shared_time(book, at, minutes):
    book("10:00", minutes=30)

    with pytest.raises(errors.DoctorTaken):
        book(at, minutes, patient=BookedPatientFactory())

    assert Appointment.objects.count() == 1
    assert len(facts()) == 1


@pytest.mark.parametrize("at", ["09:30", "10:30"])
def test_neighbours_may_touch(book, at):
    book("10:00")

    assert book(at, patient=BookedPatientFactory()).pk


def test_the_refusal_names_who_is_there_to_those_who_may_see_it(book, doctor):
    book("10:00", minutes=45)

    with pytest.raises(errors.DoctorTaken) as refused:
        book("10:30", patient=BookedPatientFactory())

    (text,) = refused.value.messages
    assert doctor.short_name in text
    assert "10:00–10:45" in text
    assert "Иванова М. С." in text


def test_the_refusal_hides_the_patient_from_those_who_may_not_see_the_appointment(
    shift, registrar, doctor, branch, patient, chair, other_doctor
):
    AppointmentFactory(branch=branch, doctor=other_doctor, chair=chair, patient=patient)
    RolePermission.objects.filter(role__code="administrator", code="schedule.view_appointment").delete()

    with pytest.raises(errors.ChairTaken) as refused:
        services.book_appointment(
            actor=actor_of(registrar, branch=branch),
            patient=BookedPatientFactory(),
            doctor=doctor,
            branch=branch,
            starts_at=moment("10:00", branch),
            minutes=30,
        )

    (text,) = refused.value.messages
    assert "10:00–10:30" in text
    assert "Иванова" not in text


def test_two_doctors_never_share_a_chair_at_one_time(book, other_doctor, branch, chair):
    book("10:00")
    WorkShiftFactory(branch=branch, doctor=other_doctor, chair=None)

    with pytest.raises(errors.ChairTaken):
        book("10:15", doctor=other_doctor, chair=chair, patient=BookedPatientFactory())


def test_the_database_itself_refuses_an_unmarked_overlap(shift, doctor, branch, patient):
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient)

    with pytest.raises(IntegrityError, match="schedule_appointment_doctor_free"), transaction.atomic():
        AppointmentFactory(branch=branch, doctor=doctor, patient=patient, at="10:15")


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.VOIDED])
def test_a_cancelled_appointment_holds_no_time(book, doctor, branch, chair, state):
    AppointmentFactory(branch=branch, doctor=doctor, chair=chair, state=state)

    assert book("10:00").pk


@pytest.mark.parametrize("state", [AppointmentState.ARRIVED, AppointmentState.NO_SHOW, AppointmentState.SETTLED])
def test_every_other_state_holds_its_time(book, doctor, branch, chair, state):
    AppointmentFactory(branch=branch, doctor=doctor, chair=chair, state=state)

    with pytest.raises(errors.DoctorTaken):
        book("10:00")


def test_outside_the_shift_is_refused(book):
    with pytest.raises(errors.OutsideShift):
        book("14:45", minutes=30)


def test_two_shifts_in_a_row_count_as_one(book, branch, doctor):
    next_chair = ChairFactory(room=RoomFactory(branch=branch))
    WorkShiftFactory(branch=branch, doctor=doctor, chair=next_chair, since="15:00", until="20:00")

    booked = book("14:45", minutes=30)

    assert booked.chair != next_chair  # the chair of the shift it begins in


def test_the_right_to_overbook_allows_time_outside_the_shift(book, head):
    booked = book("16:00", actor=head)

    assert booked.chair is None
    assert not booked.is_overbooked


def test_even_with_that_right_the_doctor_must_work_in_the_branch(book, head):
    elsewhere = BranchFactory()

    with pytest.raises(errors.DoctorUnavailable):
        book("16:00", actor=head, branch=elsewhere)


def test_an_overbooking_needs_the_right(book):
    book("10:00")

    with pytest.raises(PermissionDenied):
        book("10:00", is_overbooked=True, comment="острая боль", patient=BookedPatientFactory())


def test_an_overbooking_needs_a_reason(book, head):
    book("10:00")

    with pytest.raises(errors.ReasonMissing):
        book("10:00", actor=head, is_overbooked=True, patient=BookedPatientFactory())


def test_an_overbooking_is_marked_and_only_where_something_is_below(book, head):
    book("10:00")

    over = book("10:00", actor=head, is_overbooked=True, comment="острая боль", patient=BookedPatientFactory())
    free = book("11:00", actor=head, is_overbooked=True, comment="острая боль", patient=BookedPatientFactory())

    assert (over.is_overbooked, free.is_overbooked) == (True, False)


def test_time_left_to_a_marked_one_is_not_booked_again(book, head, desk):
    below = book("10:00")
    book("10:00", actor=head, is_overbooked=True, comment="острая боль", patient=BookedPatientFactory())
    services.cancel_appointment(actor=desk, appointment=below, reason=CancelReasonFactory())

    with pytest.raises(errors.DoctorTaken):
        book("10:00", patient=BookedPatientFactory())


@pytest.mark.parametrize(
    ("at", "minutes", "error"),
    [
        ("10:03", 30, errors.NotAligned),
        ("10:00", 7, errors.NotAligned),
        ("10:00", 0, errors.WrongLength),
        ("10:00", 725, errors.WrongLength),
    ],
)
def test_times_go_in_steps_and_lengths_have_limits(book, at, minutes, error):
    with pytest.raises(error):
        book(at, minutes)


def test_yesterday_is_over_but_this_morning_is_not(book, set_clock, branch):
    set_clock(moment("13:00", branch))
    assert book("09:00").pk

    set_clock(moment("00:05", branch, TUESDAY))
    with pytest.raises(errors.InThePast):
        book("11:00")


def test_who_is_not_to_be_booked_is_not_booked(book):
    angry = BookedPatientFactory(is_booking_forbidden=True, booking_forbidden_reason="скандалил")

    with pytest.raises(errors.BookingForbidden) as refused:
        book(patient=angry)

    assert "скандалил" in refused.value.messages[0]


def test_an_archived_card_is_not_booked(book):
    with pytest.raises(errors.PatientArchived):
        book(patient=BookedPatientFactory(archived_at=timezone.now()))


def test_a_chair_of_another_branch_is_refused(book):
    with pytest.raises(errors.ChairElsewhere):
        book(chair=ChairFactory())


def test_scope_own_books_to_oneself_only(book, doctor, other_doctor, branch, shift):
    RolePermission.objects.create(role=doctor.roles.get(), code="schedule.book_appointment", scope="own")
    actor = actor_of(doctor, branch=branch)
    WorkShiftFactory(branch=branch, doctor=other_doctor)

    assert book("10:00", actor=actor).pk
    with pytest.raises(PermissionDenied):
        book("12:00", actor=actor, doctor=other_doctor, patient=BookedPatientFactory())


def test_scope_branch_does_not_reach_another_branch(book, registrar, branch, doctor):
    RolePermission.objects.filter(role__code="administrator", code="schedule.book_appointment").update(scope="branch")
    elsewhere = BranchFactory()
    WorkShiftFactory(branch=elsewhere, doctor=doctor, since="16:00", until="20:00")

    with pytest.raises(PermissionDenied):
        book("16:00", actor=actor_of(registrar, branch=branch), branch=elsewhere)


# --- moving


@pytest.fixture
def move(desk):
    def move(row, to, *, actor=desk, version=None, minutes=None, doctor=None, chair=None):
        return services.move_appointment(
            actor=actor,
            appointment=row,
            version=version,
            starts_at=to,
            minutes=minutes or row.minutes,
            doctor=doctor or row.doctor,
            chair=chair,
        )

    return move


def test_a_move_within_the_day_is_an_event_but_does_not_count(book, move, branch):
    row = book("10:00")

    moved = move(row, moment("12:00", branch))

    assert (moved.pk, moved.moves, moved.version) == (row.pk, 0, 2)
    assert moved.first_starts_at == row.starts_at
    assert [event.kind for event in moved.events.all()] == [EventKind.BOOKED, EventKind.MOVED]
    assert facts()[-1][0] == "AppointmentMoved"


def test_a_move_to_another_day_counts_and_takes_that_days_chair(book, move, branch, doctor):
    other_chair = ChairFactory(room=RoomFactory(branch=branch))
    WorkShiftFactory(branch=branch, doctor=doctor, chair=other_chair, on=TUESDAY)

    moved = move(book("10:00"), moment("10:00", branch, TUESDAY))

    assert (moved.moves, moved.chair) == (1, other_chair)


def test_a_move_onto_another_appointment_is_refused_and_nothing_changes(book, move, branch):
    at_ten, at_noon = book("10:00"), book("12:00", patient=BookedPatientFactory())

    with pytest.raises(errors.DoctorTaken):
        move(at_ten, at_noon.starts_at)

    assert refreshed(at_ten).starts_at == at_ten.starts_at
    assert AppointmentEvent.objects.filter(kind=EventKind.MOVED).count() == 0


def test_an_appointment_may_be_moved_over_its_own_old_time(book, move, branch):
    assert move(book("10:00"), moment("10:15", branch)).version == 2


def test_a_move_of_a_newer_version_is_refused(book, move, branch):
    row = book("10:00")
    move(row, moment("11:00", branch), version=1)

    with pytest.raises(ChangedByOther) as refused:
        move(row, moment("12:00", branch), version=1)

    assert refused.value.theirs.starts_at == moment("11:00", branch)


def test_moving_nowhere_changes_nothing(book, move):
    row = book("10:00")

    assert move(row, row.starts_at, chair=row.chair).version == 1
    assert len(facts()) == 1


def test_who_sits_in_the_chair_only_gets_longer(book, move, branch, chair):
    row = book("10:00")
    Appointment.objects.filter(pk=row.pk).update(state=AppointmentState.IN_CHAIR)

    assert move(row, row.starts_at, minutes=60, chair=chair).minutes == 60
    with pytest.raises(errors.NotMovable):
        move(row, moment("12:00", branch))


def test_who_is_in_the_clinic_is_not_moved_to_another_day(book, move, branch, doctor):
    WorkShiftFactory(branch=branch, doctor=doctor, on=TUESDAY)
    row = book("10:00")
    Appointment.objects.filter(pk=row.pk).update(state=AppointmentState.ARRIVED)

    with pytest.raises(errors.NotMovable):
        move(row, moment("10:00", branch, TUESDAY))
    assert move(row, moment("11:00", branch)).moves == 0


def test_a_marked_one_loses_the_mark_in_free_time(book, move, head, branch):
    book("10:00")
    over = book("10:00", actor=head, is_overbooked=True, comment="острая боль", patient=BookedPatientFactory())

    assert move(over, moment("11:00", branch)).is_overbooked is False


# --- cancelling, voiding, restoring


def test_a_cancelled_appointment_keeps_reason_and_side_and_frees_the_time(book, desk):
    row = book("10:00")

    services.cancel_appointment(actor=desk, appointment=row, reason=CancelReasonFactory(), note="позвонил")

    saved = refreshed(row)
    assert (saved.state, saved.cancel_reason.name) == (AppointmentState.CANCELLED, "Заболел")
    assert saved.events.last().note == "позвонил"
    assert facts()[-1] == (
        "AppointmentCancelled",
        {"appointment_id": row.pk, "side": "patient", "actor_id": desk.employee_id},
    )
    assert book("10:00", patient=BookedPatientFactory()).pk


def test_a_finished_appointment_cannot_be_cancelled(book, desk):
    row = book("10:00")
    Appointment.objects.filter(pk=row.pk).update(state=AppointmentState.FINISHED)

    with pytest.raises(errors.StepNotAllowed):
        services.cancel_appointment(actor=desk, appointment=row, reason=CancelReasonFactory())


def test_a_reason_put_away_is_not_used(book, desk):
    with pytest.raises(errors.ReasonArchived):
        services.cancel_appointment(
            actor=desk, appointment=book(), reason=CancelReasonFactory(archived_at=timezone.now())
        )


def test_a_misclick_is_voided_by_its_author_within_two_minutes(book, desk, set_clock, branch):
    row = book("10:00")
    set_clock(moment("09:32", branch))

    services.void_appointment(actor=desk, appointment=row)

    assert refreshed(row).state == AppointmentState.VOIDED


def test_after_two_minutes_or_by_another_person_it_is_not(book, desk, head, set_clock, branch):
    row = book("10:00")
    with pytest.raises(errors.TooLateToVoid):
        services.void_appointment(actor=head, appointment=row)

    set_clock(moment("09:33", branch))
    with pytest.raises(errors.TooLateToVoid):
        services.void_appointment(actor=desk, appointment=row)


def test_a_cancelled_one_is_restored_while_its_time_is_free(book, desk):
    row = book("10:00")
    cancelled = services.cancel_appointment(actor=desk, appointment=row, reason=CancelReasonFactory())

    restored = services.restore_appointment(actor=desk, appointment=cancelled)

    assert (restored.state, restored.cancel_reason, restored.cancelled_at) == (AppointmentState.PLANNED, None, None)


def test_a_cancelled_one_is_not_restored_into_taken_time(book, desk):
    cancelled = services.cancel_appointment(actor=desk, appointment=book("10:00"), reason=CancelReasonFactory())
    book("10:15", patient=BookedPatientFactory())

    with pytest.raises(errors.DoctorTaken):
        services.restore_appointment(actor=desk, appointment=cancelled)


# --- the first visit


def test_the_earliest_live_appointment_is_the_first_visit(book, desk, move, branch):
    second = book("12:00")
    first = book("10:00")
    assert (refreshed(first).is_first_visit, refreshed(second).is_first_visit) == (True, False)

    move(first, moment("14:00", branch))
    assert (refreshed(first).is_first_visit, refreshed(second).is_first_visit) == (False, True)

    services.cancel_appointment(actor=desk, appointment=second, reason=CancelReasonFactory())
    assert refreshed(first).is_first_visit

    services.restore_appointment(actor=desk, appointment=second)
    assert (refreshed(first).is_first_visit, refreshed(second).is_first_visit) == (False, True)


def test_a_comment_changed_meanwhile_is_not_overwritten(book, desk):
    row = book("10:00")
    services.change_appointment(actor=desk, appointment=row, purpose="осмотр", comment="", version=1)

    with pytest.raises(ChangedByOther):
        services.change_appointment(actor=desk, appointment=row, purpose="гигиена", comment="", version=1)

    assert refreshed(row).purpose == "осмотр"
