"""What patients owe and have: the four figures, never netted, and the lines behind the debt."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from billing.enums import InvoiceState
from billing.models import Account, InvoiceLine
from billing.selectors.reach import owing
from core.actor import Actor
from core.money import ZERO
from core.sql import read


@dataclass(frozen=True, slots=True)
class AccountState:
    """Roubles. A patient may owe and have an advance at the same time; the figures are never netted."""

    debt: Decimal = ZERO
    advance: Decimal = ZERO
    insurer_due: Decimal = ZERO
    not_yet_due: Decimal = ZERO


FIGURES = ("debt", "advance", "insurer_due", "not_yet_due")


def account_state(patient_id: int, legal_entity_id: int | None = None) -> AccountState:
    """The patient's figures with one legal entity, or summed over all."""
    accounts = Account.objects.filter(patient_id=patient_id)
    if legal_entity_id is not None:
        accounts = accounts.filter(legal_entity_id=legal_entity_id)
    sums = accounts.aggregate(**{f"sum_{figure}": Sum(figure) for figure in FIGURES})
    return AccountState(**{figure: sums[f"sum_{figure}"] or ZERO for figure in FIGURES})


_ACCOUNT_STATES = """
SELECT patient_id, sum(debt), sum(advance), sum(insurer_due), sum(not_yet_due)
FROM billing_account WHERE patient_id = ANY (%s) AND {owing} GROUP BY patient_id
"""


def account_states(*, actor: Actor, patient_ids: Iterable[int]) -> dict[int, AccountState]:
    """The figures of those patients whose money the actor may see, over all legal entities; one query.

    Patients without an account are left out.
    """
    condition, parameters = owing(actor)
    rows = read(_ACCOUNT_STATES.format(owing=condition), [list(patient_ids), *parameters], keep_plan=not parameters)
    return {patient_id: AccountState(*figures) for patient_id, *figures in rows}


def in_paying_order(lines: QuerySet[InvoiceLine]) -> QuerySet[InvoiceLine]:
    """Lines as money pays them: by date of service, then invoice and line. Source: FEATURES 2.3, rule 2."""
    return lines.order_by("order_line__order__served_on", "invoice_id", "position", "pk")


def unpaid_lines(patient_id: int, legal_entity_id: int | None = None) -> QuerySet[InvoiceLine]:
    """Lines of issued invoices that are not paid in full, in paying order, with their order and doctor."""
    lines = InvoiceLine.objects.filter(
        invoice__patient_id=patient_id,
        invoice__state=InvoiceState.ISSUED,
        invoice__paid__lt=F("invoice__total"),
        paid__lt=F("amount"),
    )
    if legal_entity_id is not None:
        lines = lines.filter(invoice__legal_entity_id=legal_entity_id)
    return in_paying_order(lines.select_related("invoice", "order_line__order__doctor"))


def debtors(legal_entity_id: int | None = None) -> QuerySet[Account]:
    """Accounts with a debt, the largest first; sum their ``debt`` for the total."""
    accounts = Account.objects.filter(debt__gt=0).select_related("patient", "legal_entity").order_by("-debt", "pk")
    return accounts if legal_entity_id is None else accounts.filter(legal_entity_id=legal_entity_id)
