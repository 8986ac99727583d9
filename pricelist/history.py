"""What makes up the history of a service of the price list."""

from django.utils.translation import gettext_lazy as _

from core.history import Source, Trail
from pricelist.models import Direction, Price, PriceGroup, Service, ServiceCategory, ServiceNomenclature

SERVICE = Trail(
    Source(Service, told_by=("code", "name")),
    Source(Price, "service", title=_("price"), name="group", labels={"branch": _("Branch")}),
    Source(
        ServiceNomenclature, "service", title=_("nomenclature code"), name="item", labels={"quantity": _("Quantity")}
    ),
)
PRICES = (
    *SERVICE.sources,
    Source(PriceGroup, title=_("group of prices"), name="name", labels={"is_base": _("Base group")}),
    Source(ServiceCategory, title=_("category"), name="name", labels={"parent": _("Part of")}),
    Source(Direction, title=_("direction"), name="name"),
)
