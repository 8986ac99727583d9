"""Money of the clinic: work orders, invoices, payments, the ledger, cash desks and their shifts."""

from billing.models.documents import Invoice, InvoiceLine, WorkOrder, WorkOrderLine
from billing.models.ledger import Account, LedgerEntry
from billing.models.payments import (
    Allocation,
    CashDesk,
    CashDeskGrant,
    CashShift,
    FiscalReceipt,
    Payment,
    PaymentPart,
    Refund,
    ShiftTotal,
)

__all__ = [
    "Account",
    "Allocation",
    "CashDesk",
    "CashDeskGrant",
    "CashShift",
    "FiscalReceipt",
    "Invoice",
    "InvoiceLine",
    "LedgerEntry",
    "Payment",
    "PaymentPart",
    "Refund",
    "ShiftTotal",
    "WorkOrder",
    "WorkOrderLine",
]
