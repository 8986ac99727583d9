"""Revenue and receipts by day, receipts by means."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from billing.enums import MONEY_MEANS, Means, OrderState
from billing.models import Payment, PaymentPart, Refund, WorkOrder
from core.money import ZERO
from reports.periods import Span


@dataclass(frozen=True)
class DayMoney:
    """Roubles of one day."""

    revenue: Decimal = ZERO
    received: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def receipts(self) -> Decimal:
        return self.received - self.refunded


@dataclass(frozen=True)
class MeansSum:
    """What came and went by one means, roubles."""

    means: Means
    received: Decimal
    refunded: Decimal
    payments: int

    @property
    def receipts(self) -> Decimal:
        return self.received - self.refunded


def money_by_day(*, branch_ids: Collection[int], spans: Collection[Span]) -> dict[date, DayMoney]:
    """Revenue and receipts of every day that has any, over all the spans; three queries."""
    rows: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for name, model, day, amount in (
        ("revenue", WorkOrder.objects.filter(state=OrderState.CLOSED), "served_on", "total"),
        ("received", Payment.objects.all(), "taken_on", "money"),
        ("refunded", Refund.objects.all(), "given_on", "amount"),
    ):
        found = model.filter(_within(spans, day), branch_id__in=branch_ids).order_by()
        for on, total in found.values(day).annotate(sum=Sum(amount)).values_list(day, "sum"):
            rows[on][name] = total
    return {on: DayMoney(**figures) for on, figures in rows.items()}


def books_were_kept(*, branch_ids: Collection[int], since: date) -> bool:
    """Whether the clinic wrote work orders before ``since`` already, so that the time after it can be compared."""
    return WorkOrder.objects.filter(branch_id__in=branch_ids, served_on__lt=since).exists()


def receipts_by_means(*, branch_ids: Collection[int], span: Span) -> list[MeansSum]:
    """Receipts of the span by each means that brings money, those nothing came by too; two queries."""
    taken = {
        means: (total, count)
        for means, total, count in PaymentPart.objects.filter(
            payment__branch_id__in=branch_ids,
            payment__taken_on__gte=span.since,
            payment__taken_on__lt=span.until,
            means__in=MONEY_MEANS,
        )
        .values("means")
        .annotate(sum=Sum("amount"), count=Count("pk"))
        .values_list("means", "sum", "count")
    }
    given = dict(
        Refund.objects.filter(branch_id__in=branch_ids, given_on__gte=span.since, given_on__lt=span.until)
        .values("means")
        .annotate(sum=Sum("amount"))
        .values_list("means", "sum")
    )
    return [
        MeansSum(means, taken.get(means, (ZERO, 0))[0], given.get(means, ZERO), taken.get(means, (ZERO, 0))[1])
        for means in MONEY_MEANS
    ]


def _within(spans: Collection[Span], field: str) -> Q:
    found = Q(pk__in=[])
    for span in spans:
        found |= Q(**{f"{field}__gte": span.since, f"{field}__lt": span.until})
    return found
