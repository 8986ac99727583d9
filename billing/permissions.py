"""Rights of work orders and money. What the built-in roles start with stands in ``organization.defaults``."""

from django.utils.translation import gettext_lazy as _

from core.modules import Limit, Permission

ALL = [
    Permission("billing.view_order", _("See work orders"), _("Services rendered."), is_scoped=True),
    Permission(
        "billing.write_order",
        _("Write work orders"),
        _("Add services, teeth and quantities, close the order; only so many days after the appointment."),
        is_scoped=True,
        limit=Limit(_("days after the appointment, at most: %(limit)s"), _("however late"), choices=(0, 1, 3, 7, 30)),
    ),
    Permission(
        "billing.reopen_order",
        _("Reopen closed work orders"),
        _("Write on in a closed order, as long as no invoice was issued for it; the patient is in the chair again."),
        is_scoped=True,
        is_dangerous=True,
    ),
    Permission(
        "billing.view_invoice",
        _("See invoices and payments"),
        _("Also the patient's debt and advance."),
        is_scoped=True,
    ),
    Permission("billing.issue_invoice", _("Issue invoices"), _("From closed work orders.")),
    Permission("billing.take_payment", _("Take payments"), _("Cash, card, from the advance; advances.")),
    Permission(
        "billing.refund_payment",
        _("Give money back"),
        _("From the patient's advance, with a reason; without it somebody who has it confirms at the same screen."),
        is_dangerous=True,
    ),
    Permission(
        "billing.give_discount",
        _("Give discounts"),
        _("On a line of a work order, with a reason. More than the limit is confirmed by somebody who may give it."),
        limit=Limit(_("up to %(limit)s %%"), _("any discount"), choices=(5, 10, 15, 20, 30, 50, 100)),
    ),
    Permission("billing.run_shift", _("Open and close the cash desk"), _("Cash shifts and their totals.")),
    Permission(
        "billing.close_shift_with_difference",
        _("Close a shift with a difference"),
        _("When the counted cash is not what should be there: with a reason, up to this sum more or less."),
        is_dangerous=True,
        limit=Limit(_("up to %(limit)s ₽"), _("any difference"), choices=(10, 50, 100, 500, 1000, 5000)),
    ),
    Permission("billing.void_invoice", _("Void invoices"), _("Only while nothing is paid on it."), is_dangerous=True),
    Permission("billing.change_desk", _("Change cash desks"), _("Add, rename, archive.")),
]
