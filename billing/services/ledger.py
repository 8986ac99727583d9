"""The only place where an account's figures change: ledger entries, and the figures under the account's lock."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.enums import EntryKind, Figure
from billing.models import Account, LedgerEntry
from core.actor import Actor


def locked_account(*, patient_id: int, legal_entity_id: int) -> Account:
    """The patient's account with a legal entity, opened when there is none yet, its row locked until the commit."""
    accounts = Account.objects.select_for_update(no_key=True)
    whose = {"patient_id": patient_id, "legal_entity_id": legal_entity_id}
    account = accounts.filter(**whose).first()
    if account is None:
        Account.objects.bulk_create([Account(**whose)], ignore_conflicts=True)  # somebody else may open it as well
        account = accounts.get(**whose)
    return account


class Postings:
    """What one act changes of one locked account: figures change at once in memory, rows by ``write``, in their order."""

    def __init__(self, *, actor: Actor, account: Account) -> None:
        self.account = account
        self._actor = actor
        self._entries: list[LedgerEntry] = []

    def add(self, figure: Figure, amount: Decimal, kind: EntryKind, *, on: date, **source: Any) -> None:
        """Change a figure by a signed amount, for ever; zero is no entry. ``source``: the document, ``reverses``, ``note``."""
        if not amount:
            return
        self._entries.append(
            LedgerEntry(
                account=self.account,
                figure=figure,
                amount=amount,
                kind=kind,
                on=on,
                employee_id=self._actor.pk,
                role_name=self._actor.role_name,
                **source,
            )
        )
        setattr(self.account, figure.value, getattr(self.account, figure.value) + amount)

    def write(self) -> None:
        """The entries by one insert, the account by one update."""
        if not self._entries:
            return
        LedgerEntry.objects.bulk_create(self._entries)
        self.account.save(update_fields=sorted({entry.figure for entry in self._entries}))
        self._entries = []
