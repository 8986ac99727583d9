"""Rights of the price list and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

ALL = [
    Permission(
        "pricelist.view_service",
        _("See the price list"),
        _("Services, codes and prices."),
        defaults={"director": Scope.ALL, "administrator": Scope.ALL, "doctor": Scope.ALL},
    ),
    Permission(
        "pricelist.change_service",
        _("Change the price list"),
        _("Add, change and withdraw services; set prices from a date."),
        defaults={"director": Scope.ALL},
    ),
]
