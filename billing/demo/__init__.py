"""The demo clinic's money: an order for most visits, invoices, payments, debts, advances, a cash shift a day."""

from collections import defaultdict
from datetime import date, timedelta

from billing import services
from billing.demo.books import Books
from billing.demo.desk import Desk
from billing.demo.till import Till
from billing.enums import OrderState
from billing.models import (
    Account,
    Allocation,
    CashDesk,
    CashShift,
    FiscalReceipt,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    Payment,
    PaymentPart,
    Refund,
    ShiftTotal,
    WorkOrder,
    WorkOrderLine,
)
from billing.selectors.desk import cash_in_drawer
from core import bulk
from core.actor import system_actor
from core.counters import raise_to
from core.demo import Run
from core.models import Counter
from organization.demo import Clinic
from pricelist.demo import PriceList
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState

DESK_NAME = "Касса"
TABLES = (
    CashDesk, CashShift, ShiftTotal, Account, WorkOrder, WorkOrderLine, Invoice, InvoiceLine, Payment, PaymentPart,
    Allocation, Refund, FiscalReceipt, LedgerEntry,
)  # fmt: skip


def build(run: Run, clinic: Clinic, prices: PriceList, visits: list[Visit]) -> None:
    """Keep the books of all visits, and say which of them are settled."""
    desk = CashDesk.objects.create(name=DESK_NAME, branch_id=clinic.branch_id, legal_entity_id=clinic.legal_entity_id)
    till = Till(clinic, run.rng("till"), desk, last_number=0)
    books = Books(clinic, till, run.rng("payment keys"))
    _keep(run, Desk(run, clinic, prices, books), visits)


def go_on(run: Run, clinic: Clinic, prices: PriceList, visits: list[Visit]) -> None:
    """The same for visits that took place since, after what is written already."""
    desk = CashDesk.objects.get(name=DESK_NAME, branch_id=clinic.branch_id)
    last = Counter.objects.filter(series=_series(desk)).values_list("value", flat=True).first() or 0
    till = Till(clinic, run.rng("till"), desk, last_number=last)
    open_today = CashShift.objects.open().filter(desk=desk).first()
    if open_today is not None:
        till.adopt(open_today)
    books = Books(clinic, till, run.rng("payment keys"))
    books.recall({visit.guest.pk for visit in visits})
    _keep(run, Desk(run, clinic, prices, books), visits)


def close_left_open(run: Run) -> None:
    """Close the cash shifts of days gone by and the orders left in chairs, as somebody would on the next morning."""
    actor = system_actor("demo")
    for shift in CashShift.objects.open().filter(opened_at__lt=run.midnight(run.today)).select_related("desk"):
        services.close_shift(actor=actor, shift=shift, counted_cash=cash_in_drawer(shift))
    drafts = WorkOrder.objects.filter(state=OrderState.DRAFT, served_on__lt=run.today)
    for order in drafts.filter(appointment__state=AppointmentState.IN_CHAIR).select_related("appointment"):
        services.close_work_order(actor=actor, order=order, no_services_reason="Осмотр без лечения")


def _keep(run: Run, front: Desk, visits: list[Visit]) -> None:
    of_day: dict[date, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.seated_at is not None:
            of_day[visit.day].append(visit)
    first = min([run.first_day, *of_day])
    days = (run.today - first).days
    for number in range(days + 1):
        day = first + timedelta(days=number)
        front.live(day, of_day.get(day, []))
        if number % 15 == 0:
            run.report("Orders, invoices and payments", number / max(days, 1))
    till = front.books.till
    front.books.finish()
    till.finish()
    raise_to(_series(till.desk), till.last_number)


def _series(desk: CashDesk) -> str:
    return f"shift:{desk.pk}"


def write_history(run: Run, history: bulk.History, clinic: Clinic) -> None:
    """Each document as it was made and as it stands."""
    history.write(
        CashDesk,
        at="%(at)s::timestamptz",
        by="%(by)s::bigint",
        parameters={"at": run.opened_at(), "by": clinic.director.pk},
    )
    open_shift = dict.fromkeys(("closed_at", "closed_by_id", "expected_cash", "counted_cash"), "NULL")
    open_shift |= {"state": "'open'", "difference_reason": "''", "version": "1"}
    history.write(CashShift, at="t.opened_at", by="t.opened_by_id", instead=open_shift)
    history.write(CashShift, at="t.closed_at", by="t.closed_by_id", label="update", where="t.state = 'closed'")
    of_shift = "JOIN billing_cashshift s ON s.id = t.shift_id"
    history.write(ShiftTotal, at="s.closed_at", by="s.closed_by_id", joins=of_shift)
    first_entry = (
        "JOIN (SELECT account_id, min(id) AS id FROM billing_ledgerentry GROUP BY account_id) f ON f.account_id = t.id"
        " JOIN billing_ledgerentry entry ON entry.id = f.id"
    )
    nothing = dict.fromkeys(("debt", "advance", "insurer_due", "not_yet_due"), "0")
    history.write(Account, at="entry.at", by="entry.employee_id", joins=first_entry, instead=nothing)
    _orders_history(history)
    _invoices_history(run, history)
    history.write(FiscalReceipt, at="t.created_at")


def _orders_history(history: bulk.History) -> None:
    draft = {
        "state": "'draft'",
        "total": "0",
        "is_invoiced": "false",
        "closed_at": "NULL",
        "closed_by_id": "NULL",
        "version": "1",
    }
    history.write(WorkOrder, at="t.created_at", by="t.created_by_id", instead=draft)
    history.write(
        WorkOrder,
        at="coalesce(i.issued_at, t.closed_at, t.created_at + interval '1 minute')",
        by="coalesce(i.issued_by_id, t.doctor_id)",
        label="update",
        joins="LEFT JOIN (SELECT DISTINCT ON (l.order_id) l.order_id, i.issued_at, i.issued_by_id"
        " FROM billing_workorderline l JOIN billing_invoiceline il ON il.order_line_id = l.id AND NOT il.is_void"
        " JOIN billing_invoice i ON i.id = il.invoice_id) i ON i.order_id = t.id",
        where="t.version > 1",
    )
    history.write(
        WorkOrderLine,
        at="o.created_at + t.position * interval '20 seconds'",
        by="o.doctor_id",
        joins="JOIN billing_workorder o ON o.id = t.order_id",
    )


def _invoices_history(run: Run, history: bulk.History) -> None:
    unpaid = {"state": "'issued'", "paid": "0", "voided_at": "NULL", "void_reason": "''", "version": "1"}
    history.write(Invoice, at="t.issued_at", by="t.issued_by_id", instead=unpaid)
    last_payment = (
        "LEFT JOIN (SELECT l.invoice_id, max(a.payment_id) AS payment_id FROM billing_invoiceline l"
        " JOIN billing_allocation a ON a.invoice_line_id = l.id GROUP BY l.invoice_id) last ON last.invoice_id = {key}"
        " LEFT JOIN billing_payment p ON p.id = last.payment_id"
    )
    history.write(
        Invoice,
        at="coalesce(p.taken_at, t.voided_at)",
        by="coalesce(p.taken_by_id, t.issued_by_id)",
        label="update",
        joins=last_payment.format(key="t.id"),
        where="t.version > 1",
    )
    of_invoice = "JOIN billing_invoice i ON i.id = t.invoice_id"
    history.write(
        InvoiceLine, at="i.issued_at", by="i.issued_by_id", joins=of_invoice, instead={"paid": "0", "is_void": "false"}
    )
    history.write(
        InvoiceLine,
        at="coalesce(p.taken_at, i.voided_at)",
        by="coalesce(p.taken_by_id, i.issued_by_id)",
        label="update",
        joins=f"{of_invoice} {last_payment.format(key='i.id')}",
        where="t.paid > 0 OR t.is_void",
    )
