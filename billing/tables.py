"""The list of invoices."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from core.money import format_money

NUMBER = {"th": {"class": "z-n"}, "td": {"class": "z-n"}}


class InvoiceTable(tables.Table):
    """Newest first; a row leads to the invoice."""

    number = tables.Column(
        verbose_name=_("Number"),
        order_by=("year", "number"),
        linkify=("billing:invoice", {"invoice_id": tables.A("pk")}),
    )
    issued_on = tables.DateColumn(verbose_name=_("Date"), format="d.m.Y")
    patient = tables.Column(accessor="patient__full_name", verbose_name=_("Patient"), order_by=("patient__sort_key",))
    branch = tables.Column(accessor="branch__name", verbose_name=_("Branch"), orderable=False)
    total = tables.Column(verbose_name=_("Sum, ₽"), attrs=NUMBER)
    paid = tables.Column(verbose_name=_("Paid, ₽"), attrs=NUMBER)
    due = tables.Column(verbose_name=_("Due, ₽"), attrs=NUMBER, orderable=False)
    state = tables.TemplateColumn(template_name="billing/_invoice_state.html", verbose_name=_("State"), orderable=False)

    class Meta:
        model = Invoice
        fields = ("number", "issued_on", "patient", "branch", "total", "paid", "due", "state")
        order_by = "-number"
        empty_text = _("No invoices like this. Change the filter.")

    def render_number(self, record: Invoice) -> str:
        return str(record)

    def render_total(self, value: Any) -> str:
        return format_money(value, currency=False)

    def render_paid(self, value: Any) -> str:
        return format_money(value, currency=False)

    def render_due(self, value: Any) -> str:
        return format_money(value, currency=False)
