"""The steps of setting up, and which of them are done: told by what is there, so that any way of doing them counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organization.models import Branch, Chair, Employee, LegalEntity
from pricelist.models import Service
from schedule.models import WorkShift

CODES = ("entity", "branch", "rooms", "staff", "hours", "prices", "done")
TITLES: dict[str, Any] = {
    "entity": _("Legal entity"),
    "branch": _("Branch"),
    "rooms": _("Rooms and chairs"),
    "staff": _("Staff"),
    "hours": _("Hours and shifts"),
    "prices": _("Price list"),
    "done": _("Done"),
}
NEEDS = {"branch": "entity", "rooms": "branch", "hours": "branch", "staff": "branch"}


@dataclass(frozen=True)
class Step:
    """One mark of the rail. ``is_open``: what it needs is there."""

    code: str
    number: int
    is_done: bool
    is_open: bool
    is_here: bool

    @property
    def title(self) -> Any:
        return TITLES[self.code]

    @property
    def url(self) -> str:
        return reverse(f"setup:{self.code}")


class Setup:
    """How far this clinic is set up. Reads what it is asked for once."""

    @cached_property
    def entity(self) -> LegalEntity | None:
        return LegalEntity.objects.active().order_by("pk").first()

    @cached_property
    def branch(self) -> Branch | None:
        """The first branch: the steps are about it; further ones are opened in the settings."""
        return Branch.objects.active().select_related("legal_entity").order_by("pk").first()

    @property
    def place(self) -> Branch:
        """The branch, for steps that open only when there is one. Raises: Branch.DoesNotExist."""
        if self.branch is None:
            raise Branch.DoesNotExist
        return self.branch

    @cached_property
    def chairs(self) -> list[Chair]:
        rooms = Chair.objects.active().filter(room__branch=self.branch, room__archived_at=None)
        return list(rooms.select_related("room").order_by("room__name", "name"))

    @cached_property
    def doctors(self) -> list[Employee]:
        ahead = WorkShift.objects.working().filter(doctor=OuterRef("pk"))
        found = Employee.objects.active().doctors().filter(user__branchgrant__content_object=self.branch)
        return list(found.annotate(has_shifts=Exists(ahead)).order_by("sort_key").distinct())

    @cached_property
    def is_done(self) -> dict[str, bool]:
        has_shifts = any(doctor.has_shifts for doctor in self.doctors)  # type: ignore[attr-defined]
        done = {
            "entity": self.entity is not None,
            "branch": self.branch is not None,
            "rooms": bool(self.chairs),
            "staff": bool(self.doctors),
            "hours": self.branch is not None and has_shifts and self.branch.hours.exists(),
            "prices": Service.objects.active().exists(),
        }
        return {**done, "done": all(done.values())}

    def steps(self, here: str) -> list[Step]:
        """The rail, with the mark of where the person is."""
        return [
            Step(code, number, self.is_done[code], self.is_open(code), code == here)
            for number, code in enumerate(CODES, start=1)
        ]

    def is_open(self, code: str) -> bool:
        """Whether the step can be done: a branch needs its company, rooms need their branch."""
        needed = NEEDS.get(code)
        return needed is None or self.is_done[needed]

    def first_open(self) -> str:
        """The first step that is not done yet."""
        return next((code for code in CODES if not self.is_done[code]), "done")


def after(code: str) -> str:
    """Address of the next step."""
    return reverse(f"setup:{CODES[CODES.index(code) + 1]}")


def before(code: str) -> str:
    """Address of the step before; empty at the first."""
    place = CODES.index(code)
    return reverse(f"setup:{CODES[place - 1]}") if place else ""
