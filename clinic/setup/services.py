"""The steps' writes: each by the services of its app, once however often it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction

import organization.services as organization_services
from billing.models import CashDesk
from billing.services.desks import add_desk
from clinic.setup import state
from clinic.setup.errors import BranchThere, ChangedMeanwhile, EntityThere
from clinic.setup.logins import free_login
from core import clock
from core.actor import Actor
from core.locks import lock_in_order
from organization.models import Branch, Chair, Employee, LegalEntity, Role, Room, Specialty, User
from organization.views.employees import suggested_password
from patients.demo.cards import CHANNELS
from patients.models import AcquisitionChannel
from schedule import services as schedule_services
from schedule.demo.rows import add_reasons
from schedule.errors import ShiftChairClash, ShiftClash
from schedule.models import CancelReason

RIGHT = "clinic.set_up"
STEPS_LOCK = (7403, 1)  # advisory: two clicks of one step wait for each other
TRIES = 50  # passwords made up until one obeys every rule


@transaction.atomic
def save_entity(*, actor: Actor, entity: LegalEntity | None, version: int | None, **fields: Any) -> LegalEntity:
    """Add the company, or change the one the page was opened with.

    Raises: EntityThere when another one came meanwhile, ChangedByOther, EntityTaken, ValidationError.
    """
    actor.require(RIGHT)
    lock_in_order([STEPS_LOCK])
    entity = entity or LegalEntity.objects.active().order_by("pk").first()
    if entity is None:
        return organization_services.add_legal_entity(actor=actor, **fields)
    if version is None and entity.inn != fields.get("inn"):
        raise EntityThere
    return organization_services.change_legal_entity(actor=actor, entity=entity, version=version, **fields)


@transaction.atomic
def save_branch(*, actor: Actor, branch: Branch | None, version: int | None, **fields: Any) -> Branch:
    """Open the first branch with its cash desk, or change it; directories that are empty get their usual entries.

    Raises: BranchThere when another one came meanwhile, ChangedByOther, NameTaken, ValidationError.
    """
    actor.require(RIGHT)
    lock_in_order([STEPS_LOCK])
    branch = branch or Branch.objects.active().order_by("pk").first()
    if branch is not None:
        if version is None and branch.name != fields.get("name"):
            raise BranchThere
        return organization_services.change_branch(actor=actor, branch=branch, version=version, **fields)
    entity = LegalEntity.objects.active().order_by("pk").get()
    branch = organization_services.add_branch(actor=actor, legal_entity=entity, **fields)
    if not CashDesk.objects.filter(branch=branch).exists():
        add_desk(actor=actor, name="Касса", branch=branch)
    _fill_directories()
    return branch


def _fill_directories() -> None:
    """Without reasons nothing could be cancelled; the clinic changes both lists as it likes."""
    if not CancelReason.objects.exists():
        add_reasons()
    if not AcquisitionChannel.objects.exists():
        for _weight, name in CHANNELS:
            AcquisitionChannel.objects.get_or_create(name=name)


@transaction.atomic
def add_rooms(*, actor: Actor, branch: Branch, rooms: int, chairs: int, had: int) -> list[Chair]:
    """Add so many rooms with so many chairs each, numbered on from those that are there.

    Raises: ChangedMeanwhile when there are not ``had`` rooms any more.
    """
    actor.require(RIGHT)
    Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    names = set(Room.objects.filter(branch=branch).values_list("name", flat=True))
    if len(names) != had:
        raise ChangedMeanwhile
    added: list[Chair] = []
    number = 0
    for _room in range(rooms):
        number += 1
        while f"Кабинет {number}" in names:
            number += 1
        room = organization_services.add_room(actor=actor, branch=branch, name=f"Кабинет {number}")
        for place in range(1, chairs + 1):
            name = f"Кресло {number}" if chairs == 1 else f"Кресло {number}.{place}"
            added.append(organization_services.add_chair(actor=actor, room=room, name=name))
    return added


@dataclass(frozen=True)
class NewPerson:
    """One row of the staff step; without a role the person does not sign in."""

    surname: str
    name: str
    patronymic: str
    role: Role | None
    specialty: str
    login: str


@dataclass(frozen=True)
class NewLogin:
    """What is shown once, to be handed to the person."""

    employee: Employee
    login: str
    password: str


class RowRefused(ValidationError):
    """A rule broken by one person of several; the page shows it beside that row."""

    def __init__(self, row: int, error: ValidationError) -> None:
        super().__init__(error.messages)
        self.row = row


@transaction.atomic
def add_staff(*, actor: Actor, branch: Branch, people: Sequence[NewPerson], had: int) -> list[NewLogin]:
    """Add several people who work in the branch, all or none, each with a login and a password made up for them.

    Raises: ChangedMeanwhile when there are not ``had`` employees any more; RowRefused.
    """
    actor.require(RIGHT)
    lock_in_order([STEPS_LOCK])
    if Employee.objects.count() != had:
        raise ChangedMeanwhile
    logins = []
    for place, person in enumerate(people):
        try:
            logins.append(_add_person(actor, branch, person))
        except ValidationError as error:
            raise RowRefused(place, error) from error
    return [login for login in logins if login is not None]


def _add_person(actor: Actor, branch: Branch, person: NewPerson) -> NewLogin | None:
    employee = organization_services.add_employee(
        actor=actor,
        surname=person.surname,
        name=person.name,
        patronymic=person.patronymic,
        specialties=[_specialty(actor, person.specialty)] if person.specialty else [],
        branches=[branch],
        roles=[person.role] if person.role else [],
    )
    if person.role is None:
        return None
    login = person.login.strip().lower() or free_login(person.surname, person.name)
    password = _password(employee.user)
    user = organization_services.set_login(actor=actor, employee=employee, username=login, password=password)
    return NewLogin(employee, user.username, password)


def _specialty(actor: Actor, name: str) -> Specialty:
    return Specialty.objects.filter(name=name).first() or organization_services.add_specialty(actor=actor, name=name)


def _password(user: User) -> str:
    """One that obeys every rule of the clinic. Raises: ValidationError when the rules leave none that is easy to read."""
    for _try in range(TRIES):
        password = suggested_password()
        try:
            password_validation.validate_password(password, user)
        except ValidationError:
            continue
        return password
    password_validation.validate_password(password, user)
    return password


@dataclass(frozen=True)
class WeeklyShift:
    """When and where a doctor works each week: weekdays from Monday as 0."""

    doctor: Employee
    days: Sequence[int]
    starts: time
    ends: time
    chair: Chair | None


@dataclass(frozen=True)
class AddedShifts:
    """How many shifts were added, and how many had no room: the doctor or the chair has one then already."""

    made: int
    skipped: int


@transaction.atomic
def save_hours(
    *,
    actor: Actor,
    branch: Branch,
    version: int | None,
    hours: Mapping[int, tuple[time, time]],
    shifts: Sequence[WeeklyShift],
    weeks: int,
) -> AddedShifts:
    """Set the branch's week and add the doctors' shifts for so many weeks from today on; a second time adds nothing.

    Raises: ChangedByOther, HoursEmpty, ShiftTooLong, NotAligned, ChairElsewhere, DoctorUnavailable.
    """
    actor.require(RIGHT)
    organization_services.set_branch_hours(actor=actor, branch=branch, version=version, hours=hours)
    today = clock.localdate(branch.zone)
    made = skipped = 0
    for shift in sorted(shifts, key=lambda one: one.doctor.pk):
        for day in (today + timedelta(days=number) for number in range(7 * weeks)):
            if day.weekday() in shift.days:
                is_made = _add_shift(actor, branch, shift, day)
                made, skipped = made + is_made, skipped + (not is_made)
    return AddedShifts(made, skipped)


def _add_shift(actor: Actor, branch: Branch, shift: WeeklyShift, day: date) -> bool:
    starts_at = clock.wall_moment(day, shift.starts, branch.zone)
    until = day if shift.starts < shift.ends else day + timedelta(days=1)  # past midnight
    try:
        schedule_services.add_shift(
            actor=actor,
            doctor=shift.doctor,
            branch=branch,
            chair=shift.chair,
            starts_at=starts_at,
            ends_at=clock.wall_moment(until, shift.ends, branch.zone),
        )
    except (ShiftClash, ShiftChairClash):
        return False
    return True


@transaction.atomic
def finish(*, actor: Actor) -> None:
    """Put the steps away: nobody is led to them any more; they stay in the settings."""
    actor.require(RIGHT)
    state.close_setup()
