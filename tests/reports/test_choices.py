"""Options of the overview do what they say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports import selectors
from reports.periods import Span, period_of
from reports.tiles import LoadCell
from schedule.enums import AppointmentState
from tests.factories.billing import PayerFactory
from tests.factories.options import choose
from tests.reports.conftest import TODAY

pytestmark = pytest.mark.django_db
NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def test_by_which_ages_debts_are_told_apart(clinic, branch):
    for days, price in ((10, "1"), (20, "2"), (45, "4"), (70, "8")):
        clinic.invoice(clinic.order(price, on=TODAY - timedelta(days=days)), on=TODAY)
    choose("reports.debt_ages", "14-30-60")

    owed = selectors.money_owed(
        branch_ids=[branch.pk], legal_entity_ids=[branch.legal_entity_id], today=TODAY, span=NOVEMBER
    )

    assert [age.up_to_days for age in owed.ages] == [14, 30, 60, None]
    assert [age.amount for age in owed.ages] == [Decimal(1), Decimal(2), Decimal(4), Decimal(8)]


@pytest.mark.parametrize(("months", "is_new"), [(0, False), (12, True), (60, False)])
def test_after_how_many_months_a_patient_is_new_again(clinic, head, months, is_new):
    patient = PayerFactory()
    clinic.visit(on=date(2024, 5, 6), patient=patient, state=AppointmentState.SETTLED)
    clinic.visit(on=date(2026, 11, 3), patient=patient, state=AppointmentState.SETTLED)
    choose("reports.new_after_months", months)
    period = period_of(head)

    [found] = selectors.new_patients(branch_ids=period.branch_ids, spans=[NOVEMBER], now=period.now)

    assert found.came == int(is_new)


@pytest.mark.parametrize(("days", "count"), [(30, 0), (60, 1)])
def test_how_far_back_leftovers_are_looked_for(clinic, branch, days, count):
    clinic.order("100", on=TODAY - timedelta(days=45))
    choose("reports.leftover_days", days)

    found = selectors.findings(branches=[branch], today=TODAY, now=clinic.now)

    assert found.to_invoice.count == count


@pytest.mark.parametrize(("points", "lags"), [(10, True), (20, False)])
def test_from_how_many_points_a_load_lags_behind(db, points, lags):
    choose("reports.lag_points", points)

    assert LoadCell(percent=50, usual=65).lags_behind is lags
