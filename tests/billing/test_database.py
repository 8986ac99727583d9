"""What the database itself refuses, whoever asks."""

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from billing.models import Account, Allocation, Invoice, LedgerEntry, Payment, PaymentPart, Refund
from tests.factories.billing import an_invoice, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def money_taken(shift, branch):
    return paid(shift, an_invoice("1000", branch=branch), cash="400")


def refused(sql: str) -> str:
    """Why the application's own role may not do this."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APPLICATION_DB_ROLE}")
        cursor.execute(sql)
    return str(error.value)


@pytest.mark.parametrize(
    "table", [model._meta.db_table for model in (LedgerEntry, Payment, PaymentPart, Allocation, Refund)]
)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_role_cannot_change_or_remove_what_happened_to_money(money_taken, table, act):
    assert "permission denied for table" in refused(act.format(table))


def test_the_application_role_may_add_and_read(money_taken):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APPLICATION_DB_ROLE}")
        cursor.execute("SELECT count(*) FROM billing_ledgerentry")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("model", [LedgerEntry, Payment, PaymentPart, Allocation])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_not_even_the_owner_changes_money_past_the_triggers(money_taken, model, act):
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(model._meta.db_table))


@pytest.mark.parametrize(
    "change",
    [
        lambda: Account.objects.update(debt=-1),
        lambda: Account.objects.update(advance=-1),
        lambda: Invoice.objects.update(paid=1001),
    ],
)
def test_figures_below_zero_and_overpaid_invoices_are_refused(money_taken, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
