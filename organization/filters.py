"""Filters of the lists; their state lives in the url."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organization.models import Branch, Employee, Role, Specialty


class EmployeeFilter(django_filters.FilterSet):
    """Search by name, and by what a person is and where they work; people who left only when asked for."""

    q = django_filters.CharFilter(
        method="by_name",
        label=_("Search by name"),
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Surname, name"), "autocomplete": "off", "data-key": "F2"}
        ),
    )
    role = django_filters.ModelChoiceFilter(
        field_name="roles", queryset=Role.objects.active(), label=_("Role"), empty_label=_("All roles")
    )
    specialty = django_filters.ModelChoiceFilter(
        field_name="specialties",
        queryset=Specialty.objects.active(),
        label=_("Speciality"),
        empty_label=_("All specialities"),
    )
    branch = django_filters.ModelChoiceFilter(
        field_name="user__branchgrant__content_object",
        queryset=Branch.objects.active(),
        label=_("Branch"),
        empty_label=_("All branches"),
    )
    archived = django_filters.BooleanFilter(
        method="by_archive", label=_("Those who left"), widget=forms.CheckboxInput(attrs={"value": "true"})
    )

    class Meta:
        model = Employee
        fields: list[str] = []

    def by_name(self, queryset: QuerySet[Employee], name: str, value: str) -> QuerySet[Employee]:
        return queryset.found_by(value)  # type: ignore[attr-defined]

    def by_archive(self, queryset: QuerySet[Employee], name: str, value: bool) -> QuerySet[Employee]:
        return queryset

    def filter_queryset(self, queryset: QuerySet[Employee]) -> QuerySet[Employee]:
        left = bool(self.form.cleaned_data.get("archived"))
        return super().filter_queryset(queryset).filter(archived_at__isnull=not left)
