"""Roles, personal rights and API keys."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import modules
from core.actor import Scope
from organization.enums import Effect, ScopeChoice
from organization.models import Branch, Employee, Role


class RoleForm(forms.Form):
    """A role of the clinic's own."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    like = forms.ModelChoiceField(
        label=_("Copy the rights of"),
        queryset=Role.objects.none(),
        required=False,
        empty_label=_("no role, begin without rights"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["like"].queryset = Role.objects.active()  # type: ignore[attr-defined]


class RoleNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    version = forms.IntegerField(widget=forms.HiddenInput)


def right_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every right by module, for a select."""
    return [
        (str(module.title), [(permission.code, str(permission.title)) for permission in module.permissions])
        for module in modules.registry.all()
        if module.permissions
    ]


EFFECTS = (
    (Effect.ALLOW, _("give it, or wider than the role does")),
    (Effect.CAP, _("no wider than this")),
    (Effect.DENY, _("deny it")),
)


class PersonalRightForm(forms.Form):
    """One person's right on top of the role: wider, no wider, or not at all; for a period and with a reason."""

    code = forms.ChoiceField(label=_("Right"))
    effect = forms.ChoiceField(label=_("Effect"), choices=EFFECTS, widget=forms.RadioSelect, initial=Effect.ALLOW)
    scope = forms.ChoiceField(
        label=_("Whose data"), choices=ScopeChoice.choices, widget=forms.RadioSelect, initial=ScopeChoice.ALL
    )
    limit = forms.IntegerField(
        label=_("No more than"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("In the unit of the right: per cent, days, roubles. Empty: without a limit."),
    )
    valid_from = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label=_("Until, inclusive"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: for good."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].choices = [("", _("Choose")), *right_choices()]  # type: ignore[attr-defined]

    @property
    def kinds(self) -> str:
        """For the page, as JSON: which rights have a scope and a limit to choose."""
        known = modules.registry.permissions().values()
        return json.dumps({right.code: {"scope": right.is_scoped, "limit": right.limit is not None} for right in known})

    def chosen(self) -> dict[str, Any]:
        """Dates become moments of the branch's day: from its midnight, until the end of the last day."""
        cleaned = dict(self.cleaned_data)
        zone = timezone.get_current_timezone()
        first, last = cleaned["valid_from"], cleaned["valid_until"]
        is_future = first is not None and first > timezone.localdate()
        cleaned["valid_from"] = datetime.combine(first, time.min, tzinfo=zone) if is_future else None
        cleaned["valid_until"] = last and datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
        return {**cleaned, "effect": Effect(cleaned["effect"]), "scope": Scope(cleaned["scope"])}


class TokenForm(forms.Form):
    employee = forms.ModelChoiceField(label=_("Acts as"), queryset=Employee.objects.none())
    role = forms.ModelChoiceField(label=_("Under the role"), queryset=Role.objects.none())
    branch = forms.ModelChoiceField(
        label=_("In the branch"), queryset=Branch.objects.none(), required=False, empty_label=_("the first of theirs")
    )
    label = forms.CharField(label=_("Purpose"), max_length=120, help_text=_("For example: site, telephone exchange."))
    expires_on = forms.DateField(
        label=_("Works until, inclusive"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Empty: until it is revoked."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["employee"].queryset = Employee.objects.active()  # type: ignore[attr-defined]
        self.fields["role"].queryset = Role.objects.active()  # type: ignore[attr-defined]
        self.fields["branch"].queryset = Branch.objects.active()  # type: ignore[attr-defined]

    def clean_expires_on(self) -> Any:
        last = self.cleaned_data["expires_on"]
        if last is not None and last < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return last

    def chosen(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        last = cleaned.pop("expires_on")
        zone = timezone.get_current_timezone()
        cleaned["expires_at"] = last and datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
        return cleaned
