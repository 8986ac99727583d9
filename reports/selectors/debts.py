"""What patients owe and what they have paid ahead: never netted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.db.models.functions import Least

from billing.models import Account
from core import options
from core.actor import Actor, Scope
from core.money import ZERO
from core.sql import read
from patients.models import Patient
from reports.choices import DEBT_AGES, debt_ages
from reports.periods import Span


@dataclass(frozen=True)
class AgedDebt:
    """What is due for services rendered so long ago, roubles. ``up_to_days`` is None for the oldest."""

    from_days: int
    up_to_days: int | None
    amount: Decimal


@dataclass(frozen=True)
class MoneyOwed:
    """Debts by age beside advances with their movement in the period. Roubles."""

    debt: Decimal
    debtors: int
    ages: tuple[AgedDebt, ...]
    advance: Decimal
    advance_holders: int
    advance_taken: Decimal
    advance_set_off: Decimal
    advance_refunded: Decimal
    set_off_people: int
    set_off_amount: Decimal


@dataclass(frozen=True)
class SetOff:
    """One account that has both a debt and an advance, and what of it could be set off."""

    account: Account

    @property
    def possible(self) -> Decimal:
        return min(self.account.debt, self.account.advance)


# Accounts with a debt come first: their partial index knows how few they are, unpaid invoices are guessed wrong.
_UNPAID = """
SELECT age, count(DISTINCT patient_id)::int, coalesce(sum(due), 0) FROM (
  SELECT width_bucket(%(today)s::date - o.served_on, %(starts)s::int[]) AS age, i.patient_id, l.amount - l.paid AS due
  FROM billing_account a
  JOIN billing_invoice i ON i.account_id = a.id AND i.state = 'issued' AND i.paid < i.total
  JOIN billing_invoiceline l ON l.invoice_id = i.id AND NOT l.is_void AND l.paid < l.amount
  JOIN billing_workorderline ol ON ol.id = l.order_line_id
  JOIN billing_workorder o ON o.id = ol.order_id
  WHERE a.debt > 0 AND i.branch_id = ANY(%(branches)s::bigint[])
) unpaid GROUP BY GROUPING SETS ((age), ())
"""
_ADVANCES = """
SELECT advance.*, moved.*, (
  SELECT coalesce(sum(amount), 0) FROM billing_refund
  WHERE branch_id = ANY(%(branches)s::bigint[]) AND given_on >= %(since)s AND given_on < %(until)s)
FROM (
  SELECT coalesce(sum(advance), 0), count(DISTINCT patient_id)::int, count(DISTINCT patient_id) FILTER (WHERE debt > 0)::int,
    coalesce(sum(least(debt, advance)) FILTER (WHERE debt > 0), 0)
  FROM billing_account WHERE advance > 0 AND legal_entity_id = ANY(%(entities)s::bigint[])
) advance, (
  SELECT coalesce(sum(to_advance), 0), coalesce(sum(total - money), 0) FROM billing_payment
  WHERE branch_id = ANY(%(branches)s::bigint[]) AND taken_on >= %(since)s AND taken_on < %(until)s
) moved
"""


def money_owed(*, branch_ids: Collection[int], legal_entity_ids: Collection[int], today: date, span: Span) -> MoneyOwed:
    """Debts of invoices of the branches, advances of their legal entities (an advance belongs to no branch); 2 queries."""
    branches = list(branch_ids)
    ends = debt_ages(options.value(DEBT_AGES))
    starts = [days + 1 for days in ends]
    debts = {
        age: (people, due)
        for age, people, due in read(_UNPAID, {"branches": branches, "today": today, "starts": starts})
    }
    debtors, debt = debts.pop(None)
    asked = {"branches": branches, "entities": list(legal_entity_ids), "since": span.since, "until": span.until}
    advance, holders, both, both_sum, taken, set_off, refunded = read(_ADVANCES, asked)[0]
    return MoneyOwed(
        debt=debt,
        debtors=debtors,
        ages=tuple(
            AgedDebt(start, up_to, debts[number][1] if number in debts else ZERO)
            for number, (start, up_to) in enumerate(zip((0, *starts), (*ends, None), strict=True))
        ),
        advance=advance,
        advance_holders=holders,
        advance_taken=taken,
        advance_set_off=set_off,
        advance_refunded=refunded,
        set_off_people=both,
        set_off_amount=both_sum,
    )


def people_to_set_off(*, actor: Actor, legal_entity_ids: Collection[int]) -> list[SetOff]:
    """Accounts with a debt and an advance at once, where most could be set off first; one query.

    Only of patients whose cards are open to the actor: the tile's sum is of all, a name is not for everybody.
    """
    accounts = _with_advance(legal_entity_ids).filter(debt__gt=0)
    if actor.scope("patients.view_patient") != Scope.ALL:
        accounts = accounts.filter(patient__in=Patient.objects.visible_to(actor).order_by().values("pk"))
    found = (
        accounts.annotate(possible=Least("debt", "advance"))
        .select_related("patient", "legal_entity")
        .defer("patient__search")
        .order_by("-possible", "pk")
    )
    return [SetOff(account) for account in found]


def _with_advance(legal_entity_ids: Collection[int]) -> QuerySet[Account]:
    return Account.objects.filter(advance__gt=0, legal_entity_id__in=legal_entity_ids)
