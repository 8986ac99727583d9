"""What makes up the history of a work order and of an invoice."""

from django.utils.translation import gettext_lazy as _

from billing.models import (
    Account,
    CashDesk,
    CashDeskGrant,
    CashShift,
    FiscalReceipt,
    Invoice,
    InvoiceLine,
    Payment,
    Refund,
    ShiftTotal,
    WorkOrder,
    WorkOrderLine,
)
from core.history import Source, Trail
from organization.history import GRANT_HIDDEN, GRANT_LABELS

ORDER = Trail(
    Source(
        WorkOrder,
        labels={
            "state": _("State"),
            "total": _("Total"),
            "is_invoiced": _("Invoiced"),
            "no_services_reason": _("Without services"),
            "closed_at": _("Closed at"),
            "closed_by": _("Closed by"),
            "created_by": _("Opened by"),
            "served_on": _("Day of service"),
            "number": _("Number"),
            "doctor": _("Doctor"),
        },
        hidden=frozenset({"year", "appointment", "patient", "branch", "legal_entity", "created_at", "comment"}),
        told_by=("number",),
        patient="patient",
    ),
    Source(
        WorkOrderLine,
        "order",
        title=_("line"),
        name="name",
        labels={
            "name": _("Service"),
            "teeth": _("Tooth"),
            "surfaces": _("Surf."),
            "quantity": _("Qty"),
            "price": _("Price"),
            "discount_percent": _("Discount, %"),
            "discount_reason": _("Reason of the discount"),
            "amount": _("Sum"),
        },
        hidden=frozenset({"position", "service", "code", "nomenclature", "direction", "performer"}),
        patient="order__patient",
    ),
)

INVOICE = Trail(
    Source(
        Invoice,
        labels={
            "number": _("Number"),
            "state": _("State"),
            "issued_on": _("Day of issue"),
            "issued_by": _("Issued by"),
            "total": _("Sum"),
            "paid": _("Paid"),
            "payer_name": _("Payer"),
            "voided_at": _("Voided at"),
            "void_reason": _("Why voided"),
        },
        hidden=frozenset({"year", "legal_entity", "branch", "patient", "account", "issued_at"}),
        told_by=("number",),
        patient="patient",
    ),
    Source(
        InvoiceLine,
        "invoice",
        title=_("line"),
        name="name",
        labels={"name": _("Service"), "amount": _("Sum"), "paid": _("Paid"), "is_void": _("Voided")},
        hidden=frozenset({"order_line", "position", "code", "nomenclature", "teeth", "quantity", "price", "discount"}),
        patient="invoice__patient",
    ),
)

_SAID_ELSEWHERE = frozenset(
    {"key", "year", "account", "patient", "legal_entity", "branch", "shift", "given_at", "taken_at"}
)
MONEY = (
    Source(
        Payment,
        title=_("payment"),
        labels={
            "number": _("Number"),
            "taken_on": _("Day"),
            "taken_by": _("Taken by"),
            "total": _("Sum"),
            "money": _("Into the desk"),
            "to_advance": _("To the advance"),
            "cash_received": _("Cash received"),
            "change_given": _("Change given"),
        },
        hidden=_SAID_ELSEWHERE,
        told_by=("number",),
        patient="patient",
        at="taken_at",
        who={"employee": "taken_by_id"},
    ),
    Source(
        Refund,
        title=_("refund"),
        labels={
            "means": _("Means"),
            "amount": _("Sum"),
            "given_on": _("Day"),
            "given_by": _("Given by"),
            "confirmed_by": _("Confirmed by"),
        },
        hidden=_SAID_ELSEWHERE,
        patient="patient",
        at="given_at",
        who={"employee": "given_by_id"},
    ),
    Source(
        FiscalReceipt,
        title=_("fiscal receipt"),
        labels={"state": _("State")},
        hidden=frozenset({"payment", "refund", "created_at"}),
        patient="payment__patient",
    ),
)
DESKS = (
    Source(
        CashDesk, title=_("cash desk"), name="name", labels={"branch": _("Branch"), "legal_entity": _("Legal entity")}
    ),
    Source(
        CashDeskGrant,
        title=_("cash desk given to"),
        name="user",
        labels={**GRANT_LABELS, "content_object": _("Cash desk")},
        hidden=GRANT_HIDDEN,
    ),
    Source(
        CashShift,
        title=_("cash shift"),
        labels={
            "desk": _("Cash desk"),
            "number": _("Number"),
            "state": _("State"),
            "opened_at": _("Opened at"),
            "opened_by": _("Opened by"),
            "closed_at": _("Closed at"),
            "closed_by": _("Closed by"),
            "expected_cash": _("Cash expected"),
            "difference_reason": _("Reason of the difference"),
        },
        told_by=("number",),
    ),
    Source(
        ShiftTotal,
        title=_("total of a shift"),
        name="means",
        labels={
            "means": _("Means"),
            "payments": _("Payments"),
            "taken": _("Taken"),
            "refunded": _("Given back"),
        },
        hidden=frozenset({"shift"}),
    ),
    Source(
        Account,
        title=_("account of a patient"),
        labels={"legal_entity": _("Legal entity")},
        hidden=frozenset({"patient", "debt", "advance", "insurer_due", "not_yet_due"}),
        patient="patient",
    ),
)
ORDERS = ORDER.sources
INVOICES = INVOICE.sources
