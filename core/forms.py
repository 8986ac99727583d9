"""Form fields of the house. A refused value comes back to the page as it was typed."""

from decimal import Decimal
from typing import Any

from django import forms

from core import money, phones


class MoneyField(forms.DecimalField):
    """Roubles typed as people type them (spaces, comma or point). Cleans to a Decimal with two places, or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_digits", money.MAX_DIGITS)
        options.setdefault("decimal_places", money.DECIMAL_PLACES)
        options.setdefault("min_value", money.ZERO)
        options.setdefault("widget", forms.TextInput)
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """Decimal or None (the type stubs take the base class for one of integers)."""
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            return money.parse_money(value)
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A stored sum is shown with a comma and without groups, easy to edit; typed text stays as typed."""
        if isinstance(value, Decimal):
            return f"{money.round_money(value):.2f}".replace(".", ",")
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class PhoneField(forms.CharField):
    """A phone number typed in any usual way. Cleans to E.164 ("+79161234567"), or "" when left empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        options.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value) or ""
        return phones.normalise_phone(typed) if typed else typed

    def prepare_value(self, value: Any) -> Any:
        """A stored number is shown formatted; typed text stays as typed."""
        return phones.format_phone(value) if isinstance(value, str) and phones.is_e164(value) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "tel", "autocomplete": "off"}
