"""Forms of the price list: shape only, the rules are in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import MoneyField
from pricelist.models import Service


class ServiceForm(forms.ModelForm):
    """A position of the price list, its 804н codes typed with commas between."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    nomenclature = forms.CharField(
        label=_("804n codes"), required=False, max_length=200, help_text=_("Several with commas between.")
    )

    class Meta:
        model = Service
        fields = [
            "code",
            "name",
            "category",
            "direction",
            "duration_minutes",
            "tooth_area",
            "warranty_months",
            "needs_lab",
            "is_discountable",
        ]

    def clean_nomenclature(self) -> list[str]:
        return [code for code in self.cleaned_data["nomenclature"].replace(";", ",").split(",") if code.strip()]

    def _post_clean(self) -> None:
        """The services check and save; the form leaves the instance alone."""

    def service_fields(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PriceForm(forms.Form):
    """A price and the moment it starts, in the branch's zone."""

    amount = MoneyField(label=_("Price, ₽"))
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
