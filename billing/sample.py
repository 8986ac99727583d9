"""Billing's part of the sample clinic."""

from django.utils.translation import gettext_lazy as _

from core.ports import SampleRows


def sample_rows() -> SampleRows:
    """All the money of the sample clinic goes, its cash desks too."""
    return SampleRows(
        "billing",
        counted=(
            ("billing.WorkOrder", _("Work orders")),
            ("billing.Invoice", _("Invoices")),
            ("billing.Payment", _("Payments")),
        ),
    )
