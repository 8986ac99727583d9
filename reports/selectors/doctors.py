"""What each doctor brought in a period."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from billing.enums import OrderState
from billing.models import WorkOrder
from core.money import ZERO, round_money
from organization.models import Branch, Employee
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


def doctor_results(*, branches: Collection[Branch], span: Span) -> list[DoctorResult]:
    """Every doctor with revenue, a finished appointment or a shift in the span, the largest revenue first; four queries."""
    branch_ids = [branch.pk for branch in branches]
    revenue = dict(
        WorkOrder.objects.filter(
            state=OrderState.CLOSED, branch_id__in=branch_ids, served_on__gte=span.since, served_on__lt=span.until
        )
        .order_by()
        .values("doctor_id")
        .annotate(sum=Sum("total"))
        .values_list("doctor_id", "sum")
    )
    finished = finished_counts(branches=branches, span=span)
    (load,) = booked_load(branch_ids=branch_ids, buckets=[Bucket(span.since, span.until)])
    names = doctor_names({*revenue, *finished, *load})
    results = [
        DoctorResult(pk, name, revenue.get(pk, ZERO), finished.get(pk, 0), load.get(pk, Load()))
        for pk, name in names.items()
    ]
    return sorted(results, key=lambda result: -result.revenue)


def doctor_names(ids: Collection[int]) -> dict[int, str]:
    """«Иванова А. П.» by id, in the order of names; one query."""
    found = Employee.objects.filter(pk__in=ids).order_by("sort_key", "pk")
    return {doctor.pk: doctor.short_name for doctor in found.only("surname", "name", "patronymic", "sort_key")}
