"""Shapes of what is typed about patients. Rules live in the services."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.forms import PhoneField
from core.names import clean_name
from core.requisites import clean_snils, format_snils
from organization.models import Branch, Employee, EmployeeSpecialty, Specialty
from organization.selectors import branches_of
from patients.choices import REQUIRABLE
from patients.constants import MOST_PHONES
from patients.enums import Kinship, Sex
from patients.models import AcquisitionChannel, Patient
from patients.services import demanded_of


class NameField(forms.CharField):
    """A surname, name or patronymic: tidied as it is stored."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        return clean_name(super().clean(value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "spellcheck": "false"}


class LinesField(forms.CharField):
    """Text of several lines; however the browser ends them, they are kept with a plain line feed."""

    def __init__(self, *, rows: int = 2, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class BirthDateField(forms.DateField):
    """A day typed in a hurry: 14.03.1985, 14.3.85, 14 03 1985, 14031985, 140385. Two figures of a year mean the past."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%d.%m.%Y"))
        super().__init__(**options)
        self.error_messages["invalid"] = _("Type the date as 14.03.1985.")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        typed = str(value).strip()
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):  # the way programs write it
            year, month, day = typed.split("-")
        elif (match := re.fullmatch(r"([0-9]{1,2})[., /\-]+([0-9]{1,2})[., /\-]+([0-9]{2}|[0-9]{4})", typed)) or (
            match := re.fullmatch(r"([0-9]{2})([0-9]{2})([0-9]{2}|[0-9]{4})", typed)
        ):
            day, month, year = match.groups()
        else:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return date(_whole_year(year), int(month), int(day))
        except ValueError as error:
            raise forms.ValidationError(_("There is no such day."), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("DD.MM.YYYY"),
            "maxlength": "10",
        }


def _whole_year(typed: str) -> int:
    if len(typed) == 4:
        return int(typed)
    this_year = timezone.localdate().year
    century = this_year - this_year % 100
    return century + int(typed) - (100 if century + int(typed) > this_year else 0)


class PatientAddForm(forms.Form):
    """The short form of a new card; the surname is all it takes."""

    surname = NameField(label=_("Surname"))
    name = NameField(label=_("First name"), required=False)
    patronymic = NameField(label=_("Patronymic"), required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    phone_note = forms.CharField(
        label=_("Whose phone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("own, mother's, work")}),
    )
    born_on = BirthDateField(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", _("by the patronymic")), *Sex.choices[:2]], required=False)
    channel = forms.ModelChoiceField(
        label=_("How they found us"), queryset=AcquisitionChannel.objects.none(), required=False, empty_label="–"
    )
    allergy = forms.CharField(label=_("Allergy"), max_length=200, required=False)
    comment = LinesField(label=_("Comment"), max_length=2000, required=False)
    confirmed_different = forms.BooleanField(required=False, widget=forms.HiddenInput)
    is_draft = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, demanded: Sequence[str] = (), **kwargs: Any) -> None:
        """``demanded``: what the role must fill in; fields of it that a short form does without are added to it."""
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = AcquisitionChannel.objects.active()
        self.fields.update({name: make() for name, make in _ADDED_WHEN_DEMANDED.items() if name in demanded})
        self.added = [name for name in _ADDED_WHEN_DEMANDED if name in demanded]
        mark_demanded(self, demanded)

    def clean_snils(self) -> str:
        typed = self.cleaned_data["snils"]
        return clean_snils(typed) if typed else ""

    def added_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.added]

    @staticmethod
    def initial_from(text: str) -> dict[str, str]:
        """What was looked for becomes the beginning of the card: digits the phone, words the names in order."""
        digits = re.sub(r"[^0-9+]", "", text)
        if len(digits) >= 4 and not re.search(r"[^\W\d_]", text):
            return {"phone": text.strip()}
        words = re.findall(r"[^\W\d_][^\d_,;]*?(?=\s|$)", text)
        return {
            field: word[:1].upper() + word[1:]
            for field, word in zip(("surname", "name", "patronymic"), words, strict=False)
        }


_ADDED_WHEN_DEMANDED: dict[str, Callable[[], forms.Field]] = {
    "snils": lambda: forms.CharField(label=_("SNILS"), max_length=20, required=False),
    "email": lambda: forms.EmailField(label=_("E-mail"), required=False),
    "address": lambda: forms.CharField(label=_("Address"), max_length=300, required=False),
}


def mark_demanded(form: forms.BaseForm, demanded: Sequence[str]) -> None:
    """Fields the role must fill in get the sign of it; the service refuses, since a draft may lack them."""
    for name in demanded:
        if name in form.fields:
            form.fields[name].is_demanded = True  # type: ignore[attr-defined]


def tell_missing(form: forms.BaseForm, missing: Sequence[str]) -> None:
    """Each missing field says so beside itself; those the form does not have are named above it."""
    titles = dict(REQUIRABLE)
    elsewhere = [str(titles[name]) for name in missing if name not in form.fields]
    for name in missing:
        if name in form.fields:
            form.add_error(name, _("Your role must fill this in."))
    if elsewhere:
        form.add_error(None, _("Your role must fill in: %(fields)s.") % {"fields": ", ".join(elsewhere)})
    form.missing = tuple(missing)  # type: ignore[attr-defined]


class PatientChangeForm(forms.ModelForm):
    """Everything on the card but phones, family and doctors.

    The form carries what every field was opened with, so that only what was really edited here is saved, and somebody
    else's edits of other fields are kept.
    """

    surname = NameField(label=_("Surname"))
    name = NameField(label=_("First name"), required=False)
    patronymic = NameField(label=_("Patronymic"), required=False)
    former_surname = NameField(label=_("Former surname"), required=False)
    born_on = BirthDateField(label=_("Date of birth"), required=False)
    comment = LinesField(label=_("Comment"), max_length=2000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    wide_fields = ("allergy", "alert", "address", "comment", "booking_forbidden_reason")

    class Meta:
        model = Patient
        fields = [
            *("surname", "name", "patronymic", "former_surname", "born_on", "sex", "allergy", "alert", "email"),
            *("address", "snils", "channel", "home_branch", "comment"),
            *("is_booking_forbidden", "booking_forbidden_reason"),
        ]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.initial["version"] = self.instance.version
        self.initial["snils"] = format_snils(self.instance.snils)
        self.fields["snils"].max_length = 20  # typed with its dashes
        self.fields["snils"].validators = []
        self.fields["snils"].widget.attrs["maxlength"] = "20"
        self.fields["sex"].choices = [("", "–"), *Sex.choices[:2]]
        self.fields["booking_forbidden_reason"].label = _("Why not to book")
        for name in self.edited_fields():
            self.fields[name].show_hidden_initial = True
        kept = Branch.objects.filter(pk=self.instance.home_branch_id)
        self.fields["home_branch"].queryset = (branches_of(actor) | kept).order_by("name")
        channels = AcquisitionChannel.objects.active() | AcquisitionChannel.objects.filter(pk=self.instance.channel_id)
        self.fields["channel"].queryset = channels.order_by("name")
        mark_demanded(self, demanded_of(actor))

    def clean_snils(self) -> str:
        typed = self.cleaned_data["snils"]
        return clean_snils(typed) if typed else ""

    def edited_fields(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    def opened_with(self) -> dict[str, str]:
        """Names of hidden fields and what each visible one was opened with, as its control would post it."""
        return {self[name].html_initial_name: self._initial_text(name) for name in self.edited_fields()}

    def _initial_text(self, name: str) -> str:
        if self.is_bound:
            return self.data.get(self[name].html_initial_name, "")
        value = self.fields[name].prepare_value(self[name].initial)
        if isinstance(value, bool):
            return "on" if value else ""
        return str(self.fields[name].widget.format_value(value) or "") if isinstance(value, date) else str(value or "")

    def over_newer(self, saved: Patient) -> tuple[PatientChangeForm, list[str]]:
        """This typing over a newer version of the card, and the fields somebody else changed meanwhile.

        What was not edited here becomes what the card has now; what was edited stays as it was typed.
        """
        fresh = PatientChangeForm(instance=saved, actor=self.actor)
        data = self.data.copy()
        theirs = []
        for name in self.edited_fields():
            bound, now = self[name], fresh._initial_text(name)
            if data.get(bound.html_initial_name, "") != now:
                theirs.append(name)
            data[bound.html_initial_name] = now
            if name not in self.changed_data:
                data[bound.html_name] = now
                if not now:
                    del data[bound.html_name]  # an empty tick box posts nothing
        data["version"] = str(saved.version)
        return PatientChangeForm(data, instance=saved, actor=self.actor), theirs

    def changes(self) -> dict[str, Any]:
        """The values for ``services.change_patient``: only what was edited here, so that nothing else is put back."""
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        values.pop("version", None)
        if "home_branch" in values:
            branch = values.pop("home_branch")
            values["home_branch_id"] = branch.pk if branch else None
        return values

    def _post_clean(self) -> None:
        """The service writes; the form leaves the instance as it was read."""


class PhoneForm(forms.Form):
    """One phone of a card."""

    number = PhoneField(label=_("Phone"), required=False)
    note = forms.CharField(label=_("Whose"), max_length=60, required=False)


PhoneFormSet = forms.formset_factory(
    PhoneForm, extra=2, max_num=MOST_PHONES, validate_max=True, absolute_max=MOST_PHONES
)


class ArchiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is put away"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("moved to another town, a double")}),
    )


class NoteForm(forms.Form):
    text = LinesField(label=_("Note"), max_length=2000, rows=4)


class FamilyForm(forms.Form):
    """Whom to bring into the family, and what they are to its head."""

    kinship = forms.ChoiceField(
        label=_("What they are to the head"), choices=[("", "–"), *Kinship.choices[1:], Kinship.choices[0]]
    )


class AttendingForm(forms.Form):
    """One choice for every speciality that some doctor of the clinic has; left empty, there is nobody."""

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = {entry.specialty_id: entry.doctor for entry in patient.attending.select_related("doctor")}
        self.specialties: dict[str, Specialty] = {}
        self.doctors: dict[str, dict[str, Employee]] = {}
        for held in _held_specialties():
            name = f"specialty_{held.specialty_id}"
            self.specialties[name] = held.specialty
            self.doctors.setdefault(name, {})[str(held.employee_id)] = held.employee
        for name, specialty in self.specialties.items():
            chosen = current.get(specialty.pk)
            if chosen is not None:  # may have left the clinic since: stays until somebody else is chosen
                self.doctors[name].setdefault(str(chosen.pk), chosen)
            choices = [(pk, doctor.short_name) for pk, doctor in self.doctors[name].items()]
            self.fields[name] = forms.ChoiceField(
                label=specialty.name,
                choices=[("", "–"), *choices],
                required=False,
                initial=str(chosen.pk) if chosen else "",
            )

    def choices(self) -> dict[Specialty, Employee | None]:
        """What was changed, by speciality."""
        return {self.specialties[name]: self.doctors[name].get(self.cleaned_data[name]) for name in self.changed_data}


def _held_specialties() -> QuerySet[EmployeeSpecialty]:
    return (
        EmployeeSpecialty.objects.filter(employee__archived_at=None, specialty__archived_at=None)
        .select_related("specialty", "employee")
        .order_by("specialty__order", "specialty__name", "employee__sort_key")
    )
