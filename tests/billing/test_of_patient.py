"""The money of a patient as the card shows it."""

import pytest

from billing.models import Account, Invoice
from billing.selectors.of_patient import SHOWN_LINES, patient_money
from tests.factories.billing import (
    CashDeskFactory,
    OtherEntityFactory,
    PayerFactory,
    a_shift,
    an_invoice,
    an_order,
    paid,
)

pytestmark = pytest.mark.django_db


def test_open_orders_and_unpaid_lines_come_first_served_first_without_what_is_settled(branch):
    patient = PayerFactory()
    shift = a_shift(CashDeskFactory(branch=branch))
    settled = an_invoice("70", branch=branch, patient=patient)
    paid(shift, settled, cash="70")
    owed = an_invoice("100", "50", branch=branch, patient=patient)
    paid(shift, owed, cash="30")
    waiting = an_order("40", branch=branch, patient=patient)
    an_invoice("999", branch=branch)  # of somebody else

    money = patient_money(patient.pk)

    assert [(line.order_number, line.amount, line.name) for line in money.uninvoiced] == [
        (f"{waiting.year}/{waiting.number}", 40, "")
    ]
    assert [line.amount for line in money.unpaid] == [70, 50]
    assert {line.doctor_name for line in money.unpaid} == {owed.lines.first().order_line.order.doctor.short_name}
    assert (money.invoices, money.invoiced, money.paid) == (2, 220, 100)
    assert (money.state.debt, money.state.advance, money.has_more_unpaid) == (120, 0, False)


def test_more_lines_than_are_shown_are_told_of(branch):
    patient = PayerFactory()
    an_invoice(*["10"] * (SHOWN_LINES + 1), branch=branch, patient=patient)

    money = patient_money(patient.pk)

    assert (len(money.unpaid), money.has_more_unpaid) == (SHOWN_LINES, True)


def test_a_voided_invoice_is_neither_owed_nor_counted(branch):
    patient = PayerFactory()
    invoice = an_invoice("10", branch=branch, patient=patient)
    Invoice.objects.filter(pk=invoice.pk).update(state="voided")

    money = patient_money(patient.pk)

    assert (money.unpaid, money.invoices) == ((), 0)


def test_figures_are_summed_over_legal_entities(branch):
    patient = PayerFactory()
    Account.objects.create(patient=patient, legal_entity=branch.legal_entity, debt=100)
    Account.objects.create(patient=patient, legal_entity=OtherEntityFactory(), debt=5, advance=7)

    assert (patient_money(patient.pk).state.debt, patient_money(patient.pk).state.advance) == (105, 7)


def test_a_patient_without_money_has_zeros(branch):
    money = patient_money(PayerFactory().pk)

    assert (money.state.debt, money.state.advance, money.invoices, money.unpaid, money.uninvoiced) == (0, 0, 0, (), ())
