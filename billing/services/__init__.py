"""Every write of work orders and money: one transaction each, lock → check → write → publish.

Locks are always taken in this order, so that waiters never deadlock: account, cash shift, work orders, invoices, then
the schedule's own (``visits.hold``) and the appointment. No row is locked against being referred to (FOR NO KEY UPDATE).
"""

from billing.services.desks import add_desk, archive_desk, change_desk, restore_desk
from billing.services.grants import end_desk_grant, give_desk
from billing.services.invoices import issue_invoice, void_invoice
from billing.services.orders import (
    add_line,
    add_lines,
    change_line,
    close_work_order,
    finish_appointment,
    give_discount,
    open_work_order,
    remove_line,
    reopen_work_order,
    write_service,
)
from billing.services.payments import refund_advance, settle, take_advance, take_payment
from billing.services.shifts import close_shift, open_shift

__all__ = [
    "add_desk",
    "add_line",
    "add_lines",
    "archive_desk",
    "change_desk",
    "change_line",
    "close_shift",
    "close_work_order",
    "end_desk_grant",
    "finish_appointment",
    "give_desk",
    "give_discount",
    "issue_invoice",
    "open_shift",
    "open_work_order",
    "refund_advance",
    "remove_line",
    "reopen_work_order",
    "restore_desk",
    "settle",
    "take_advance",
    "take_payment",
    "void_invoice",
    "write_service",
]
