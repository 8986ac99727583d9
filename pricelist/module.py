from django.utils.translation import gettext_lazy as _

from core.modules import Directory, LogKind, Module, NavItem
from core.ports import sample_rows
from pricelist import permissions

module = Module(
    code="pricelist",
    title=_("Price list"),
    icon="list-details",
    is_base=True,
    permissions=permissions.ALL,
    directories=[
        Directory(
            "directions",
            _("Directions of services"),
            _("Direction of services"),
            _("chosen on a service of the price list"),
            "pricelist.Direction",
            "organization.change_options",
            order=30,
            fields=("name", "order"),
        )
    ],
    ports={sample_rows: "pricelist.sample.sample_rows"},
    log_kinds=[LogKind("prices", _("Price list"), "pricelist.history.PRICES", 300)],
    nav=[
        NavItem(
            _("Prices"),
            route="pricelist:service_list",
            icon="list-details",
            permission="pricelist.view_service",
            order=40,
        )
    ],
)
