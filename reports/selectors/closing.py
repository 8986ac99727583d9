"""What is done and what is left before the day can be closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.enums import Means, OrderState
from billing.models import CashShift, PaymentPart, Refund, WorkOrder
from core.money import ZERO
from organization.models import Branch
from reports.selectors.visits import HELD
from reports.selectors.zones import on_days
from schedule.enums import NOT_OCCUPYING, AppointmentState, Confirmation
from schedule.models import Appointment


@dataclass(frozen=True)
class Progress:
    """So many of all are done."""

    done: int
    all: int

    @property
    def left(self) -> int:
        return self.all - self.done


@dataclass(frozen=True)
class OpenShift:
    """A cash shift that is still open, and what must lie in its drawer, roubles."""

    pk: int
    desk: str
    cash: Decimal


@dataclass(frozen=True)
class DayEnd:
    """Appointments marked, orders closed and invoiced, cancellations with a reason, shifts, tomorrow's confirmations."""

    marked: Progress
    orders_closed: Progress
    orders_invoiced: Progress
    cancelled_with_reason: Progress
    tomorrow_confirmed: Progress
    open_shifts: Sequence[OpenShift]


def day_end(*, branches: Collection[Branch], on: date, now: datetime) -> DayEnd:
    """The day's checklist; four queries. Only appointments whose time is over must be marked."""
    next_day = on + timedelta(days=1)
    over = ~Q(state__in=NOT_OCCUPYING) & Q(ends_at__lte=now)
    held = Q(state__in=HELD)
    today = Appointment.objects.filter(on_days(branches, on, next_day)).aggregate(
        over=Count("pk", filter=over),
        marked=Count("pk", filter=over & Q(state__in=(*HELD, AppointmentState.NO_SHOW))),
        held=Count("pk", filter=held),
        ordered=Count("pk", filter=held & Q(work_order__state=OrderState.CLOSED)),
        cancelled=Count("pk", filter=Q(state=AppointmentState.CANCELLED)),
        explained=Count("pk", filter=Q(state=AppointmentState.CANCELLED, cancel_reason__isnull=False)),
    )
    ahead = Appointment.objects.filter(
        on_days(branches, next_day, next_day + timedelta(days=1)), state=AppointmentState.PLANNED
    ).aggregate(all=Count("pk"), confirmed=Count("pk", filter=Q(confirmation=Confirmation.CONFIRMED)))
    orders = WorkOrder.objects.filter(
        branch__in=branches, served_on=on, state=OrderState.CLOSED, total__gt=0
    ).aggregate(all=Count("pk"), invoiced=Count("pk", filter=Q(is_invoiced=True)))
    return DayEnd(
        marked=Progress(today["marked"], today["over"]),
        orders_closed=Progress(today["ordered"], today["held"]),
        orders_invoiced=Progress(orders["invoiced"], orders["all"]),
        cancelled_with_reason=Progress(today["explained"], today["cancelled"]),
        tomorrow_confirmed=Progress(ahead["confirmed"], ahead["all"]),
        open_shifts=_open_shifts(branches),
    )


def _open_shifts(branches: Collection[Branch]) -> list[OpenShift]:
    shifts = (
        CashShift.objects.open()
        .filter(desk__branch__in=branches)
        .annotate(
            cash=F("opening_cash")
            + _sum(PaymentPart.objects.filter(payment__shift=OuterRef("pk"), means=Means.CASH), "payment__shift")
            - _sum(Refund.objects.filter(shift=OuterRef("pk"), means=Means.CASH), "shift")
        )
        .order_by("desk__branch__name", "desk__name")
        .values_list("pk", "desk__name", "cash")
    )
    return [OpenShift(*row) for row in shifts]


def _sum(rows: QuerySet, by: str) -> Coalesce:
    amounts = rows.order_by().values(by).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(amounts), Value(ZERO), output_field=DecimalField(max_digits=12, decimal_places=2))
