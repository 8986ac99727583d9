"""Doctors and new patients."""

from datetime import date, timedelta
from decimal import Decimal

from billing.models import WorkOrder
from reports import selectors
from reports.periods import Span, period_of
from schedule.enums import AppointmentState
from tests.factories.billing import PayerFactory
from tests.factories.schedule import WorkShiftFactory
from tests.reports.conftest import TODAY

NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))
DAY = timedelta(days=1)


class TestDoctors:
    def test_revenue_visits_average_and_load(self, clinic, branch, doctor, other_doctor):
        WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="13:00")
        clinic.order("1000", at="10:00", minutes=60)
        clinic.order("2001", at="11:00", minutes=60)
        clinic.order("9000", at="10:00", doctor=other_doctor)
        clinic.visit(at="12:00", minutes=30, state=AppointmentState.NO_SHOW)

        first, second = selectors.doctor_results(branches=[branch], span=NOVEMBER)

        assert (first.name, first.revenue, first.finished) == (other_doctor.short_name, Decimal(9000), 1)
        assert (first.load.percent, first.revenue_per_hour) == (None, None)
        assert (second.revenue, second.finished, second.average_bill) == (Decimal(3001), 2, Decimal("1500.50"))
        assert (second.load.percent, second.revenue_per_hour) == (62, Decimal("750.25"))

    def test_the_doctors_add_up_to_the_clinics_revenue(self, clinic, branch, doctor, other_doctor):
        clinic.order("1000.10")
        clinic.order("333.33", doctor=other_doctor)

        results = selectors.doctor_results(branches=[branch], span=NOVEMBER)

        assert sum(result.revenue for result in results) == sum(order.total for order in WorkOrder.objects.all())

    def test_a_doctor_with_a_shift_and_no_patients_is_listed(self, clinic, branch, doctor):
        WorkShiftFactory(branch=branch, doctor=doctor)

        (result,) = selectors.doctor_results(branches=[branch], span=NOVEMBER)

        assert (result.revenue, result.finished, result.average_bill, result.load.percent) == (Decimal(0), 0, None, 0)

    def test_the_number_of_queries_does_not_depend_on_doctors(
        self, clinic, branch, doctor, other_doctor, django_assert_num_queries
    ):
        clinic.order("1000")
        with django_assert_num_queries(4):
            assert len(selectors.doctor_results(branches=[branch], span=NOVEMBER)) == 1
        clinic.order("1000", at="11:00", doctor=other_doctor)
        with django_assert_num_queries(4):
            assert len(selectors.doctor_results(branches=[branch], span=NOVEMBER)) == 2


class TestNewPatients:
    def stages(self, head, *spans):
        period = period_of(head)
        found = selectors.new_patients(branch_ids=period.branch_ids, spans=spans or [period.past], now=period.now)
        return [(each.booked, each.came, each.booked_again, each.came_again) for each in found]

    def test_each_stage_is_a_part_of_the_one_before(self, clinic, head):
        one, two, three, four = (PayerFactory() for _ in range(4))
        clinic.visit(on=date(2026, 11, 3), patient=one, state=AppointmentState.SETTLED)
        clinic.visit(on=date(2026, 11, 9), patient=one, state=AppointmentState.FINISHED)  # came again
        clinic.visit(on=date(2026, 11, 3), at="11:00", patient=two, state=AppointmentState.FINISHED)
        clinic.visit(on=date(2026, 12, 3), patient=two, state=AppointmentState.PLANNED)  # booked again
        clinic.visit(on=date(2026, 11, 4), patient=three, state=AppointmentState.FINISHED)
        clinic.visit(on=date(2026, 11, 5), patient=four, state=AppointmentState.NO_SHOW)  # did not come

        assert self.stages(head) == [(4, 3, 2, 1)]

    def test_who_was_treated_before_is_not_new(self, clinic, head, patient):
        clinic.visit(on=date(2026, 10, 31), patient=patient, state=AppointmentState.FINISHED)
        clinic.visit(on=date(2026, 11, 3), patient=patient, state=AppointmentState.FINISHED)

        assert self.stages(head) == [(0, 0, 0, 0)]

    def test_who_only_missed_appointments_before_is_still_new(self, clinic, head, patient):
        clinic.visit(on=date(2026, 10, 31), patient=patient, state=AppointmentState.NO_SHOW)
        clinic.visit(on=date(2026, 11, 3), patient=patient, state=AppointmentState.FINISHED)

        assert self.stages(head) == [(1, 1, 0, 0)]

    def test_a_second_appointment_of_the_same_day_is_not_a_second_visit(self, clinic, head, patient, other_doctor):
        clinic.visit(at="10:00", patient=patient, state=AppointmentState.FINISHED)
        clinic.visit(at="11:00", patient=patient, state=AppointmentState.FINISHED, doctor=other_doctor)

        assert self.stages(head) == [(1, 1, 0, 0)]

    def test_misclicks_and_what_is_still_ahead_do_not_count(self, clinic, head):
        clinic.visit(at="10:00", state=AppointmentState.VOIDED)
        clinic.visit(on=TODAY + DAY, state=AppointmentState.PLANNED)
        clinic.visit(at="17:00", state=AppointmentState.PLANNED)  # it is three in the afternoon

        assert self.stages(head) == [(0, 0, 0, 0)]

    def test_two_periods_are_counted_apart(self, clinic, head, patient):
        clinic.visit(on=date(2025, 11, 3), patient=patient, state=AppointmentState.FINISHED)
        clinic.visit(on=date(2026, 11, 3), patient=patient, state=AppointmentState.FINISHED)
        clinic.visit(on=date(2026, 11, 4), state=AppointmentState.FINISHED)

        assert self.stages(head, NOVEMBER, NOVEMBER.year_ago()) == [(1, 1, 0, 0), (1, 1, 1, 1)]
