"""Filters of the list of invoices, kept in the url."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing.enums import InvoiceState
from billing.models import Invoice
from core.numbering import number_in
from patients.models import Patient

STATES = (("unpaid", _("with something due")), ("paid", _("paid")), ("voided", _("voided")))


class InvoiceFilter(django_filters.FilterSet):
    """By number or patient, state, and days of issue."""

    q = django_filters.CharFilter(
        method="by_text",
        label=_("Invoice number or patient"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number or patient"), "data-key": "F2"}),
    )
    state = django_filters.ChoiceFilter(
        choices=STATES, method="by_state", label=_("State"), empty_label=_("all states")
    )
    since = django_filters.DateFilter(
        "issued_on", lookup_expr="gte", label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        "issued_on", lookup_expr="lte", label=_("To"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Invoice
        fields = ("q", "state", "since", "until")

    def by_text(self, rows: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """«4518», «2026/4518» and what the clinic writes around a number are numbers; anything else is a patient."""
        year, _slash, number = value.strip().rpartition("/")
        written = number_in("invoice", value)
        if written is not None:
            return rows.filter(**written)
        if number.isdecimal() and len(number) < 9 and (not year or year.isdecimal()):
            found = rows.filter(number=int(number))
            return found.filter(year=int(year)) if year else found
        return rows.filter(patient__in=Patient.objects.all().found_by(value).values("pk"))

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "unpaid":
            return rows.unpaid()
        if value == "paid":
            return rows.filter(state=InvoiceState.ISSUED).exclude(pk__in=rows.unpaid().values("pk"))
        return rows.filter(state=InvoiceState.VOIDED)
