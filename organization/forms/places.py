"""Legal entities, branches and their weeks, rooms and chairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import requisites
from core.forms import PhoneField
from organization.enums import Weekday
from organization.models import Branch, LegalEntity

# One zone for each offset of Russia, named by the cities people know. Source: Federal law 107-FZ on reckoning time.
ZONES = (
    ("Europe/Kaliningrad", _("Kaliningrad")),
    ("Europe/Moscow", _("Moscow, Saint Petersburg")),
    ("Europe/Samara", _("Samara, Izhevsk, Saratov")),
    ("Asia/Yekaterinburg", _("Yekaterinburg, Perm, Ufa")),
    ("Asia/Omsk", _("Omsk")),
    ("Asia/Novosibirsk", _("Novosibirsk, Krasnoyarsk, Tomsk")),
    ("Asia/Irkutsk", _("Irkutsk, Ulan-Ude")),
    ("Asia/Yakutsk", _("Yakutsk, Chita")),
    ("Asia/Vladivostok", _("Vladivostok, Khabarovsk")),
    ("Asia/Magadan", _("Magadan, Yuzhno-Sakhalinsk")),
    ("Asia/Kamchatka", _("Kamchatka, Chukotka")),
)


def zone_choices(current: str = "") -> list[tuple[str, str]]:
    """Zones with their offset now; one set by other means stays in the list."""
    now = timezone.now()
    known = [*ZONES, *([] if not current or current in dict(ZONES) else [(current, current)])]
    return [(name, f"{title} · UTC{_offset(now, name)}") for name, title in known]


def _offset(now: datetime, name: str) -> str:
    text = f"{now.astimezone(ZoneInfo(name)):%z}"
    return f"{text[0]}{int(text[1:3])}" + (f":{text[3:]}" if text[3:] != "00" else "")


class VersionedForm(forms.ModelForm):
    """A form that remembers which version of the record it was opened under. It parses; services save."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, instance: Any = None, **options: Any) -> None:
        super().__init__(*args, instance=copy(instance), **options)  # the page's own record keeps its saved values
        if instance is not None:
            self.initial["version"] = instance.version

    def chosen(self) -> dict[str, Any]:
        """What the service takes: cleaned fields without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RequisiteField(forms.CharField):
    """A registration number typed with or without spaces; its check digits are checked beside the field."""

    def __init__(self, tidy: Callable[[str], str], **options: Any) -> None:
        self.tidy = tidy
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(max_length=40, **options)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return self.tidy(typed) if typed else typed


class LegalEntityForm(VersionedForm):
    inn = RequisiteField(requisites.clean_inn, label=_("INN"))
    kpp = RequisiteField(requisites.clean_kpp, label=_("KPP"), required=False)
    ogrn = RequisiteField(requisites.clean_ogrn, label=_("OGRN"), required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    bik = RequisiteField(requisites.clean_bik, label=_("BIK"), required=False)
    account = forms.CharField(label=_("Settlement account"), max_length=40, required=False)
    correspondent_account = forms.CharField(label=_("Correspondent account"), max_length=40, required=False)

    class Meta:
        model = LegalEntity
        fields = [
            "short_name", "name", "inn", "kpp", "ogrn", "tax_system", "address", "phone", "head_name",
            "licence_number", "licence_on", "licence_authority", "bank_name", "bik", "account", "correspondent_account",
        ]  # fmt: skip
        labels = {"head_name": _("Chief executive")}
        widgets = {"licence_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, tidy in (
            ("account", requisites.clean_account),
            ("correspondent_account", requisites.clean_correspondent_account),
        ):
            if cleaned.get(name) and "bik" in cleaned:
                try:
                    cleaned[name] = tidy(cleaned[name], bik=cleaned["bik"])
                except ValidationError as error:
                    self.add_error(name if cleaned["bik"] else "bik", error)
        return cleaned

    def _post_clean(self) -> None:
        """The service validates the record; here only the shape is."""


class BranchForm(VersionedForm):
    phone = PhoneField(label=_("Phone"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), initial=Branch._meta.get_field("time_zone").default)

    class Meta:
        model = Branch
        fields = ["name", "legal_entity", "address", "phone", "time_zone", "slot_minutes"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = zone_choices(self.instance.time_zone)  # type: ignore[attr-defined]
        self.fields["legal_entity"].queryset = LegalEntity.objects.active()  # type: ignore[attr-defined]
        self.fields["slot_minutes"].label = _("Step of the grid, minutes")

    def _post_clean(self) -> None:
        """The service validates the record; here only the shape is."""


class WallTimeField(forms.Field):
    """A time of day as people type it: 9, 930, 9.30, 09:30; 24:00 is midnight."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "z-time"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """A time, or None when nothing was typed."""
        typed = str(value or "").strip()
        if not typed:
            return None
        found = re.fullmatch(r"(\d{1,2})(?:[:.,\- ]?(\d{2}))?", typed)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
        if (hour, minute) == (24, 0):
            hour = 0
        if hour > 23 or minute > 59:
            raise ValidationError(_("A time looks like 09:30."))
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value


class HoursForm(forms.Form):
    """The week of a branch: a tick and two times a day."""

    prefix = "hours"

    def __init__(self, *args: Any, hours: Mapping[int, tuple[time, time]], **options: Any) -> None:
        super().__init__(*args, **options)
        for weekday in Weekday:
            opens_at, closes_at = hours.get(weekday, (None, None))
            self.fields[f"open_{weekday}"] = forms.BooleanField(
                label=weekday.label, required=False, initial=weekday in hours
            )
            self.fields[f"from_{weekday}"] = WallTimeField(
                label=format_lazy("{}: {}", weekday.label, _("opens")), initial=opens_at
            )
            self.fields[f"to_{weekday}"] = WallTimeField(
                label=format_lazy("{}: {}", weekday.label, _("closes")), initial=closes_at
            )

    def days(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """For the grid: tick, opening and closing of each weekday."""
        for weekday in Weekday:
            yield self[f"open_{weekday}"], self[f"from_{weekday}"], self[f"to_{weekday}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for weekday in Weekday:
            names = (f"from_{weekday}", f"to_{weekday}")
            if not cleaned.get(f"open_{weekday}") or self._errors_of(names):
                continue
            for name in names:
                if cleaned.get(name) is None:
                    self.add_error(name, _("Enter a time or untick the day."))
            if not self._errors_of(names) and cleaned[names[0]] == cleaned[names[1]]:
                self.add_error(names[1], _("Opening and closing are the same time. Tick the day as closed instead."))
        return cleaned

    def _errors_of(self, names: tuple[str, str]) -> bool:
        return any(name in self.errors for name in names)

    def hours(self) -> dict[int, tuple[time, time]]:
        """The week for the service; closed days are left out."""
        cleaned = self.cleaned_data
        return {
            int(weekday): (cleaned[f"from_{weekday}"], cleaned[f"to_{weekday}"])
            for weekday in Weekday
            if cleaned[f"open_{weekday}"]
        }


class PlaceNameForm(forms.Form):
    """The name of a room or a chair."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
