"""What patients owe and what they have paid ahead: never netted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Least

from billing.enums import InvoiceState
from billing.models import Account, InvoiceLine, Payment, Refund
from core.money import ZERO
from reports.periods import Span

AGES = (30, 60, 90)  # days since the service; source: FEATURES R03


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


def money_owed(*, branch_ids: Collection[int], legal_entity_ids: Collection[int], today: date, span: Span) -> MoneyOwed:
    """Debts of invoices of the branches, advances of their legal entities (an advance belongs to no branch); 4 queries."""
    lines, accounts = _unpaid_lines(branch_ids), _with_advance(legal_entity_ids)
    edges = [None, *(today - timedelta(days=days) for days in AGES), None]
    due = Sum(F("amount") - F("paid"))
    debts = lines.aggregate(
        total=due,
        people=Count("invoice__patient_id", distinct=True),
        **{
            f"age_{n}": Sum(F("amount") - F("paid"), filter=_served(edges[n + 1], edges[n]))
            for n in range(len(AGES) + 1)
        },
    )
    advances = accounts.aggregate(
        total=Sum("advance"),
        people=Count("patient_id", distinct=True),
        both=Count("patient_id", distinct=True, filter=Q(debt__gt=0)),
        both_sum=Sum(Least("debt", "advance"), filter=Q(debt__gt=0)),
    )
    of_span = {"branch_id__in": branch_ids}
    taken = Payment.objects.filter(**of_span, taken_on__gte=span.since, taken_on__lt=span.until).aggregate(
        to_advance=Sum("to_advance"), set_off=Sum(ExpressionWrapper(F("total") - F("money"), DecimalField()))
    )
    given = Refund.objects.filter(**of_span, given_on__gte=span.since, given_on__lt=span.until).aggregate(
        sum=Sum("amount")
    )
    starts = (0, *(days + 1 for days in AGES))
    return MoneyOwed(
        debt=debts["total"] or ZERO,
        debtors=debts["people"],
        ages=tuple(
            AgedDebt(start, up_to, debts[f"age_{n}"] or ZERO)
            for n, (start, up_to) in enumerate(zip(starts, (*AGES, None), strict=True))
        ),
        advance=advances["total"] or ZERO,
        advance_holders=advances["people"],
        advance_taken=taken["to_advance"] or ZERO,
        advance_set_off=taken["set_off"] or ZERO,
        advance_refunded=given["sum"] or ZERO,
        set_off_people=advances["both"],
        set_off_amount=advances["both_sum"] or ZERO,
    )


def people_to_set_off(*, legal_entity_ids: Collection[int]) -> list[SetOff]:
    """Accounts with a debt and an advance at once, where most could be set off first; one query."""
    found = (
        _with_advance(legal_entity_ids)
        .filter(debt__gt=0)
        .annotate(possible=Least("debt", "advance"))
        .select_related("patient", "legal_entity")
        .defer("patient__search")
        .order_by("-possible", "pk")
    )
    return [SetOff(account) for account in found]


def _unpaid_lines(branch_ids: Collection[int]) -> QuerySet[InvoiceLine]:
    return InvoiceLine.objects.filter(
        invoice__account__debt__gt=0,  # implied by the rest; the planner counts debtors right, unpaid invoices wrong
        invoice__state=InvoiceState.ISSUED,
        invoice__paid__lt=F("invoice__total"),
        invoice__branch_id__in=branch_ids,
        is_void=False,
        paid__lt=F("amount"),
    ).order_by()


def _with_advance(legal_entity_ids: Collection[int]) -> QuerySet[Account]:
    return Account.objects.filter(advance__gt=0, legal_entity_id__in=legal_entity_ids)


def _served(since: date | None, until: date | None) -> Q:
    """Served on or after ``since`` and before ``until``."""
    found = Q()
    if since is not None:
        found &= Q(order_line__order__served_on__gte=since)
    if until is not None:
        found &= Q(order_line__order__served_on__lt=until)
    return found
