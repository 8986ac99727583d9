"""Rights of the price list. What the built-in roles start with stands in ``organization.defaults``."""

from django.utils.translation import gettext_lazy as _

from core.modules import Permission

ALL = [
    Permission("pricelist.view_service", _("See the price list"), _("Services, codes and prices.")),
    Permission(
        "pricelist.change_service",
        _("Change the price list"),
        _("Add, change and withdraw services; set prices from a date."),
    ),
    Permission(
        "pricelist.view_cost",
        _("See costs and margins"),
        _("What a service costs the clinic: materials, laboratory, salary, and what is left."),
        is_dangerous=True,
    ),
]
