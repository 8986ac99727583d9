"""What is asked before a card is opened to somebody by name, or a foreign one in an emergency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PhoneField
from organization.forms.substitutions import GrantForm
from organization.models import Employee
from patients.forms import BirthDateField, NameField


class CardGrantForm(GrantForm):
    """To whom a card is opened, until when and why; a card is never opened for good."""

    employee = forms.ModelChoiceField(label=_("Employee"), queryset=Employee.objects.none(), empty_label=_("Choose"))
    field_order = ("employee", "until", "reason")

    def __init__(self, *args: Any, employee: Employee | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].required = True
        self.fields["until"].help_text = ""
        self.fields["employee"].queryset = Employee.objects.active().order_by("sort_key")  # type: ignore[attr-defined]
        if employee is not None:
            del self.fields["employee"]


class ForeignCardForm(forms.Form):
    """Who exactly is looked for, and why; parts of a name or a number find nobody."""

    surname = NameField(label=_("Surname"), required=False)
    born_on = BirthDateField(label=_("Date of birth"), required=False)
    card_number = forms.IntegerField(
        label=_("Card no."),
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = PhoneField(label=_("Phone"), required=False)
    reason = forms.CharField(
        label=_("Why it is needed now"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In words, ten letters at least. It is written into the log of views."),
    )

    def identity(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("surname", "born_on", "card_number", "phone")}
