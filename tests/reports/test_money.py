"""Revenue belongs to the date of service, receipts to the date of payment, and both equal the documents."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from billing.models import Account, Payment, Refund, WorkOrderLine
from reports import selectors, tiles
from reports.periods import Span, period_of
from tests.factories.organization import BranchFactory
from tests.reports.conftest import TODAY

YESTERDAY = TODAY - timedelta(days=1)
NOVEMBER = Span(date(2026, 11, 1), date(2026, 12, 1))


def money(branch, span=NOVEMBER):
    return selectors.money_by_day(branch_ids=[branch.pk], spans=[span])


def test_revenue_counts_for_the_day_of_service_and_receipts_for_the_day_of_payment(clinic, branch):
    invoice = clinic.invoice(clinic.order("5000", "3000", on=YESTERDAY), on=YESTERDAY)
    clinic.pay(invoice, on=TODAY, cash="2000", card="1000")

    found = money(branch)

    assert (found[YESTERDAY].revenue, found[YESTERDAY].receipts) == (Decimal(8000), Decimal(0))
    assert (found[TODAY].revenue, found[TODAY].receipts) == (Decimal(0), Decimal(3000))


def test_a_refund_lowers_the_receipts_of_its_own_day(clinic, branch, patient):
    clinic.advance(patient, on=YESTERDAY, cash="5000")
    clinic.refund(patient, "1500", on=TODAY)

    found = money(branch)

    assert (found[YESTERDAY].receipts, found[TODAY].receipts) == (Decimal(5000), Decimal(-1500))


def test_an_advance_set_off_is_no_receipt_a_second_time(clinic, branch, patient):
    clinic.advance(patient, on=YESTERDAY, cash="5000")
    clinic.pay(clinic.invoice(clinic.order("3000", patient=patient)), advance="3000")

    assert TODAY not in {day for day, each in money(branch).items() if each.receipts}


def test_a_draft_brings_no_revenue(clinic, branch):
    clinic.order("5000", is_closed=False)

    assert money(branch) == {}


def test_another_branch_has_its_own_figures(clinic, branch):
    other = BranchFactory()
    clinic.order("5000")
    clinic.order("700", branch=other)

    assert (money(branch)[TODAY].revenue, money(other)[TODAY].revenue) == (Decimal(5000), Decimal(700))
    both = selectors.money_by_day(branch_ids=[branch.pk, other.pk], spans=[NOVEMBER])
    assert both[TODAY].revenue == Decimal(5700)


def test_a_day_of_a_far_branch_is_cut_by_its_own_clock(clinic, head):
    """Half past midnight in Vladivostok is still the day before in Moscow."""
    far = BranchFactory(time_zone="Asia/Vladivostok")
    clinic.order("900", branch=far, on=TODAY, at="00:30")

    assert list(money(far)) == [TODAY]


def test_the_period_tile_equals_lines_payments_and_refunds(clinic, branch, head, patient):
    clinic.pay(clinic.invoice(clinic.order("5000.50", "3000", on=YESTERDAY)), cash="4000")
    clinic.pay(clinic.invoice(clinic.order("1999.99")), card="1999.99")
    clinic.advance(patient, card="2500")
    clinic.refund(patient, "100.01", means="card")
    clinic.order("40000", on=date(2026, 10, 31))  # of another month

    context = tiles.period_figures(actor=head, period=period_of(head)).context

    lines = WorkOrderLine.objects.filter(order__state="closed", order__served_on__gte=NOVEMBER.since)
    paid = Payment.objects.aggregate(sum=Sum("money"))["sum"] - Refund.objects.aggregate(sum=Sum("amount"))["sum"]
    assert context["revenue"].value == lines.aggregate(sum=Sum("amount"))["sum"] == Decimal("10000.49")
    assert context["receipts"].value == paid == Decimal("8399.98")
    assert context["finished"].value == 2
    assert context["chart"].series[0].values[22] == context["revenue"].value
    assert context["chart"].series[1].values[22] == context["receipts"].value
    assert context["chart"].series[0].values[23] is None  # tomorrow has no figure yet


def test_the_year_before_is_drawn_whole_and_compared_up_to_the_same_day(clinic, head, month):
    clinic.order("1000")
    clinic.order("1", on=date(2025, 10, 31))  # the books were kept before that month, too
    clinic.order("500", on=date(2025, 11, 20))
    clinic.order("800", on=date(2025, 11, 28))

    context = tiles.period_figures(actor=head, period=month).context

    assert (context["revenue"].other, context["revenue"].change) == (Decimal(500), "+100\u00a0%")
    faint = context["chart"].series[2]
    assert (faint.values[18], faint.values[19], faint.values[29]) == (Decimal(0), Decimal(500), Decimal(1300))


def test_a_year_whose_books_began_in_the_middle_is_neither_compared_nor_drawn(clinic, head, month):
    clinic.order("1000")
    clinic.order("5", on=date(2025, 11, 20))

    context = tiles.period_figures(actor=head, period=month).context

    assert (context["revenue"].change, context["finished"].change, context["bill"].change) == ("", "", "")
    assert [series.tone for series in context["chart"].series] == ["main", "second"]


def test_without_a_year_before_nothing_is_compared(clinic, head, month):
    clinic.order("1000")

    context = tiles.period_figures(actor=head, period=month).context

    assert (context["has_year_ago"], context["revenue"].change, len(context["chart"].series)) == (False, "", 2)


@pytest.mark.parametrize("kind", ["day", "quarter", "year"])
def test_the_chart_of_every_period_ends_at_its_figure(clinic, head, kind):
    clinic.pay(clinic.invoice(clinic.order("700", on=YESTERDAY)), cash="700")
    clinic.pay(clinic.invoice(clinic.order("5000")), cash="3000")
    context = tiles.period_figures(actor=head, period=period_of(head, kind=kind)).context

    revenue, receipts = ([each for each in series.values if each is not None] for series in context["chart"].series[:2])

    assert (revenue[-1], receipts[-1]) == (context["revenue"].value, context["receipts"].value)


def test_receipts_by_means_add_up_to_the_receipts(clinic, head, branch, patient):
    clinic.pay(clinic.invoice(clinic.order("5000")), cash="1000", card="3000", qr="500")
    clinic.advance(patient, cash="700")
    clinic.refund(patient, "200")
    clinic.pay(clinic.invoice(clinic.order("400", patient=patient)), advance="400")

    sums = {each.means: each for each in selectors.receipts_by_means(branch_ids=[branch.pk], span=NOVEMBER)}

    assert {means: each.receipts for means, each in sums.items()} == {
        "cash": Decimal(1500),
        "card": Decimal(3000),
        "qr": Decimal(500),
        "transfer": Decimal(0),
    }
    assert sum(each.receipts for each in sums.values()) == money(branch)[TODAY].receipts
    assert (sums["cash"].refunded, sums["cash"].payments) == (Decimal(200), 2)


class TestDebts:
    def owed(self, branch, today=TODAY):
        return selectors.money_owed(
            branch_ids=[branch.pk], legal_entity_ids=[branch.legal_entity_id], today=today, span=NOVEMBER
        )

    def test_debts_age_by_the_date_of_service(self, clinic, branch):
        for days, price in (
            (0, "1"),
            (30, "2"),
            (31, "4"),
            (60, "8"),
            (61, "16"),
            (90, "32"),
            (91, "64"),
            (400, "128"),
        ):
            on = TODAY - timedelta(days=days)
            clinic.invoice(clinic.order(price, on=on), on=TODAY)

        owed = self.owed(branch)

        assert [age.amount for age in owed.ages] == [Decimal(3), Decimal(12), Decimal(48), Decimal(192)]
        assert [(age.from_days, age.up_to_days) for age in owed.ages] == [(0, 30), (31, 60), (61, 90), (91, None)]
        assert owed.debt == Decimal(255)
        assert owed.debtors == 8

    def test_debt_and_advance_equal_the_ledger_and_are_not_netted(self, clinic, branch, patient):
        clinic.pay(clinic.invoice(clinic.order("5000", "500")), cash="1200.50")
        clinic.invoice(clinic.order("3000", patient=patient))
        clinic.advance(patient, cash="1000")

        owed = self.owed(branch)

        ledger = Account.objects.aggregate(debt=Sum("debt"), advance=Sum("advance"))
        assert (owed.debt, owed.advance) == (ledger["debt"], ledger["advance"]) == (Decimal("7299.50"), Decimal(1000))
        assert (owed.debtors, owed.advance_holders) == (2, 1)
        assert (owed.set_off_people, owed.set_off_amount) == (1, Decimal(1000))

    def test_a_paid_and_a_voided_invoice_owe_nothing(self, clinic, branch):
        from billing import services

        clinic.pay(clinic.invoice(clinic.order("5000")), cash="5000")
        services.void_invoice(actor=clinic_actor(), invoice=clinic.invoice(clinic.order("700")), reason="ошибка")

        assert (self.owed(branch).debt, self.owed(branch).debtors) == (Decimal(0), 0)

    def test_the_movement_of_advances_is_that_of_the_period(self, clinic, branch, patient):
        clinic.advance(patient, on=date(2026, 10, 30), cash="9000")
        clinic.advance(patient, cash="5000")
        clinic.pay(clinic.invoice(clinic.order("3000", patient=patient)), advance="2000", card="1000")
        clinic.refund(patient, "400")

        owed = self.owed(branch)

        assert (owed.advance_taken, owed.advance_set_off, owed.advance_refunded) == (5000, 2000, 400)
        assert owed.advance == Decimal(11600)

    def test_who_could_set_off_is_listed_with_the_smaller_of_the_two(self, clinic, branch, patient):
        clinic.invoice(clinic.order("3000", patient=patient))
        clinic.advance(patient, cash="1000")

        (row,) = selectors.people_to_set_off(actor=clinic_actor(), legal_entity_ids=[branch.legal_entity_id])

        assert (row.account.patient, row.possible) == (patient, Decimal(1000))


def clinic_actor():
    from tests.reports.conftest import SYSTEM

    return SYSTEM
