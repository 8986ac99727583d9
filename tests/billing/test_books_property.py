"""Whatever happens in whatever order, the account's figures are the ledger's and the documents', to the kopeck."""

import uuid
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import errors, services
from billing.books import differences
from billing.enums import Means
from billing.models import Invoice
from billing.selectors import account_state, cash_in_drawer, unpaid_lines
from core.money import ZERO
from tests.factories.billing import CashDeskFactory, PayerFactory, a_shift, an_order, money, system
from tests.factories.organization import BranchFactory

roubles = st.decimals(min_value="0.01", max_value="9999.99", places=2)
means = st.sampled_from(["cash", "card", "qr", "transfer"])
acts = st.one_of(
    st.tuples(st.just("invoice"), st.lists(roubles, min_size=1, max_size=3)),
    st.tuples(st.just("pay"), means, roubles, st.booleans()),
    st.tuples(st.just("advance"), means, roubles),
    st.tuples(st.just("set_off"), roubles),
    st.tuples(st.just("mixed"), means, roubles, roubles),
    st.tuples(st.just("refund"), means, roubles),
    st.tuples(st.just("void")),
    st.tuples(st.just("close_shift")),
)


class Desk:
    """One patient at one desk; refusals are part of life and change nothing."""

    def __init__(self) -> None:
        self.branch = BranchFactory()
        self.desk = CashDeskFactory(branch=self.branch)
        self.patient = PayerFactory()
        self.shift = a_shift(self.desk)

    def do(self, name: str, *details) -> None:
        before = account_state(self.patient.pk)
        try:
            getattr(self, name)(*details)
        except errors.DomainError:
            assert account_state(self.patient.pk) == before

    def invoice(self, prices) -> None:
        order = an_order(*map(str, prices), branch=self.branch, patient=self.patient)
        services.issue_invoice(actor=system(), orders=[order])

    def pay(self, means: str, amount: Decimal, rest: bool) -> None:
        self._pay({means: amount}, rest)

    def mixed(self, means: str, amount: Decimal, from_advance: Decimal) -> None:
        self._pay({means: amount, "advance": min(from_advance, account_state(self.patient.pk).advance)}, True)

    def set_off(self, amount: Decimal) -> None:
        state = account_state(self.patient.pk)
        self._pay({"advance": min(amount, state.advance, state.debt)}, False)

    def advance(self, means: str, amount: Decimal) -> None:
        services.take_advance(
            actor=system(),
            shift=self.shift,
            patient=self.patient,
            parts=money(**{means: str(amount)}),
            key=uuid.uuid4(),
        )

    def refund(self, means: str, amount: Decimal) -> None:
        services.refund_advance(
            actor=system(),
            shift=self.shift,
            patient=self.patient,
            means=Means(means),
            amount=min(amount, account_state(self.patient.pk).advance) or amount,
            reason="просит",
            key=uuid.uuid4(),
        )

    def void(self) -> None:
        invoice = Invoice.objects.filter(patient=self.patient, state="issued").order_by("paid", "pk").first()
        if invoice is not None:
            services.void_invoice(actor=system(), invoice=invoice, reason="ошибка")

    def close_shift(self) -> None:
        services.close_shift(actor=system(), shift=self.shift, counted_cash=cash_in_drawer(self.shift))
        self.shift = a_shift(self.desk)

    def _pay(self, parts, rest: bool) -> None:
        invoices = {line.invoice for line in unpaid_lines(self.patient.pk)}
        services.take_payment(
            actor=system(),
            shift=self.shift,
            patient=self.patient,
            invoices=sorted(invoices, key=lambda invoice: invoice.pk),
            parts={Means(name): amount for name, amount in parts.items()},
            key=uuid.uuid4(),
            rest_to_advance=rest,
        )


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=3, max_size=12))
def test_figures_are_those_of_ledger_and_documents_after_any_sequence(db, steps):
    desk = Desk()

    for name, *details in steps:
        desk.do(name, *details)

    state = account_state(desk.patient.pk)
    assert differences() == []
    assert state.debt == sum((line.due for line in unpaid_lines(desk.patient.pk)), ZERO)
