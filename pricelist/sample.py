"""The price list's part of the sample clinic."""

from django.utils.translation import gettext_lazy as _

from core.ports import SampleRows


def sample_rows() -> SampleRows:
    """Services and prices go; the official nomenclature stays."""
    return SampleRows(
        "pricelist",
        counted=(("pricelist.Service", _("Services with their prices")),),
        keeps=("pricelist.NomenclatureItem",),
    )
