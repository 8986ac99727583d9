"""What needs attention, and the checklist of the day's end."""

from datetime import timedelta
from decimal import Decimal

from django.utils import translation

from organization.models import BranchHours
from reports import actions
from reports.periods import period_of
from schedule.enums import AppointmentState, Confirmation
from tests.factories.organization import BranchFactory, actor_of
from tests.factories.schedule import CancelReasonFactory, WorkShiftFactory, moment
from tests.reports.conftest import TODAY

DAY = timedelta(days=1)


def alerts(head, **period):
    with translation.override("en"):
        return actions.attention(actor=head, period=period_of(head, **period)).context["alerts"]


def steps(head):
    with translation.override("en"):
        context = actions.closing(actor=head, period=period_of(head)).context
    return {step.title: step for step in context["steps"]}, context["done"]


class TestAttention:
    def test_nothing_is_left_undone(self, clinic, head, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + DAY)

        assert alerts(head) == []

    def test_orders_of_past_days_without_an_invoice(self, clinic, head, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + DAY)
        clinic.order("1000", on=TODAY - DAY)
        clinic.order("500.50", on=TODAY - 3 * DAY)
        clinic.order("300", on=TODAY)  # today's are for the checklist
        clinic.invoice(clinic.order("700", on=TODAY - 2 * DAY))

        (alert,) = alerts(head)

        assert alert.text == "2 work orders of past days are on no invoice"
        assert "1\u00a0500,50" in alert.note
        assert "20.11.2026" in alert.note
        assert alert.url == "/billing/"

    def test_orders_nobody_closed_and_appointments_nobody_finished(self, clinic, head, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + DAY)
        draft = clinic.order("1000", on=TODAY - DAY, is_closed=False)
        clinic.visit(on=TODAY - 2 * DAY, state=AppointmentState.PLANNED)

        first, second = alerts(head)

        assert (first.text, first.url) == (
            "1 work order of past days is not closed",
            f"/billing/orders/{draft.appointment_id}/",
        )
        assert second.text == "2 appointments of past days are not finished"
        assert second.url == "/schedule/?date=2026-11-21"

    def test_a_shift_left_open_from_yesterday(self, clinic, head, branch, doctor, set_clock, now):
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + DAY)
        shift = clinic.shift()
        assert alerts(head) == []  # it was opened this morning

        set_clock(now + DAY)
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + 2 * DAY)

        (alert,) = alerts(head)
        assert alert.text == f"{shift.desk.name}: the cash shift was not closed"
        assert (alert.tone, alert.url) == ("danger", f"/billing/shifts/{shift.pk}/")

    def test_no_doctor_tomorrow_though_the_branch_opens(self, clinic, head, branch):
        (alert,) = alerts(head)
        assert alert.text == f"{branch.name}: no doctor has a shift tomorrow"

        BranchHours.objects.filter(branch=branch, weekday=(TODAY + DAY).weekday()).delete()
        assert alerts(head) == []

    def test_patients_who_asked_to_move(self, clinic, head, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor, on=TODAY + DAY)
        planned = AppointmentState.PLANNED
        clinic.visit(on=TODAY + DAY, state=planned, confirmation=Confirmation.WANTS_MOVE)
        clinic.visit(on=TODAY + 2 * DAY, state=planned, confirmation=Confirmation.CONFIRMED)

        (alert,) = alerts(head)

        assert alert.text == "1 patient asked to move the appointment or refused"
        assert alert.url == "/schedule/?date=2026-11-24"

    def test_figures_of_another_branch_lead_nowhere(self, clinic, head, director, branch):
        other = BranchFactory()

        (alert,) = alerts(actor_of(director, branch=branch), branch=str(other.pk))

        assert (alert.text, alert.url) == (f"{other.name}: no doctor has a shift tomorrow", "")


class TestClosing:
    def test_each_line_counts_what_is_done_of_all(self, clinic, head):
        clinic.invoice(clinic.order("1000", at="09:00"))
        clinic.order("2000", at="10:00")
        clinic.visit(at="11:00", state=AppointmentState.FINISHED)  # without an order
        clinic.visit(at="12:00", state=AppointmentState.NO_SHOW)
        clinic.visit(at="13:00", state=AppointmentState.PLANNED)  # over, and nobody said what became of it
        clinic.visit(at="16:00", state=AppointmentState.PLANNED)  # still ahead
        clinic.visit(at="17:00", state=AppointmentState.CANCELLED)
        clinic.visit(at="18:00", state=AppointmentState.CANCELLED, cancel_reason=CancelReasonFactory())
        tomorrow = {"on": TODAY + DAY, "state": AppointmentState.PLANNED}
        clinic.visit(at="10:00", confirmation=Confirmation.CONFIRMED, **tomorrow)
        clinic.visit(at="11:00", **tomorrow)

        found, done = steps(head)

        assert {title: step.value for title, step in found.items()} == {
            "Appointments marked": "4 of 5",
            "Work orders closed": "2 of 3",
            "Work orders invoiced": "1 of 2",
            "Cancellations with a reason": "1 of 2",
            "Tomorrow's appointments confirmed": "1 of 2",
            "Cash shifts closed": "",
        }
        assert done == 1
        assert found["Tomorrow's appointments confirmed"].url == "/schedule/?date=2026-11-24"

    def test_an_empty_day_is_closed(self, clinic, head):
        _found, done = steps(head)

        assert done == 6

    def test_an_open_shift_says_what_lies_in_the_drawer(self, clinic, head, patient):
        clinic.advance(patient, cash="1000", card="700")
        clinic.refund(patient, "300")

        found, _done = steps(head)

        (line,) = [step for title, step in found.items() if title.endswith(": open")]
        assert (line.is_done, line.value) == (False, "1\u00a0200,00\u00a0₽")  # 500 at opening

    def test_yesterday_is_not_part_of_today(self, clinic, head):
        clinic.order("1000", on=TODAY - DAY)
        clinic.visit(on=TODAY - DAY, at="11:00", state=AppointmentState.PLANNED)

        found, _done = steps(head)

        assert found["Appointments marked"].is_done
        assert found["Work orders invoiced"].is_done


def test_today_of_a_branch_is_cut_by_its_own_clock(clinic, head, director):
    far = BranchFactory(time_zone="Asia/Vladivostok")
    clinic.visit(branch=far, on=TODAY, at="20:00", state=AppointmentState.PLANNED)  # 13:00 in Moscow, over

    period = period_of(actor_of(director, branch=far), branch=str(far.pk))

    assert period.today == TODAY
    found = actions.selectors.day_end(branches=period.branches, on=period.today, now=period.now)
    assert (found.marked.done, found.marked.all) == (0, 1)
    assert moment("20:30", far) <= period.now


def test_cash_is_a_decimal(clinic, head, branch):
    clinic.shift()

    end = actions.selectors.day_end(branches=[branch], on=TODAY, now=clinic.now)

    assert [shift.cash for shift in end.open_shifts] == [Decimal("500.00")]
