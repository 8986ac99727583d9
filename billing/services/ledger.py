"""The only place where an account's figures change: one ledger entry, and the figure under the account's lock."""

from datetime import date
from decimal import Decimal

from django.db.models import F

from billing.enums import EntryKind, Figure
from billing.models import Account, Invoice, LedgerEntry, Payment, Refund
from core.actor import Actor


def locked_account(*, patient_id: int, legal_entity_id: int) -> Account:
    """The patient's account with a legal entity, opened when there is none yet, its row locked until the commit."""
    account, _ = Account.objects.get_or_create(patient_id=patient_id, legal_entity_id=legal_entity_id)
    return Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def post_entry(
    *,
    actor: Actor,
    account: Account,
    figure: Figure,
    amount: Decimal,
    kind: EntryKind,
    on: date,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
    reverses: LedgerEntry | None = None,
    note: str = "",
) -> LedgerEntry | None:
    """Change one figure of a locked account by a signed amount, for ever; nothing is written for zero."""
    if not amount:
        return None
    entry = LedgerEntry.objects.create(
        account=account,
        figure=figure,
        amount=amount,
        kind=kind,
        on=on,
        invoice=invoice,
        payment=payment,
        refund=refund,
        reverses=reverses,
        employee_id=actor.pk,
        role_name=actor.role_name,
        note=note,
    )
    Account.objects.filter(pk=account.pk).update(**{figure.value: F(figure.value) + amount})
    setattr(account, figure.value, getattr(account, figure.value) + amount)
    return entry
