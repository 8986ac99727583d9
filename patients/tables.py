"""The card index as a table."""

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.modules import PatientFact
from patients.selectors import PatientRow


class PatientTable(tables.Table):
    """Lines are links; the order is the page's, so that its cuts by keys hold."""

    full_name = tables.TemplateColumn(template_name="patients/_cell_name.html", verbose_name=_("Patient"))
    card_number = tables.Column(verbose_name=_("Card no."), attrs={"td": {"class": "z-num"}})
    age = tables.TemplateColumn(template_name="patients/_cell_age.html", verbose_name=_("Age"))
    phone = tables.TemplateColumn(template_name="patients/_cell_phone.html", verbose_name=_("Phone"))
    doctors = tables.Column(verbose_name=_("Attending doctors"), default="–")

    class Meta:
        orderable = False
        row_attrs = {"data-href": lambda record: reverse("patients:patient_card", args=[record.pk])}

    def __init__(self, rows: Sequence[PatientRow], *, facts: Sequence[PatientFact], **options: Any) -> None:
        columns = [(f"fact_{position}", FactColumn(position, fact)) for position, fact in enumerate(facts)]
        super().__init__(rows, extra_columns=columns, **options)


class FactColumn(tables.TemplateColumn):
    """What another app knows; the answers were asked for once for the whole page."""

    def __init__(self, position: int, fact: PatientFact) -> None:
        super().__init__(
            template_name="patients/_cell_fact.html",
            verbose_name=fact.title,
            accessor=f"facts__{position}",
            orderable=False,
        )
