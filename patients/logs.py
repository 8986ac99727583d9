"""What is asked of the logs of changes and of views, and the views read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import journal
from core.actor import Actor
from organization.models import Employee
from patients.models import CardOpening, Patient
from patients.selectors.reach import sees_every_card

LONGEST_DAYS = 92  # a log of everybody; of one patient all of it is asked for
PAGE_ROWS = 100
EXPORT_AT_MOST = 50_000


class LogForm(forms.Form):
    """The filters of a log. Without a period: today, or everything when one patient is asked about."""

    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    employee = forms.ModelChoiceField(
        Employee.objects.order_by("sort_key"), label=_("Employee"), required=False, empty_label=_("everybody")
    )
    patient = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    address = forms.GenericIPAddressField(label=_("IP address"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.zone = timezone.get_current_timezone()  # a file is written after the request, when this is over

    def clean_patient(self) -> int | None:
        """Whoever does not see every card is told of one at a time, and only of one that is open to them."""
        patient_id = self.cleaned_data["patient"]
        if sees_every_card(self.actor):
            return patient_id
        if patient_id is None or not Patient.objects.visible_to(self.actor).filter(pk=patient_id).exists():
            raise forms.ValidationError(
                _("Choose a patient whose card is open to you: your role does not see the others.")
            )
        return patient_id

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        since, until = given.get("since"), given.get("until")
        if not given.get("patient"):
            until = until or (timezone.localdate() if since is None or since <= timezone.localdate() else since)
            since = since or until
            if (until - since).days > LONGEST_DAYS:
                self.add_error("since", _("Choose a patient, or a period of three months at most."))
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        return {**given, "since": since, "until": until}

    @property
    def shown_since(self) -> str:
        return self._shown("since")

    @property
    def shown_until(self) -> str:
        return self._shown("until")

    def _shown(self, name: str) -> str:
        """The day the box holds: the one that was taken, or the text that was refused."""
        day = self.cleaned_data.get(name) if self.is_valid() else None
        return day.isoformat() if day else str(self.data.get(name, ""))

    def period(self) -> tuple[datetime | None, datetime | None]:
        """The moments the days begin and end at, in the branch's zone."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        ends = until + timedelta(days=1) if until and until < date.max else None
        return _midnight(since, self.zone), _midnight(ends, self.zone)

    def told(self) -> dict[str, str]:
        """The filters as an export keeps them."""
        return {
            name: str(value.pk if isinstance(value, Employee) else value)
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }


class ChangeLogForm(LogForm):
    kind = forms.ChoiceField(label=_("Records"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        kinds = [(kind.code, kind.title) for kind in journal.kinds(actor)]
        self.fields["kind"].choices = [("", _("all records")), *kinds]  # type: ignore[attr-defined]

    def asked(self) -> journal.Asked:
        given = self.cleaned_data
        since, until = self.period()
        return journal.Asked(
            since=since,
            until=until,
            employee_id=given["employee"].pk if given.get("employee") else None,
            kind=given.get("kind", ""),
            patient_id=given.get("patient"),
            address=given.get("address") or "",
        )


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min), zone) if day else None


def openings(form: LogForm) -> QuerySet[CardOpening]:
    """Who opened which card, newest first."""
    given, (since, until) = form.cleaned_data, form.period()
    wanted = Q()
    if since:
        wanted &= Q(at__gte=since)
    if until:
        wanted &= Q(at__lt=until)
    for name in ("patient", "employee", "address"):
        if given.get(name):
            wanted &= Q(**{name: given[name]})
    return CardOpening.objects.filter(wanted).select_related("patient", "employee").order_by("-at", "-id")


def openings_page(form: LogForm, after: str) -> tuple[list[CardOpening], str]:
    """The next page of openings, and where the one after it begins; empty at the end."""
    found = openings(form)
    place = journal.Place.parse(after)
    if place is not None:
        found = found.filter(Q(at__lt=place.at) | Q(at=place.at, id__lt=place.row))
    rows = list(found[: PAGE_ROWS + 1])
    shown = rows[:PAGE_ROWS]
    return shown, str(journal.Place(shown[-1].at, 0, shown[-1].pk)) if len(rows) > PAGE_ROWS else ""


def every_opening(form: LogForm) -> Iterator[CardOpening]:
    """All that are asked for, the newest ``EXPORT_AT_MOST`` of them, read piece by piece."""
    yield from openings(form)[:EXPORT_AT_MOST].iterator(chunk_size=1000)
