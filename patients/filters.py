"""Filters of the card index, for its page and its API."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from organization.models import Branch, Employee
from organization.selectors import branches_of
from patients.models import AttendingDoctor, Patient

STATES = [("", _("current")), ("archived", _("archived")), ("all", _("all"))]


class PatientFilter(django_filters.FilterSet):
    """``q`` finds as the search box does; cards in the archive are left out unless asked for."""

    q = django_filters.CharFilter(method="found", label=_("Search"))
    state = django_filters.ChoiceFilter(
        choices=STATES[1:], method="in_state", label=_("Cards"), empty_label=STATES[0][1]
    )
    branch = django_filters.ModelChoiceFilter(
        field_name="home_branch", queryset=Branch.objects.none(), label=_("Branch"), empty_label=_("all branches")
    )
    doctor = django_filters.ModelChoiceFilter(
        field_name="attending__doctor",
        queryset=Employee.objects.none(),
        method="of_doctor",
        label=_("Attending doctor"),
        empty_label=_("all doctors"),
    )

    class Meta:
        model = Patient
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = getattr(self.request, "actor", None)
        if actor is not None:
            self.filters["branch"].queryset = branches_of(actor)
            self.filters["doctor"].queryset = Employee.objects.active().doctors()

    def found(self, queryset: QuerySet[Patient], _name: str, text: str) -> QuerySet[Patient]:
        return queryset.found_by(text)  # type: ignore[attr-defined]

    def in_state(self, queryset: QuerySet[Patient], _name: str, state: str) -> QuerySet[Patient]:
        return queryset.filter(archived_at__isnull=False) if state == "archived" else queryset

    def of_doctor(self, queryset: QuerySet[Patient], _name: str, doctor: Employee) -> QuerySet[Patient]:
        return queryset.filter(Exists(AttendingDoctor.objects.filter(patient=OuterRef("pk"), doctor=doctor)))

    def filter_queryset(self, queryset: QuerySet[Patient]) -> QuerySet[Patient]:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(archived_at=None)
        return super().filter_queryset(queryset)
