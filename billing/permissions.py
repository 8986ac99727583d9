"""Rights of work orders and money, and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

DESK = {"director": Scope.ALL, "administrator": Scope.ALL}
DOCTOR = {"director": Scope.ALL, "administrator": Scope.ALL, "doctor": Scope.OWN}

ALL = [
    Permission("billing.view_order", _("See work orders"), _("Services rendered."), defaults=DOCTOR, is_scoped=True),
    Permission(
        "billing.write_order",
        _("Write work orders"),
        _("Add services, teeth and quantities, close the order."),
        defaults={"director": Scope.ALL, "doctor": Scope.OWN},
        is_scoped=True,
    ),
    Permission(
        "billing.view_invoice",
        _("See invoices and payments"),
        _("Also the patient's debt and advance."),
        defaults=DESK,
        is_scoped=True,
    ),
    Permission("billing.issue_invoice", _("Issue invoices"), _("From closed work orders."), defaults=DESK),
    Permission("billing.take_payment", _("Take payments"), _("Cash, card, from the advance; advances."), defaults=DESK),
    Permission(
        "billing.refund_payment",
        _("Give money back"),
        _("From the patient's advance, with a reason."),
        defaults=DESK,
        is_dangerous=True,
    ),
    Permission(
        "billing.give_discount", _("Give discounts"), _("On a line of a work order, with a reason."), defaults=DESK
    ),
    Permission(
        "billing.run_shift", _("Open and close the cash desk"), _("Cash shifts and their totals."), defaults=DESK
    ),
    Permission(
        "billing.void_invoice",
        _("Void invoices"),
        _("Only while nothing is paid on it."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
    Permission(
        "billing.change_desk", _("Change cash desks"), _("Add, rename, archive."), defaults={"director": Scope.ALL}
    ),
]
