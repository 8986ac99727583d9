"""Revenue and receipts by day, receipts by means."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.enums import MONEY_MEANS, Means
from billing.models import WorkOrder
from core.money import ZERO
from core.sql import read
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


# The spans lead to the indexes of branch and day; they must not overlap, or their days would count twice.
_BY_DAY = """
SELECT figure, day, total FROM (
WITH span AS (SELECT * FROM unnest(%(since)s::date[], %(until)s::date[]) AS s(since, until))
SELECT 'revenue', o.served_on, sum(o.total) FROM span JOIN billing_workorder o
  ON o.branch_id = ANY(%(branches)s::bigint[]) AND o.served_on >= span.since AND o.served_on < span.until
WHERE o.state = 'closed' GROUP BY 2
UNION ALL
SELECT 'received', p.taken_on, sum(p.money) FROM span JOIN billing_payment p
  ON p.branch_id = ANY(%(branches)s::bigint[]) AND p.taken_on >= span.since AND p.taken_on < span.until GROUP BY 2
UNION ALL
SELECT 'refunded', r.given_on, sum(r.amount) FROM span JOIN billing_refund r
  ON r.branch_id = ANY(%(branches)s::bigint[]) AND r.given_on >= span.since AND r.given_on < span.until GROUP BY 2
) AS figures(figure, day, total)
"""
_BY_MEANS = """
SELECT means, sum(received), sum(refunded), sum(payments)::int FROM (
  SELECT part.means, part.amount AS received, 0 AS refunded, 1 AS payments
  FROM billing_payment p JOIN billing_paymentpart part ON part.payment_id = p.id
  WHERE p.branch_id = ANY(%(branches)s::bigint[]) AND p.taken_on >= %(since)s AND p.taken_on < %(until)s
  UNION ALL
  SELECT means, 0, amount, 0 FROM billing_refund
  WHERE branch_id = ANY(%(branches)s::bigint[]) AND given_on >= %(since)s AND given_on < %(until)s
) moved GROUP BY means
"""


def money_by_day(*, branch_ids: Collection[int], spans: Collection[Span]) -> dict[date, DayMoney]:
    """Revenue and receipts of every day that has any, over all the spans, which do not overlap; one query."""
    parameters = {
        "branches": list(branch_ids),
        "since": [span.since for span in spans],
        "until": [span.until for span in spans],
    }
    days: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for figure, on, total in read(_BY_DAY, parameters):
        days[on][figure] = total
    return {on: DayMoney(**figures) for on, figures in days.items()}


def books_were_kept(*, branch_ids: Collection[int], since: date) -> bool:
    """Whether the clinic wrote work orders before ``since`` already, so that the time after it can be compared."""
    return WorkOrder.objects.filter(branch_id__in=branch_ids, served_on__lt=since).exists()


def receipts_by_means(*, branch_ids: Collection[int], span: Span) -> list[MeansSum]:
    """Receipts of the span by each means that brings money, those nothing came by too; one query."""
    parameters = {"branches": list(branch_ids), "since": span.since, "until": span.until}
    known = {means: figures for means, *figures in read(_BY_MEANS, parameters)}
    return [MeansSum(means, *known.get(means, (ZERO, ZERO, 0))) for means in MONEY_MEANS]
