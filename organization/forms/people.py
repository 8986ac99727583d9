"""Employees, their logins, and the directories of specialities and positions."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import names
from core.forms import PhoneField
from organization.forms.places import VersionedForm
from organization.models import Branch, Employee, Position, Role, Specialty


class Several(forms.ModelMultipleChoiceField):
    """Tick boxes over a directory; an archived entry is offered only to who has it already."""

    def __init__(self, model: Any, **options: Any) -> None:
        super().__init__(queryset=model.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **options)
        self.model = model

    def offer(self, chosen: QuerySet[Any] | None) -> list[int]:
        """Set the choices for one person; answers the ids they have."""
        had = list(chosen.values_list("pk", flat=True)) if chosen is not None else []
        self.queryset = self.model.objects.filter(Q(archived_at=None) | Q(pk__in=had))
        return had


class EmployeeForm(VersionedForm):
    phone = PhoneField(label=_("Phone"), required=False)
    positions = Several(Position, label=_("Positions"))
    specialties = Several(Specialty, label=_("Specialities"), help_text=_("Whoever has one receives patients."))
    branches = Several(Branch, label=_("Works in the branches"))
    roles = Several(Role, label=_("Signs in as"), help_text=_("Roles are never added up: one is in force at a time."))

    class Meta:
        model = Employee
        fields = ["surname", "name", "patronymic", "phone"]

    def __init__(
        self, *args: Any, instance: Employee | None = None, may_set_roles: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, instance=instance, **options)
        if not may_set_roles:
            del self.fields["roles"]
        had = {
            "positions": instance.positions.all() if instance else None,
            "specialties": instance.specialties.all() if instance else None,
            "branches": Branch.objects.filter(grants__user=instance.user_id) if instance else None,
            "roles": instance.roles.all() if instance else None,
        }
        for name, chosen in had.items():
            field = self.fields.get(name)
            if isinstance(field, Several):
                self.initial[name] = field.offer(chosen)

    def clean_surname(self) -> str:
        return names.clean_name(self.cleaned_data["surname"])

    def clean_name(self) -> str:
        return names.clean_name(self.cleaned_data["name"])

    def clean_patronymic(self) -> str:
        return names.clean_name(self.cleaned_data["patronymic"])

    def proposals_json(self) -> str:
        """Role by position, for the page to tick what a position proposes."""
        rows = Position.objects.active().exclude(role=None).values_list("pk", "role_id")
        return json.dumps({str(position): str(role) for position, role in rows})

    def _post_clean(self) -> None:
        """The service saves the record; here only the shape is checked."""


class EmployeeLoginForm(forms.Form):
    """A login and a password somebody sets for somebody."""

    username = forms.CharField(
        label=_("Login"),
        max_length=60,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        help_text=password_validation.password_validators_help_text_html,
    )
    must_change_password = forms.BooleanField(
        label=_("Must choose an own password at the first sign-in"), required=False, initial=True
    )

    def __init__(self, *args: Any, is_password_needed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].required = is_password_needed
        if not is_password_needed:
            self.fields["password"].label = _("New password (empty: stays as it is)")


class SpecialtyForm(forms.ModelForm):
    class Meta:
        model = Specialty
        fields = ["name", "order"]

    def _post_clean(self) -> None:
        """The service saves the record; here only the shape is checked."""


class PositionForm(forms.ModelForm):
    class Meta:
        model = Position
        fields = ["name", "role"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.active()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service saves the record; here only the shape is checked."""
