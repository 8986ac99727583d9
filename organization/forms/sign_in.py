"""Sign-in, unlock and the person's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from organization.models import User

PIN_ATTRS = {"autocomplete": "off", "inputmode": "numeric", "data-no-draft": True}


class LoginForm(forms.Form):
    username = forms.CharField(
        label=_("Login"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        """Logins are kept in small letters, so that nobody is locked out, or let in, by the case they type."""
        return self.cleaned_data["username"].strip().lower()


class UnlockForm(forms.Form):
    """The password; or the PIN, which no password can be taken for: those of digits alone are refused."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, has_pin: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_pin:
            self.fields["password"].label = _("Password or PIN")


class DeskForm(forms.Form):
    """One of the people of this browser and their PIN."""

    person = forms.TypedChoiceField(label=_("Who"), coerce=int)
    pin = forms.CharField(
        label=_("PIN"), max_length=8, widget=forms.PasswordInput(attrs={**PIN_ATTRS, "autofocus": True})
    )

    def __init__(self, *args: Any, people: list[User], chosen: int | None, **options: Any) -> None:
        super().__init__(*args, initial={"person": chosen}, **options)
        person: Any = self.fields["person"]
        person.choices = [(user.pk, user.employee.full_name) for user in people]

    def refuse_pin(self) -> None:
        self.add_error("pin", _("The PIN is wrong."))


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "spellcheck": "false",
                "autocapitalize": "characters",
            }
        ),
    )


class ConfirmForm(forms.Form):
    """The password before something of one's own sign-in is changed."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PinForm(ConfirmForm):
    """A PIN of one's own, twice, and the password."""

    pin = forms.CharField(
        label=_("New PIN"),
        max_length=20,
        widget=forms.PasswordInput(attrs=PIN_ATTRS),
        help_text=_("Four to eight digits; not a year, not digits in a row."),
    )
    again = forms.CharField(label=_("New PIN again"), max_length=20, widget=forms.PasswordInput(attrs=PIN_ATTRS))
    field_order = ("password", "pin", "again")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("pin") != cleaned["again"]:
            self.add_error("again", _("The two PINs differ."))
        return cleaned


class OwnPasswordForm(forms.Form):
    old_password = forms.CharField(
        label=_("Password now"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("new_password") != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned
