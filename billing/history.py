"""What makes up the history of a work order and of an invoice."""

from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceLine, WorkOrder, WorkOrderLine
from core.history import Source, Trail

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
    ),
    Source(
        InvoiceLine,
        "invoice",
        title=_("line"),
        name="name",
        labels={"name": _("Service"), "amount": _("Sum"), "paid": _("Paid"), "is_void": _("Voided")},
        hidden=frozenset({"order_line", "position", "code", "nomenclature", "teeth", "quantity", "price", "discount"}),
    ),
)
