"""«Today» beside the same weekday of four weeks before, up to the same hour."""

from datetime import timedelta
from decimal import Decimal

from reports import selectors, tiles
from reports.periods import PeriodKind, period_of
from schedule.enums import AppointmentState
from tests.factories.schedule import WorkShiftFactory
from tests.reports.conftest import TODAY

WEEK = timedelta(weeks=1)


def today(head, **period):
    return tiles.today(actor=head, period=period_of(head, **period)).context


def test_what_came_today(clinic, head, patient):
    clinic.pay(clinic.invoice(clinic.order("5000", at="10:00")), cash="2000")
    clinic.advance(patient, at="12:30", card="700")
    clinic.visit(at="16:00", state=AppointmentState.PLANNED)
    clinic.visit(at="17:00", state=AppointmentState.CANCELLED)

    figures = today(head)["figures"]

    assert (figures.revenue, figures.receipts, figures.to_advance) == (Decimal(5000), Decimal(2700), Decimal(700))
    assert (figures.finished, figures.booked) == (1, 2)


def test_usual_is_the_mean_of_the_same_weekday_up_to_the_same_hour(clinic, head):
    clinic.order("900", on=TODAY, at="09:00")
    clinic.order("1000", on=TODAY - WEEK, at="10:00")
    clinic.order("5000", on=TODAY - WEEK, at="17:00")  # later than three in the afternoon
    clinic.order("2000", on=TODAY - 2 * WEEK, at="10:00")
    clinic.order("7000", on=TODAY - 5 * WEEK, at="10:00")  # too long ago
    clinic.order("7000", on=TODAY - timedelta(days=6), at="10:00")  # another weekday

    context = today(head)

    assert context["usual_days"] == 2
    assert (context["revenue"].value, context["revenue"].other) == (Decimal(900), Decimal(1500))
    assert (context["revenue"].change, context["revenue"].tone) == ("−40\u00a0%", "down")
    assert context["usual_finished"] == Decimal(1)


def test_a_day_the_clinic_was_closed_does_not_lower_the_usual(clinic, head):
    clinic.order("1000", on=TODAY - WEEK)

    assert today(head)["revenue"].other == Decimal(1000)


def test_without_past_days_nothing_is_compared(clinic, head):
    clinic.order("1000")

    context = today(head)

    assert (context["revenue"].other, context["revenue"].change, context["usual_load"]) == (None, "", None)


def test_a_past_day_is_taken_whole(clinic, head):
    clinic.order("1000", on=TODAY - WEEK, at="18:00")
    clinic.order("4000", on=TODAY - 2 * WEEK, at="19:00")

    context = today(head, kind=PeriodKind.DAY, on=TODAY - WEEK)

    assert (context["is_today"], context["figures"].revenue, context["revenue"].other) == (False, 1000, 4000)


def test_load_today_beside_the_usual(clinic, head, branch, doctor):
    WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY, since="09:00", until="13:00")
    WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY - WEEK, since="09:00", until="13:00")
    clinic.visit(at="10:00", minutes=60)
    clinic.visit(on=TODAY - WEEK, at="10:00", minutes=120)

    context = today(head)

    assert (context["load"], context["usual_load"]) == (25, 50)


def test_figures_of_any_number_of_days_come_by_one_query(clinic, branch, django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.day_figures(branch_ids=[branch.pk], days=[TODAY])
    with django_assert_num_queries(1):
        selectors.day_figures(branch_ids=[branch.pk], days=[TODAY - n * WEEK for n in range(5)])
