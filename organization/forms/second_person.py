"""The fields of who confirms, for any form of an act that may need a second person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.confirming import FIELDS
from organization.errors import SecondPersonNeeded


class ConfirmedForm(forms.Form):
    """Shows the two fields when somebody has to confirm: known beforehand (``is_asked``) or said by the service.

    Draw ``own_fields`` as usual and include ``organization/_second_person.html`` with the form after them.
    """

    confirm_login = forms.CharField(
        label=_("Login of who confirms"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    confirm_pin = forms.CharField(
        label=_("Their PIN or password"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, is_asked: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_asked = is_asked
        for name in FIELDS:
            self.fields[name] = self.fields.pop(name)  # after the act's own, where the eye comes last

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """What the act itself asks for and shows."""
        return [field for field in self.visible_fields() if field.name not in FIELDS]

    @property
    def asks_second_person(self) -> bool:
        if self.is_asked or (self.is_bound and self.data.get(self.add_prefix("confirm_login"))):
            return True
        refusals = self.errors.as_data().values() if self.is_bound else ()
        return any(isinstance(error, SecondPersonNeeded) for errors in refusals for error in errors)

    def refuse(self, error: Any) -> None:
        """Show a broken rule beside the field it is about, or over the form."""
        if error.field in FIELDS:
            self.fields[error.field].widget.attrs["autofocus"] = True
        self.add_error(error.field if error.field in self.fields else None, error)
