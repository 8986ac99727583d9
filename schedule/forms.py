"""Forms of the schedule: they parse what was typed; the rules are the services'."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.actor import Actor
from core.errors import DomainError
from organization import selectors as organization
from organization.models import Branch, Chair, Employee, Specialty
from patients.models import Patient
from schedule.constants import ALIGN_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES, USUAL_MINUTES
from schedule.enums import AppointmentState, Confirmation
from schedule.models import CancelReason
from schedule.selectors import specialties_of_branch


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


class PlacedForm(forms.Form):
    """Doctor, day, time, length and chair of one branch, by its wall clock."""

    doctor = forms.ModelChoiceField(Employee.objects.none(), label=_("Doctor"), empty_label=None)
    date = forms.DateField(label=_("Date"), widget=DateInput)
    time = ClockField(label=_("Time"))
    minutes = MinutesField()
    chair = forms.ModelChoiceField(
        Chair.objects.none(), label=_("Chair"), required=False, empty_label=_("of the shift")
    )

    def __init__(self, *args: Any, branch: Branch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone: ZoneInfo = branch.zone
        chosen: Any = self.fields["doctor"]
        chosen.queryset = organization.doctors_of_branch(branch.pk)
        chair: Any = self.fields["chair"]
        chair.queryset = Chair.objects.active().filter(room__branch=branch).select_related("room")
        chair.label_from_instance = lambda row: f"{row.room.name} · {row.name}"

    def clean(self) -> dict[str, Any]:
        """The wall-clock date and time become ``starts_at``."""
        cleaned = super().clean() or {}
        if cleaned.get("date") and cleaned.get("time"):
            cleaned["starts_at"] = clock.wall_moment(cleaned["date"], cleaned["time"], self.zone)
        return cleaned

    @property
    def placement(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("doctor", "starts_at", "minutes", "chair")}


class BookingForm(PlacedForm):
    """A new appointment."""

    patient = forms.ModelChoiceField(
        Patient.objects.none(), label=_("Patient"), error_messages={"required": _("Choose a patient.")}
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    comment = forms.CharField(
        label=_("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_overbooked = forms.BooleanField(label=_("Over another appointment"), required=False)

    def __init__(self, *args: Any, actor: Actor, branch: Branch, **options: Any) -> None:
        super().__init__(*args, branch=branch, **options)
        patient: Any = self.fields["patient"]
        patient.queryset = Patient.objects.visible_to(actor).defer("search")
        if not actor.can("schedule.overbook"):
            del self.fields["is_overbooked"]


class MoveForm(PlacedForm):
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

    specialty = forms.ModelChoiceField(
        Specialty.objects.none(), label=_("Speciality"), required=False, empty_label=pgettext_lazy("filter", "any")
    )
    doctor = forms.ModelChoiceField(
        Employee.objects.none(), label=_("Doctor"), required=False, empty_label=pgettext_lazy("filter", "any")
    )
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

    def __init__(self, *args: Any, branch: Branch, **options: Any) -> None:
        super().__init__(*args, **options)
        doctors = organization.doctors_of_branch(branch.pk)
        doctor: Any = self.fields["doctor"]
        doctor.queryset = doctors
        specialty: Any = self.fields["specialty"]
        specialty.queryset = specialties_of_branch(branch.pk)
        self.fields["minutes"].initial = USUAL_MINUTES


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


class CancelForm(forms.Form):
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
    doctor = forms.ModelChoiceField(Employee.objects.active())
    chair = forms.ModelChoiceField(Chair.objects.active().select_related("room"), required=False)
    version = forms.IntegerField()

    def starts_at(self, zone: ZoneInfo) -> datetime:
        wall = self.cleaned_data["start"].replace(tzinfo=None)
        return clock.wall_moment(wall.date(), wall.time(), zone).astimezone(UTC)


class ShiftForm(forms.Form):
    """A shift of one day; one that ends at or before its beginning goes on over midnight."""

    doctor = forms.ModelChoiceField(Employee.objects.none(), label=_("Doctor"))
    chair = forms.ModelChoiceField(
        Chair.objects.none(), label=_("Chair"), required=False, empty_label=_("without a chair")
    )
    starts = ClockField(label=pgettext_lazy("time", "From"))
    ends = ClockField(label=pgettext_lazy("time", "To"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, branch: Branch, **options: Any) -> None:
        super().__init__(*args, **options)
        doctor: Any = self.fields["doctor"]
        doctor.queryset = organization.doctors_of_branch(branch.pk)
        chair: Any = self.fields["chair"]
        chair.queryset = Chair.objects.active().filter(room__branch=branch).select_related("room")
        chair.label_from_instance = lambda row: f"{row.room.name} · {row.name}"


class CopyWeekForm(forms.Form):
    to = forms.DateField(label=_("To the week of"), widget=DateInput)
