"""Forms of the schedule: they parse what was typed; the rules are the services'."""

from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.actor import Actor
from core.errors import DomainError
from organization.forms.second_person import ConfirmedForm
from patients.models import Patient
from schedule.choices import usual_minutes
from schedule.constants import ALIGN_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES
from schedule.enums import AppointmentState, Confirmation
from schedule.models import CancelReason
from schedule.placement import AnyBranch
from schedule.selectors import chairs_of_branch, chosen, doctors_of_branch, specialties_of_branch

LARGEST_ID = 2**63 - 1


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show a broken rule beside the field it is about, or over the form."""
    form.add_error(error.field if error.field in form.fields else None, error)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockField(forms.TimeField):
    """A time typed in 24 hours, whatever language the browser speaks: 9:30, 09.30, 9 30."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(
            format="%H:%M", attrs={"inputmode": "numeric", "maxlength": 5, "autocomplete": "off", "class": "z-num"}
        )
        super().__init__(widget=widget, input_formats=["%H:%M", "%H.%M", "%H %M", "%H:%M:%S"], **options)


class MinutesField(forms.IntegerField):
    """A length; the wanted step is the browser's hint, the limits are the service's to refuse."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Minutes"),
            widget=forms.NumberInput(attrs={"step": ALIGN_MINUTES, "min": SHORTEST_MINUTES, "max": LONGEST_MINUTES}),
        )


class PlainSelect(forms.Select):
    """A select drawn without a template for each of its options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        shown = self.get_context(name, value, attrs)["widget"]
        options = (
            (option["value"], mark_safe(" selected") if option["selected"] else "", option["label"])
            for _group, options, _index in shown["optgroups"]
            for option in options
        )
        drawn = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(shown["attrs"]), drawn)


class RowField(forms.TypedChoiceField):
    """The id of a row out of a list. The list is read when it is drawn; what was chosen, the form itself looks up."""

    widget = PlainSelect

    def __init__(self, *, empty_label: Any = None, **options: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **options)
        self.empty_label = empty_label

    def offer(self, rows: Callable[[], Iterable[tuple[int, str]]]) -> None:
        """Choose from these rows, and from nothing when there is a label for it."""
        nothing = [("", self.empty_label)] if self.empty_label is not None else []
        self.choices = lambda: [*nothing, *rows()]

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdigit() and int(value) <= LARGEST_ID

    def unknown(self, value: Any) -> ValidationError:
        """What is said of an id that is not in the list."""
        return ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})


class PlacedForm(forms.Form):
    """Doctor, day, time, length and chair of one branch, by its wall clock."""

    doctor = RowField(label=_("Doctor"))
    date = forms.DateField(label=_("Date"), widget=DateInput)
    time = ClockField(label=_("Time"))
    minutes = MinutesField()
    chair = RowField(label=_("Chair"), required=False, empty_label=_("of the shift"))

    def __init__(self, *args: Any, branch: AnyBranch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.branch = branch
        Offer(branch).to(self)

    def clean(self) -> dict[str, Any]:
        """The wall-clock date and time become ``starts_at``, the ids of doctor and chair their rows."""
        cleaned = super().clean() or {}
        if cleaned.get("date") and cleaned.get("time"):
            cleaned["starts_at"] = clock.wall_moment(cleaned["date"], cleaned["time"], self.branch.zone)
        look_up_doctor_and_chair(self, cleaned, self.branch)
        return cleaned

    @property
    def placement(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("doctor", "starts_at", "minutes", "chair")}


class Offer:
    """Doctors and chairs of a branch, each read once when the first list of them is drawn."""

    def __init__(self, branch: AnyBranch) -> None:
        self.branch = branch

    @cached_property
    def doctors(self) -> list[tuple[int, str]]:
        return [(pk, name) for pk, name, _specialties in doctors_of_branch(self.branch.pk)]

    @cached_property
    def chairs(self) -> list[tuple[int, str]]:
        return chairs_of_branch(self.branch.pk)

    def to(self, form: forms.Form) -> None:
        """Fill the lists of the fields ``doctor`` and ``chair``."""
        _field(form, "doctor").offer(lambda: self.doctors)
        _field(form, "chair").offer(lambda: self.chairs)


def look_up_doctor_and_chair(
    form: forms.Form, cleaned: dict[str, Any], branch: AnyBranch, *, is_of_branch: bool = True
) -> None:
    """Put the rows in the place of their ids, by one statement; an id out of no list is refused beside its field."""
    doctor_id, chair_id = cleaned.get("doctor"), cleaned.get("chair")
    if doctor_id is None and chair_id is None:
        return
    found = chosen(branch_id=branch.pk, doctor_id=doctor_id, chair_id=chair_id)
    if doctor_id is not None:
        cleaned["doctor"] = found.doctor
        if found.doctor is None or (is_of_branch and not found.is_of_branch):
            form.add_error("doctor", _field(form, "doctor").unknown(doctor_id))
    if chair_id is not None:
        cleaned["chair"] = found.chair
        if found.chair is None or found.chair.room.branch_id != branch.pk:
            form.add_error("chair", _field(form, "chair").unknown(chair_id))


def _field(form: forms.Form, name: str) -> RowField:
    field = form.fields[name]
    assert isinstance(field, RowField)  # noqa: S101  what the forms of this file declare
    return field


class BookingForm(ConfirmedForm, PlacedForm):
    """A new appointment."""

    patient = forms.ModelChoiceField(
        Patient.objects.none(), label=_("Patient"), error_messages={"required": _("Choose a patient.")}
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    comment = forms.CharField(
        label=_("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_overbooked = forms.BooleanField(label=_("Over another appointment"), required=False)

    def __init__(self, *args: Any, actor: Actor, branch: AnyBranch, **options: Any) -> None:
        super().__init__(*args, branch=branch, **options)
        patient: Any = self.fields["patient"]
        patient.queryset = Patient.objects.visible_to(actor).only("surname", "name", "patronymic")
        if not actor.can("schedule.overbook"):
            del self.fields["is_overbooked"]


class MoveForm(ConfirmedForm, PlacedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class TimesForm(forms.Form):
    """What the free times of a day are asked for; anything odd in it simply gives none."""

    doctor = forms.IntegerField()
    date = forms.DateField()
    minutes = forms.IntegerField(min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES)
    time = ClockField(required=False)
    besides = forms.IntegerField(required=False)


class FindForm(forms.Form):
    """Free time over two weeks: by doctor or speciality, length, part of the day."""

    specialty = RowField(label=_("Speciality"), required=False, empty_label=pgettext_lazy("filter", "any"))
    doctor = RowField(label=_("Doctor"), required=False, empty_label=pgettext_lazy("filter", "any"))
    minutes = MinutesField()
    since = forms.DateField(label=pgettext_lazy("date", "From"), widget=DateInput)
    part = forms.ChoiceField(
        label=_("Part of the day"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "any")),
            ("morning", _("before 12:00")),
            ("day", _("12:00–17:00")),
            ("evening", _("after 17:00")),
        ],
    )

    def __init__(self, *args: Any, branch: AnyBranch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.doctors = doctors_of_branch(branch.pk)
        _field(self, "doctor").offer(lambda: [(pk, name) for pk, name, _specialties in self.doctors])
        _field(self, "specialty").offer(cache(lambda: specialties_of_branch(branch.pk)))
        self.fields["minutes"].initial = usual_minutes()

    def clean_doctor(self) -> int | None:
        doctor_id = self.cleaned_data["doctor"]
        if doctor_id is not None and all(doctor_id != doctor.pk for doctor in self.doctors):
            raise _field(self, "doctor").unknown(doctor_id)
        return doctor_id

    def clean_specialty(self) -> int | None:
        specialty_id = self.cleaned_data["specialty"]
        if specialty_id is not None and all(specialty_id not in doctor.specialty_ids for doctor in self.doctors):
            raise _field(self, "specialty").unknown(specialty_id)
        return specialty_id

    def asked_doctors(self) -> dict[int, str]:
        """Names of the doctors to search, by id: the chosen one, else all of the speciality."""
        doctor_id, specialty_id = self.cleaned_data["doctor"], self.cleaned_data["specialty"]
        return {
            pk: name
            for pk, name, specialties in self.doctors
            if (pk == doctor_id if doctor_id else specialty_id is None or specialty_id in specialties)
        }


class StateForm(forms.Form):
    to = forms.ChoiceField(choices=AppointmentState.choices)
    version = forms.IntegerField(required=False)


class ConfirmationForm(forms.Form):
    confirmation = forms.ChoiceField(choices=Confirmation.choices)
    note = forms.CharField(max_length=300, required=False)
    version = forms.IntegerField(required=False)


class ChangeForm(forms.Form):
    """What the appointment is for."""

    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    comment = forms.CharField(
        label=_("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(ConfirmedForm):
    reason = forms.ModelChoiceField(
        CancelReason.objects.none(), label=_("Reason"), error_messages={"required": _("Choose a reason.")}
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reason: Any = self.fields["reason"]
        reason.queryset = CancelReason.objects.active()
        reason.label_from_instance = lambda row: f"{row.get_side_display()} · {row.name}"


class DragForm(forms.Form):
    """Where a box was dropped, in the branch's wall clock."""

    start = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M"])
    minutes = forms.IntegerField()
    doctor = RowField()
    chair = RowField(required=False)
    version = forms.IntegerField()

    def __init__(self, *args: Any, branch: AnyBranch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.branch = branch

    def clean(self) -> dict[str, Any]:
        """The ids of doctor and chair become their rows; a doctor who left the branch keeps what was booked."""
        cleaned = super().clean() or {}
        look_up_doctor_and_chair(self, cleaned, self.branch, is_of_branch=False)
        return cleaned

    @property
    def placement(self) -> dict[str, Any]:
        """What the service takes."""
        wall = self.cleaned_data["start"].replace(tzinfo=None)
        named = {name: self.cleaned_data[name] for name in ("minutes", "doctor", "chair", "version")}
        return {"starts_at": clock.wall_moment(wall.date(), wall.time(), self.branch.zone), **named}


class ShiftForm(forms.Form):
    """A shift of one day; one that ends at or before its beginning goes on over midnight."""

    doctor = RowField(label=_("Doctor"), empty_label="---------")
    chair = RowField(label=_("Chair"), required=False, empty_label=_("without a chair"))
    starts = ClockField(label=pgettext_lazy("time", "From"))
    ends = ClockField(label=pgettext_lazy("time", "To"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offer: Offer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.branch = offer.branch
        offer.to(self)

    def clean(self) -> dict[str, Any]:
        """The ids of doctor and chair become their rows."""
        cleaned = super().clean() or {}
        look_up_doctor_and_chair(self, cleaned, self.branch)
        return cleaned


class CopyWeekForm(forms.Form):
    to = forms.DateField(label=_("To the week of"), widget=DateInput)
