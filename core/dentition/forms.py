"""Form fields for tooth numbers typed by hand and for what the tooth chart sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dentition.notation import ToothSelection, format_selection, format_teeth, parse_selection, parse_teeth
from core.dentition.teeth import Tooth


class TeethField(forms.CharField):
    """Tooth numbers typed as "36, 11-13" or sent by the chart as "36,11"; cleans to a list of Tooth."""

    default_error_messages = {"too_many": _("Choose one tooth here.")}

    def __init__(self, *, single: bool = False, **kwargs: Any) -> None:
        self.single = single
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else format_teeth(value)

    def to_python(self, value: Any) -> Any:
        teeth: list[Tooth] = parse_teeth(super().to_python(value) or "")
        return teeth

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.single and len(value) > 1:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (self.prepare_value(_cleaned(self, data)) or "")


class ToothSelectionField(forms.CharField):
    """Teeth with surfaces as the chart sends them, "36:MO,37"; cleans to a ToothSelection."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else format_selection(value)

    def to_python(self, value: Any) -> Any:
        selection: ToothSelection = parse_selection(super().to_python(value) or "")
        return selection

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (self.prepare_value(_cleaned(self, data)) or "")


def _cleaned(field: forms.Field, data: Any) -> Any:
    """The cleaned value, or the typed text when it cannot be read: that is a change, too."""
    try:
        return field.to_python(data)
    except forms.ValidationError:
        return data
