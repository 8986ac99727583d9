"""Substitutions, and what every explicit grant is asked for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.models import DeclaredReport, Employee


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )  # fmt: skip


class SubstitutionForm(forms.Form):
    """Who stands in, from which day to which, and why."""

    substitute = forms.ModelChoiceField(
        label=_("Who stands in"), queryset=Employee.objects.none(), empty_label=_("Choose")
    )
    first_on = day_field(_("First day"))
    last_on = day_field(_("Last day, inclusive"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("For example: leave, illness, training."))

    def __init__(self, *args: Any, absent: Employee, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Employee.objects.active().exclude(pk=absent.pk).order_by("sort_key")
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """Until when, and why: what every explicit grant is asked for."""

    until = day_field(_("Until, inclusive"), required=False, help_text=_("Empty: for good."))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def term(self) -> dict[str, Any]:
        """``valid_until`` is the midnight after the last day by the branch's clock."""
        last = self.cleaned_data["until"]
        zone = timezone.get_current_timezone()
        ends = last and datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
        return {"valid_until": ends, "reason": self.cleaned_data["reason"]}


class ReportGrantForm(GrantForm):
    report = forms.ModelChoiceField(label=_("Report"), queryset=DeclaredReport.objects.none(), empty_label=_("Choose"))
    field_order = ("report", "until", "reason")

    def __init__(self, *args: Any, titles: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["report"]
        field.queryset = DeclaredReport.objects.filter(code__in=titles).order_by("code")
        field.label_from_instance = lambda report: titles[report.code]
