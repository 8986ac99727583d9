"""A form made from declarations of options: one field each, of the option's kind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.conflicts import Difference
from core.options import Kind, Option
from organization import option_pages
from organization.option_pages import anchor, field_name, in_words

BY_HAND = (Kind.BY_ROLE, Kind.PICTURE)  # these have forms of their own


@dataclass(frozen=True)
class Row:
    """An option on its page: its field, what it is supplied with, and whether the clinic chose otherwise."""

    option: Option
    field: forms.BoundField
    anchor: str
    supplied: str
    is_chosen: bool
    is_sound: bool


class DayField(forms.DateField):
    """A day kept as ISO text; "" for none."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self, value: Any) -> str:
        found = super().clean(value)
        return found.isoformat() if found else ""


class OptionsForm(forms.Form):
    """Fields of one page. ``was`` carries the values it was opened with, as JSON by code."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, declared: Sequence[Option], values: Mapping[str, Any], **rest: Any) -> None:
        super().__init__(data, **rest)
        self.declared = [option for option in declared if option.kind not in BY_HAND]
        self.values = {option.code: values[option.code] for option in self.declared}
        self.initial["was"] = json.dumps(self.values, ensure_ascii=False)
        for option in self.declared:
            name = field_name(option.code)
            self.fields[name] = _field_of(option)
            self.initial.setdefault(name, values[option.code])

    def clean(self) -> dict[str, Any]:
        """Each value is one its option may have; what the browser carried back of ``was`` is checked as well."""
        cleaned = super().clean() or {}
        for option in self.declared:
            name = field_name(option.code)
            if name in cleaned and not option.accepts(cleaned[name]):
                self.add_error(name, ValidationError(_refusal(option), code="option_refused"))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Values by the option's code, for the service."""
        return {option.code: self.cleaned_data[field_name(option.code)] for option in self.declared}

    def opened_with(self) -> dict[str, Any]:
        """What the page showed when it was opened; an option missing there is taken as it is now."""
        try:
            known = json.loads(self.data.get("was", "") or "{}")
        except ValueError:
            known = {}
        if not isinstance(known, dict):
            return self.values
        return {**self.values, **{code: value for code, value in known.items() if code in self.values}}

    def rows(self) -> list[Row]:
        return [
            Row(
                option=option,
                field=self[field_name(option.code)],
                anchor=anchor(option.code),
                supplied=in_words(option, option.default),
                is_chosen=self.values[option.code] != option.default,
                is_sound=option.kind == Kind.SOUND,
            )
            for option in self.declared
        ]

    def sections(self) -> list[tuple[str, list[Row]]]:
        """Rows under their headings, in the order of the options."""
        return [(title, list(rows)) for title, rows in groupby(self.rows(), key=lambda row: str(row.option.section))]

    def differences(self, theirs: Mapping[str, Any]) -> list[Difference]:
        """Both versions of what somebody else changed meanwhile."""
        return [
            Difference(
                label=str(option.title),
                theirs=in_words(option, theirs[option.code]),
                yours=in_words(option, self.cleaned_data[field_name(option.code)]),
            )
            for option in self.declared
            if option.code in theirs
        ]


def _field_of(option: Option) -> forms.Field:
    common: dict[str, Any] = {"label": option.title, "required": False}
    field: forms.Field
    match option.kind:
        case Kind.WHOLE:
            number = forms.NumberInput(attrs={"inputmode": "numeric", "class": "z-option-number"})
            limits = {"min_value": option.least, "max_value": option.most}
            field = forms.IntegerField(**{**common, **limits, "required": True}, widget=number)
        case Kind.SWITCH:
            field = forms.BooleanField(**common)
        case Kind.CHOICE | Kind.SOUND:
            needs_one = "" not in dict(option.choices)
            field = forms.ChoiceField(**{**common, "required": needs_one}, choices=option.choices)
        case Kind.SEVERAL:
            field = forms.MultipleChoiceField(**common, choices=option.choices, widget=forms.CheckboxSelectMultiple)
        case Kind.DATE:
            field = DayField(**common)
        case _:
            text = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
            field = forms.CharField(**common, max_length=option.most, widget=text)
    return field


def _refusal(option: Option) -> str:
    if option.kind == Kind.PATTERN:
        names = ", ".join(f"{{{code}}}" for code, _title in option.choices)
        if names:
            return _("Write {number} once; beside it only text and %(names)s may stand.") % {"names": names}
        return _("Write {number} once; beside it only text may stand.")
    return _("This setting cannot have this value.")


def form_of(page: str, data: Any = None) -> OptionsForm:
    """The form of a page with the values in force, or over what was posted."""
    declared = option_pages.options_of(page)
    return OptionsForm(data, declared=declared, values=option_pages.values_of(declared))
