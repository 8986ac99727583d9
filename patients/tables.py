"""The card index as a table. Cells are drawn in Python: fifty rows of small templates would cost more than the query."""

from collections.abc import Sequence

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import ABSENT, format_date
from core.modules import PatientFact
from core.templatetags.icons import icon
from patients.selectors import PatientRow, ShownFact


class FactColumn(tables.Column):
    """What another app knows; the answers were asked for once for the whole page."""

    def __init__(self, position: int, fact: PatientFact) -> None:
        super().__init__(verbose_name=fact.title, accessor=f"facts__{position}")

    def render(self, value: ShownFact) -> str:
        if not value.is_known:
            return ABSENT
        tone = f" z-{value.tone}-ink" if value.tone else ""
        return format_html('<span class="z-num{}" title="{}">{}</span>', tone, value.note, value.text)


class PatientTable(tables.Table):
    """Lines are links; the order is the page's, so that its cuts by keys hold."""

    full_name = tables.Column(verbose_name=gettext_lazy("Patient"))
    card_number = tables.Column(verbose_name=gettext_lazy("Card no."), attrs={"td": {"class": "z-num"}})
    age = tables.Column(verbose_name=gettext_lazy("Age"), empty_values=())
    phone = tables.Column(verbose_name=gettext_lazy("Phone"), default=ABSENT)
    doctors = tables.Column(verbose_name=gettext_lazy("Attending doctors"), default=ABSENT)

    class Meta:
        orderable = False
        row_attrs = {"data-href": lambda record: reverse("patients:patient_card", args=[record.pk])}

    def __init__(self, rows: Sequence[PatientRow], *, facts: Sequence[PatientFact]) -> None:
        columns = [(f"fact_{position}", FactColumn(position, fact)) for position, fact in enumerate(facts)]
        super().__init__(rows, extra_columns=columns)

    def render_full_name(self, record: PatientRow) -> SafeString:
        return format_html(
            '<a class="z-row-link" href="{}">{}</a>{}{}{}',
            reverse("patients:patient_card", args=[record.pk]),
            record.full_name,
            _tag("alert-triangle", _("allergy"), record.allergy, "z-tag-danger") if record.allergy else "",
            _tag("ban", _("do not book"), record.forbidden_reason, "z-tag-danger") if record.forbidden_reason else "",
            _tag("archive", _("archive"), "", "") if record.is_archived else "",
        )

    def render_age(self, record: PatientRow) -> str:
        if record.born_on is None:
            return ABSENT
        born_on = format_date(record.born_on)
        return format_html('<span class="z-num">{} <span class="z-muted">{}</span></span>', record.age, born_on)

    def render_phone(self, record: PatientRow) -> SafeString:
        more = _("%(number)s more") % {"number": record.more_phones} if record.more_phones else ""
        return format_html(
            '<span class="z-num">{}</span> <span class="z-muted">{} {}</span>', record.phone, record.phone_note, more
        )


def _tag(icon_name: str, text: str, title: str, css: str) -> SafeString:
    return format_html(' <span class="z-tag {}" title="{}">{}{}</span>', css, title, icon(icon_name), text)
