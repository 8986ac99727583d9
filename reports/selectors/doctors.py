"""What each doctor brought in a period."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_money
from core.names import short_name
from core.sql import read
from organization.models import Branch
from reports.periods import Span
from reports.selectors.load import Bucket, Load, booked_load
from reports.selectors.visits import finished_counts


@dataclass(frozen=True)
class DoctorResult:
    """Roubles, finished appointments and load of one doctor. Revenue is that of the orders the doctor wrote."""

    doctor_id: int
    name: str
    revenue: Decimal
    finished: int
    load: Load

    @property
    def average_bill(self) -> Decimal | None:
        """Revenue per finished appointment; None without one."""
        return round_money(self.revenue / self.finished) if self.finished else None

    @property
    def revenue_per_hour(self) -> Decimal | None:
        """Revenue per hour of shift; None without a shift."""
        return round_money(self.revenue * 60 / self.load.worked_minutes) if self.load.worked_minutes else None


_REVENUE = """
SELECT doctor_id, sum(total) FROM billing_workorder
WHERE branch_id = ANY(%(branches)s::bigint[]) AND served_on >= %(since)s AND served_on < %(until)s AND state = 'closed'
GROUP BY doctor_id
"""


def doctor_results(*, branches: Collection[Branch], span: Span) -> list[DoctorResult]:
    """Every doctor with revenue, a finished appointment or a shift in the span, the largest revenue first; four queries."""
    branch_ids = [branch.pk for branch in branches]
    revenue = dict(read(_REVENUE, {"branches": branch_ids, "since": span.since, "until": span.until}))
    (finished,) = finished_counts(branch_ids=branch_ids, spans=[span])
    (load,) = booked_load(branch_ids=branch_ids, buckets=[Bucket(span.since, span.until)])
    names = doctor_names({*revenue, *finished, *load})
    results = [
        DoctorResult(pk, name, revenue.get(pk, ZERO), finished.get(pk, 0), load.get(pk, Load()))
        for pk, name in names.items()
    ]
    return sorted(results, key=lambda result: -result.revenue)


_NAMES = """
SELECT id, surname, name, patronymic FROM organization_employee WHERE id = ANY(%s::bigint[]) ORDER BY sort_key, id
"""


def doctor_names(ids: Collection[int]) -> dict[int, str]:
    """«Иванова А. П.» by id, in the order of names; one query."""
    return {pk: short_name(*name) for pk, *name in read(_NAMES, [list(ids)])}
