"""Forms of the steps: shape only; the rules are the services'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from core import names
from organization.demo import SPECIALTIES
from organization.enums import BuiltInRole, Weekday
from organization.forms.places import BranchForm, LegalEntityForm, WallTimeField
from organization.models import Chair, Employee, Role, Specialty
from organization.selectors import USUAL_WEEK

ENTITY_FIELDS = ("short_name", "name", "inn", "kpp", "ogrn", "tax_system", "address", "phone", "head_name")
STAFF_ROWS = 6
MOST_ROOMS, MOST_CHAIRS = 40, 6
WEEKS = ((2, _("2 weeks")), (4, _("4 weeks")), (8, _("8 weeks")))


class EntityStepForm(LegalEntityForm):
    """What the first documents need; licence and bank are added in the settings."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in [name for name in self.fields if name not in (*ENTITY_FIELDS, "version")]:
            del self.fields[name]


class BranchStepForm(BranchForm):
    """A branch of the company of the step before."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["legal_entity"]
        self.fields["time_zone"].initial = self.instance.time_zone


class RoomsForm(forms.Form):
    """So many rooms with so many chairs each. ``had`` is how many rooms the page knew of."""

    rooms = forms.IntegerField(label=_("Rooms"), min_value=1, max_value=MOST_ROOMS, initial=3)
    chairs = forms.IntegerField(label=_("Chairs in each"), min_value=1, max_value=MOST_CHAIRS, initial=1)
    had = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class StaffRowForm(forms.Form):
    """One person; a row without a surname is left out."""

    use_required_attribute = False

    surname = forms.CharField(label=_("Surname"), max_length=80, required=False)
    name = forms.CharField(label=_("First name"), max_length=80, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=80, required=False)
    role = forms.ModelChoiceField(
        label=_("Signs in as"), queryset=Role.objects.none(), required=False, empty_label=_("does not sign in")
    )
    specialty = forms.ChoiceField(label=_("Speciality"), required=False)
    login = forms.CharField(
        label=_("Login"),
        max_length=60,
        required=False,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, roles: Any, specialties: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]
        self.fields["specialty"].choices = [("", "–"), *((name, name) for name in specialties)]  # type: ignore[attr-defined]
        self.fields["login"].widget.attrs["placeholder"] = _("made up")

    def clean_surname(self) -> str:
        return names.clean_name(self.cleaned_data["surname"])

    def clean_name(self) -> str:
        return names.clean_name(self.cleaned_data["name"])

    def clean_patronymic(self) -> str:
        return names.clean_name(self.cleaned_data["patronymic"])

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("surname", "name", "patronymic", "specialty", "login"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in ("surname", "name", "patronymic", "specialty", "login")):
            return cleaned
        for name in ("surname", "name"):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, _("Enter it or empty the row."))
        role = cleaned.get("role")
        if role is not None and role.code == BuiltInRole.DOCTOR and not cleaned.get("specialty"):
            self.add_error("specialty", _("Choose one: without it nobody can be booked with this doctor."))
        return cleaned


class StaffForm(forms.Form):
    """Several people at once. ``had`` is how many employees the page knew of."""

    had = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        roles = Role.objects.active().order_by("pk")
        known = list(Specialty.objects.active().values_list("name", flat=True))
        specialties = [*known, *(name for name in SPECIALTIES if name not in known)]
        doctor = next((role.pk for role in roles if role.code == BuiltInRole.DOCTOR), None)
        self.rows = [
            StaffRowForm(data, prefix=f"p{number}", roles=roles, specialties=specialties, initial={"role": doctor})
            for number in range(STAFF_ROWS)
        ]

    def is_valid(self) -> bool:
        is_valid = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(is_valid)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if all(row.is_valid() and not row.is_filled for row in self.rows):
            self.add_error(None, _("Enter at least one person, or go on without."))
        return cleaned

    def filled(self) -> list[StaffRowForm]:
        return [row for row in self.rows if row.is_filled]


class WeekForm(forms.Form):
    """The weekly shift of one doctor: days, times, chair."""

    starts = WallTimeField(label=_("from"))
    ends = WallTimeField(label=_("to"))
    chair = forms.ModelChoiceField(
        label=_("Chair"), queryset=Chair.objects.none(), required=False, empty_label=_("none")
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=Weekday.choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, doctor: Employee, chairs: Any, **options: Any) -> None:
        super().__init__(data, prefix=f"d{doctor.pk}", **options)
        self.doctor = doctor
        self.fields["chair"].queryset = chairs  # type: ignore[attr-defined]

    def ticks(self) -> Iterator[tuple[int, Any, bool]]:
        """Each weekday with its short name and whether it is ticked."""
        from django.utils.dates import WEEKDAYS_ABBR

        chosen = {int(day) for day in self["days"].value() or () if str(day).isdecimal()}
        for day in Weekday.values:
            yield day, WEEKDAYS_ABBR[day], day in chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("days"):
            for name in ("starts", "ends"):
                if name not in self.errors and cleaned.get(name) is None:
                    self.add_error(name, _("Enter a time or untick the days."))
        return cleaned


class ShiftsForm(forms.Form):
    """Weekly shifts of all doctors, for so many weeks from today."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)  # of the branch, whose week is saved too
    weeks = forms.TypedChoiceField(label=_("For how long"), choices=WEEKS, coerce=int, initial=4)

    def __init__(self, data: Any = None, *, doctors: Sequence[Employee], chairs: Sequence[Chair]) -> None:
        super().__init__(data)
        known = Chair.objects.filter(pk__in=[chair.pk for chair in chairs]).select_related("room")
        starts, ends = USUAL_WEEK[0]
        self.rows = [
            WeekForm(
                data,
                doctor=doctor,
                chairs=known,
                initial={
                    "starts": starts,
                    "ends": ends,
                    "chair": chairs[place].pk if place < len(chairs) else None,
                    "days": [] if doctor.has_shifts or place >= len(chairs) else list(USUAL_WEEK),  # type: ignore[attr-defined]
                },
            )
            for place, doctor in enumerate(doctors)
        ]

    def is_valid(self) -> bool:
        is_valid = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(is_valid)
