"""What a module may plug in, place by place: the declarations alone. ``core.modules`` keeps and hands them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from core.actor import Scope

type_of_title = Any  # a lazy translation


@dataclass(frozen=True)
class Limit:
    """How much of a right is given: so many percent, so many days.

    ``choices`` are offered, ascending; ``phrase`` writes one in words (``"up to %(limit)s %%"``), ``unlimited`` the absence
    of a limit. ``defaults`` maps a built-in role's code to what it starts with; who is absent starts without a limit.
    """

    phrase: type_of_title
    unlimited: type_of_title
    choices: Sequence[int]
    defaults: Mapping[str, int] = field(default_factory=dict)

    def in_words(self, limit: int | None) -> str:
        return str(self.unlimited) if limit is None else str(self.phrase) % {"limit": limit}


@dataclass(frozen=True)
class Permission:
    """One right. ``defaults`` maps a built-in role's code (director, administrator, doctor) to the scope it starts with."""

    code: str
    title: type_of_title
    description: type_of_title = ""
    defaults: Mapping[str, Scope] = field(default_factory=dict)
    is_scoped: bool = False
    is_dangerous: bool = False
    limit: Limit | None = None


@dataclass(frozen=True)
class NavItem:
    """An item of the rail.

    Asked when the rail is drawn: ``counter``, dotted name of ``f(actor) -> int``, and ``shown``, of ``f(actor) -> bool``.
    """

    title: type_of_title
    route: str
    icon: str
    permission: str
    order: int
    counter: str = ""
    shown: str = ""


@dataclass(frozen=True)
class PatientTab:
    """A tab of the patient card; its url takes ``patient_id`` and answers with a part."""

    code: str
    title: type_of_title
    route: str
    permission: str
    order: int


@dataclass(frozen=True)
class Panel:
    """A part shown on another app's page: ``place`` is one of PANEL_PLACES.

    ``render``: dotted name of ``f(*, actor, subject) -> Part | None``, where the subject is what the place shows.
    """

    place: str
    render: str
    permission: str
    order: int


PANEL_PLACES = (
    "patient_actions",  # buttons in the head of the card: «Записать», «Принять оплату»
    "patient_overview",
    "patient_overview_side",
    "appointment",
    "appointment_actions",
    "work_order",
    "employee_grants",  # what is open to the employee by name, on their page
)


@dataclass(frozen=True)
class Part:
    """What a panel answers: a template and its context; an empty answer is None, so that no hole is left."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class SettingsPane:
    """An entry of the settings page's own navigation. ``shown``: dotted name of ``f(actor) -> bool``.

    ``note`` says in a few words what is set there, for the settings' first page and its search.
    """

    title: type_of_title
    route: str
    icon: str
    permission: str
    order: int
    shown: str = ""
    note: type_of_title = ""


@dataclass(frozen=True)
class Directory:
    """A list of the clinic's own words, changed among the directories: never deleted, only put away.

    ``model``: "app.Model", an ``Archived`` with a unique ``name`` and, maybe, an ``order``; ``fields`` are those people
    fill in. ``note`` says where the entries are chosen.
    """

    code: str
    title: type_of_title
    one: type_of_title
    note: type_of_title
    model: str
    permission: str
    order: int
    fields: Sequence[str] = ("name",)


@dataclass(frozen=True)
class NumberSeries:
    """Numbers people see on one kind of documents.

    ``rows``: dotted name of ``f(*, today) -> dict[series, title]``, the series of ``core.counters`` numbers are drawn from.

    How they are written is the option ``form``; ``digits``, the option that says with how many zeros in front.
    """

    code: str
    title: type_of_title
    rows: str
    form: str
    digits: str
    order: int

    def series(self, *, today: date) -> dict[str, str]:
        """Each series of this kind that numbers are drawn from on the day, and what tells it from the others."""
        found: dict[str, str] = import_string(self.rows)(today=today)
        return found


@dataclass(frozen=True)
class DashboardTile:
    """A tile of the overview. ``render``: dotted name of ``f(*, actor, period) -> Part | None``; ``column`` 1 to 3."""

    code: str
    render: str
    permission: str
    column: int
    order: int


@dataclass(frozen=True)
class Report:
    """A report of the catalogue, opened at its own url."""

    code: str
    title: type_of_title
    route: str
    permission: str
    order: int


@dataclass(frozen=True)
class Document:
    """A printable document. ``subject`` names what it is about (patient, appointment, invoice); its url takes that id."""

    code: str
    title: type_of_title
    route: str
    permission: str
    subject: str
    order: int


@dataclass(frozen=True)
class PatientFact:
    """Asked once for a list of patients. ``answer``: dotted name of ``f(*, actor, patient_ids) -> dict[id, FactValue]``.

    Facts read from the same rows name one ``is_joint`` answer: ``f(…) -> dict[id, dict[code, FactValue]]``, asked once
    for all of them. One that never has a tone or a link is not ``is_pressing``: suggestions do not ask for it.
    """

    code: str
    title: type_of_title
    answer: str
    permission: str
    order: int
    is_joint: bool = False
    is_pressing: bool = True


@dataclass(frozen=True)
class AppointmentMark:
    """Asked once for a list of appointments. ``answer``: ``f(*, actor, appointment_ids) -> dict[id, Mark]``."""

    code: str
    answer: str
    permission: str
    order: int


@dataclass(frozen=True)
class FactValue:
    """What a patient fact shows: text, an optional second line, a tone (danger, warn, ok or empty) and a link."""

    text: str
    note: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Mark:
    """A small icon in the schedule's box, always with words for those who do not see colours."""

    icon: str
    title: str
    tone: str = ""


@dataclass(frozen=True)
class TimedTask:
    """A periodic job: Celery task name and its period in seconds."""

    task: str
    every_seconds: int


@dataclass(frozen=True)
class LogKind:
    """A kind of records in the log of changes. ``sources``: dotted name of a sequence of ``core.history.Source``."""

    code: str
    title: type_of_title
    sources: str
    order: int


@dataclass(frozen=True)
class LiveStamp:
    """A version of what a page shows. ``answer``: dotted ``f(*, actor, argument: str) -> str``; a change redraws the part."""

    name: str
    answer: str
    permission: str = ""
