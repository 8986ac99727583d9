"""Rights of the overview and the reports, and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

ALL = [
    Permission(
        "reports.view_dashboard",
        _("See the overview of the clinic"),
        _("Revenue, receipts, load, debts."),
        defaults={"director": Scope.ALL},
    ),
]
