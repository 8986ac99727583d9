"""Whatever the hour, today is alive: people in chairs, in the waiting room, at the desk, and some late."""

import pytest
from django.db import transaction

from billing.models import CashShift, Payment, WorkOrder
from clinic import demo
from core.clock import branch_day_bounds
from organization.models import Employee
from schedule.models import Appointment
from tests.demo.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture(
    scope="module",
    params=["2026-11-23T09:30", "2026-11-23T13:00", "2026-11-23T22:30", "2026-11-24T03:00", "2026-11-22T19:10"],
)
def run(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.load("XS", 1, at(request.param))
        transaction.set_rollback(True)


@pytest.fixture
def today(run):
    since, until = branch_day_bounds(run.today, run.zone)
    return Appointment.objects.filter(starts_at__gte=since, starts_at__lt=until)


def test_somebody_is_in_a_chair_with_a_draft_order(run, today):
    in_chair = today.filter(state="in_chair")

    assert in_chair.filter(work_order__state="draft").count() == in_chair.count() >= 1
    assert in_chair.filter(starts_at__gt=run.now).count() == 0


def test_the_doctor_of_the_demo_login_has_somebody_in_the_chair(run, today):
    doctor = Employee.objects.get(user__username="doctor")

    assert today.filter(state="in_chair", doctor=doctor).count() == 1


def test_somebody_waits(run, today):
    waiting = today.filter(state__in=["arrived", "ready"])

    assert waiting.exists()
    assert [visit for visit in waiting if not visit.created_at <= visit.arrived_at <= run.now] == []


def test_somebody_is_late(run, today):
    assert today.filter(state="planned", starts_at__lt=run.now).exists()


def test_some_have_paid_today_and_some_wait_at_the_desk(run, today):
    settled = today.filter(state="settled")

    assert settled.count() >= 2
    assert Payment.objects.filter(taken_on=run.today).count() >= settled.count()
    assert WorkOrder.objects.waiting().filter(appointment__in=today.filter(state="finished")).exists()


def test_nothing_has_happened_that_is_still_to_come(run, today):
    assert Payment.objects.filter(taken_at__gt=run.now).count() == 0
    assert today.filter(finished_at__gt=run.now).count() == 0
    assert today.filter(state__in=["finished", "settled", "no_show"], starts_at__gt=run.now).count() == 0
    assert Appointment.objects.filter(created_at__gt=run.now).count() == 0


def test_the_cash_shift_of_today_is_the_only_open_one(run, today):
    shift = CashShift.objects.get(state="open")

    assert branch_day_bounds(run.today, run.zone)[0] <= shift.opened_at <= run.now
    assert set(Payment.objects.filter(taken_on=run.today).values_list("shift_id", flat=True)) == {shift.pk}


def test_the_next_weeks_are_booked_the_fewer_the_farther(run, today):
    end_of_today = branch_day_bounds(run.today, run.zone)[1]
    ahead = Appointment.objects.filter(state="planned", starts_at__gte=end_of_today)
    days = [(visit.starts_at - end_of_today).days for visit in ahead]

    first, second, rest = (sum(low <= day < low + 7 for day in days) for low in (0, 7, 14))
    assert first > second > rest > 0


def test_earlier_days_have_nobody_left_over(run, today):
    since = branch_day_bounds(run.today, run.zone)[0]

    over = {"finished", "settled", "cancelled", "voided", "no_show"}
    assert over >= set(Appointment.objects.filter(starts_at__lt=since).values_list("state", flat=True))
    assert not WorkOrder.objects.filter(state="draft", served_on__lt=run.today).exists()
