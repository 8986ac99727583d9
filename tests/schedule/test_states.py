import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from billing.enums import OrderState
from billing.errors import VisitNotWritten
from billing.models import WorkOrder
from core.errors import ChangedByOther
from core.models import Notice
from organization.models import RolePermission
from schedule import errors, services
from schedule.enums import AppointmentState as State
from schedule.enums import Confirmation, EventKind
from schedule.models import Appointment
from schedule.steps import next_steps
from tests.factories.organization import actor_of
from tests.factories.schedule import AppointmentFactory, moment
from tests.schedule.conftest import facts, refreshed, written

TUESDAY = moment.__defaults__[0].replace(day=24)


@pytest.fixture
def appointment(monday, branch, doctor, patient) -> Appointment:
    return AppointmentFactory(branch=branch, doctor=doctor, patient=patient)


def step(actor, row, *path):
    for to in path:
        row = services.change_state(actor=actor, appointment=row, to=to)
    return row


def test_each_step_of_the_day_keeps_its_moment(appointment, head, set_clock, branch):
    written(appointment)
    for at, to in (
        ("09:50", State.ARRIVED),
        ("09:55", State.READY),
        ("10:05", State.IN_CHAIR),
        ("10:40", State.FINISHED),
    ):
        set_clock(moment(at, branch))
        services.change_state(actor=head, appointment=appointment, to=to)

    saved = refreshed(appointment)
    assert saved.state == State.FINISHED
    assert [
        timezone.localtime(at, branch.zone).strftime("%H:%M")
        for at in (saved.arrived_at, saved.ready_at, saved.seated_at, saved.finished_at)
    ] == ["09:50", "09:55", "10:05", "10:40"]
    assert [event.became for event in saved.events.filter(kind=EventKind.STATE)] == [
        "arrived", "ready", "in_chair", "finished",
    ]  # fmt: skip
    assert [payload["became"] for name, payload in facts() if name == "AppointmentStateChanged"] == [
        "arrived", "ready", "in_chair", "finished",
    ]  # fmt: skip


def test_a_step_back_forgets_the_moments_after_it(appointment, head):
    row = step(head, appointment, State.ARRIVED, State.READY, State.IN_CHAIR, State.READY)
    assert (row.seated_at, row.ready_at is not None) == (None, True)

    row = step(head, row, State.ARRIVED, State.PLANNED)
    assert (row.arrived_at, row.ready_at) == (None, None)


def test_a_step_that_leads_nowhere_is_refused(appointment, head):
    with pytest.raises(errors.StepNotAllowed):
        step(head, appointment, State.FINISHED)

    assert refreshed(appointment).state == State.PLANNED


def test_settled_is_set_and_unset_by_paying_only(appointment, head):
    row = step(head, written(appointment), State.ARRIVED, State.IN_CHAIR, State.FINISHED)
    with pytest.raises(errors.StepNotAllowed):
        step(head, row, State.SETTLED)

    settled = services.mark_settled(actor=head, appointment=row)
    assert (settled.state, settled.settled_at is not None) == (State.SETTLED, True)
    with pytest.raises(errors.StepNotAllowed):
        step(head, settled, State.FINISHED)

    unsettled = services.mark_unsettled(actor=head, appointment=settled)
    assert (unsettled.state, unsettled.settled_at) == (State.FINISHED, None)


def test_settling_what_is_not_finished_does_nothing(appointment, head):
    assert services.mark_settled(actor=head, appointment=appointment).state == State.PLANNED
    assert facts() == []


def test_nobody_comes_today_to_an_appointment_of_tomorrow(branch, doctor, desk, monday):
    tomorrows = AppointmentFactory(branch=branch, doctor=doctor, on=TUESDAY)

    with pytest.raises(errors.NotYet):
        step(desk, tomorrows, State.ARRIVED)


def test_nobody_misses_an_appointment_that_has_not_begun(appointment, desk, set_clock, branch):
    with pytest.raises(errors.TooEarlyForNoShow):
        step(desk, appointment, State.NO_SHOW)

    set_clock(moment("10:20", branch))
    assert step(desk, appointment, State.NO_SHOW).state == State.NO_SHOW


def test_who_comes_late_after_all_reverts_the_no_show(appointment, desk, set_clock, branch):
    set_clock(moment("10:50", branch))
    row = step(desk, appointment, State.NO_SHOW, State.ARRIVED)

    assert (row.state, row.arrived_at is not None) == (State.ARRIVED, True)


def test_a_missed_appointment_passes_the_first_visit_on(appointment, desk, doctor, branch, patient, set_clock):
    Appointment.objects.filter(pk=appointment.pk).update(is_first_visit=True)
    later = AppointmentFactory(branch=branch, doctor=doctor, patient=patient, at="12:00")
    set_clock(moment("10:50", branch))

    missed = step(desk, appointment, State.NO_SHOW)
    assert (refreshed(missed).is_first_visit, refreshed(later).is_first_visit) == (False, True)

    step(desk, missed, State.ARRIVED)
    assert (refreshed(missed).is_first_visit, refreshed(later).is_first_visit) == (True, False)


def test_the_desk_marks_arrivals_but_does_not_seat(appointment, desk):
    row = step(desk, appointment, State.ARRIVED)

    with pytest.raises(PermissionDenied):
        step(desk, row, State.IN_CHAIR)


def test_a_doctor_seats_own_patients_only(appointment, chairside, other_doctor, branch):
    Appointment.objects.filter(pk=appointment.pk).update(state=State.ARRIVED, arrived_at=timezone.now())

    with pytest.raises(PermissionDenied):
        step(actor_of(other_doctor, branch=branch), appointment, State.IN_CHAIR)
    assert step(chairside, appointment, State.IN_CHAIR).state == State.IN_CHAIR


def test_an_arrival_is_told_to_the_doctor_at_once(appointment, desk, doctor):
    step(desk, appointment, State.ARRIVED)

    (notice,) = Notice.objects.all()
    assert notice.user_id == doctor.user_id
    assert notice.is_urgent
    assert notice.title == "Иванова М. С.: пациент пришёл"
    assert "10:00" in notice.body
    assert notice.subject == f"appointment:{appointment.pk}"


def test_undoing_an_arrival_takes_the_notice_back(appointment, desk):
    step(desk, appointment, State.ARRIVED, State.PLANNED)

    assert not Notice.objects.exists()


def test_ready_is_a_second_signal_in_place_of_the_first(appointment, desk):
    step(desk, appointment, State.ARRIVED, State.READY)

    assert [notice.title for notice in Notice.objects.all()] == ["Иванова М. С.: пациент готов"]


def test_a_seated_patient_is_no_longer_announced(appointment, head):
    step(head, appointment, State.ARRIVED, State.IN_CHAIR)

    assert not Notice.objects.exists()


def test_a_doctor_is_not_told_what_they_marked_themselves(appointment, doctor, branch):
    RolePermission.objects.create(role=doctor.roles.get(), code="schedule.mark_arrival")

    step(actor_of(doctor, branch=branch), appointment, State.ARRIVED)

    assert not Notice.objects.exists()


def test_of_two_tabs_the_second_is_refused_and_shown_the_newer_state(appointment, desk):
    services.change_state(actor=desk, appointment=appointment, to=State.ARRIVED, version=1)

    with pytest.raises(ChangedByOther) as refused:
        services.change_state(actor=desk, appointment=appointment, to=State.ARRIVED, version=1)

    assert refused.value.theirs.state == State.ARRIVED


def test_a_stale_button_is_answered_with_the_news_even_where_the_right_ends(appointment, desk, chairside):
    arrived = step(desk, appointment, State.ARRIVED)
    step(chairside, arrived, State.IN_CHAIR)

    with pytest.raises(ChangedByOther):
        services.change_state(actor=desk, appointment=arrived, to=State.READY, version=arrived.version)


def test_confirmation_is_kept_apart_from_the_state(appointment, desk):
    row = services.set_confirmation(
        actor=desk, appointment=appointment, confirmation=Confirmation.WANTS_MOVE, note="после 17"
    )

    assert (row.state, row.confirmation) == (State.PLANNED, Confirmation.WANTS_MOVE)
    event = row.events.get()
    assert (event.kind, event.was, event.became, event.note) == ("confirmation", "none", "wants_move", "после 17")


def test_who_has_come_is_not_asked_any_more(appointment, desk):
    row = step(desk, appointment, State.ARRIVED)

    with pytest.raises(errors.StepNotAllowed):
        services.set_confirmation(actor=desk, appointment=row, confirmation=Confirmation.CONFIRMED)


def offered(actor, row):
    return [(step.to, step.is_back) for step in next_steps(actor=actor, appointment=row)]


def test_buttons_offer_what_the_state_and_the_rights_allow(appointment, desk, chairside):
    assert offered(desk, appointment) == [("arrived", False), ("no_show", False)]
    assert offered(chairside, appointment) == []

    row = step(desk, appointment, State.ARRIVED)
    assert offered(desk, row) == [("ready", False), ("planned", True)]
    assert offered(chairside, row) == [("in_chair", False)]


def test_the_way_back_from_the_chair_is_the_state_before_it(appointment, head):
    straight = step(head, appointment, State.ARRIVED, State.IN_CHAIR)
    assert offered(head, straight)[-1] == ("arrived", True)

    through_ready = step(head, straight, State.ARRIVED, State.READY, State.IN_CHAIR)
    assert offered(head, through_ready)[-1] == ("ready", True)


def test_a_settled_appointment_offers_nothing(appointment, head):
    row = step(head, written(appointment), State.ARRIVED, State.IN_CHAIR, State.FINISHED)

    assert offered(head, services.mark_settled(actor=head, appointment=row)) == []


def test_no_button_finishes_a_visit_past_its_work_order(appointment, head):
    row = step(head, appointment, State.ARRIVED, State.IN_CHAIR)

    assert "finished" not in [to for to, _ in offered(head, row)]


@pytest.mark.parametrize("state", [None, OrderState.DRAFT, OrderState.VOIDED])
def test_a_visit_is_finished_through_its_closed_order_only(appointment, head, state):
    if state is not None:
        WorkOrder.objects.filter(appointment=written(appointment)).update(state=state)
    row = step(head, appointment, State.ARRIVED, State.IN_CHAIR)

    with pytest.raises(VisitNotWritten):
        step(head, row, State.FINISHED)

    assert refreshed(row).state == State.IN_CHAIR
