"""Employees, their logins, and the directories of specialities and positions."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

import pghistory
from axes.utils import reset as forget_failures
from django.contrib.auth import password_validation
from django.db import models, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from core.actor import Actor
from core.errors import constraint_as
from core.joints import publish
from core.models import Archived
from organization import selectors, sessions
from organization.errors import LoginMissing, LoginTaken, NameTaken
from organization.facts import EmployeeArchived
from organization.models import (
    Branch,
    Employee,
    EmployeePosition,
    EmployeeSpecialty,
    Pin,
    Position,
    Role,
    SecondFactor,
    Specialty,
    User,
)
from organization.ports import before_employee_archived
from organization.services import rights
from organization.services.archive import put_away, take_back
from organization.services.pins import forget_pin

RIGHT = "organization.change_employee"
WORK_IN_BRANCH = "organization.work_in_branch"
NO_LOGIN = "-"  # begins the name of a login nobody may use; people's own names begin with a letter or a digit

_LOGIN_RULES = {"organization_user_username_key": LoginTaken}


@transaction.atomic
def add_employee(
    *,
    actor: Actor,
    surname: str,
    name: str,
    patronymic: str = "",
    phone: str = "",
    specialties: Collection[Specialty] = (),
    positions: Collection[Position] = (),
    branches: Collection[Branch] = (),
    roles: Collection[Role] | None = None,
) -> Employee:
    """Add a person who works here. The login is made closed; ``set_login`` opens it.

    Without ``roles`` the positions propose them. Who may not change rights gives no roles, neither named nor proposed.
    """
    actor.require(RIGHT)
    user = User.objects.create_user(username=f"{NO_LOGIN}{uuid.uuid4().hex[:12]}", password=None)
    employee = Employee.objects.create(user=user, surname=surname, name=name, patronymic=patronymic, phone=phone)
    _set_links(EmployeeSpecialty, "specialty", employee, specialties)
    _set_links(EmployeePosition, "position", employee, positions)
    _set_branches(employee, branches)
    if actor.can(rights.RIGHT):
        proposed = [position.role for position in positions if position.role is not None]
        for role in {role.pk: role for role in (proposed if roles is None else roles)}.values():
            rights.grant_role(actor=actor, employee=employee, role=role)
    return employee


@transaction.atomic
def change_employee(
    *,
    actor: Actor,
    employee: Employee,
    version: int | None,
    specialties: Collection[Specialty] | None = None,
    positions: Collection[Position] | None = None,
    branches: Collection[Branch] | None = None,
    roles: Collection[Role] | None = None,
    **fields: Any,
) -> Employee:
    """Change a person; a collection that is None stays as it is.

    Raises: ChangedByOther, LastDirector; PermissionDenied for roles without the right to change rights.
    """
    actor.require(RIGHT)
    employee = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    employee.check_version(version)
    for field, value in fields.items():
        setattr(employee, field, value)
    employee.save_version()
    if specialties is not None:
        _set_links(EmployeeSpecialty, "specialty", employee, specialties)
    if positions is not None:
        _set_links(EmployeePosition, "position", employee, positions)
    if branches is not None:
        _set_branches(employee, branches)
    if roles is not None:
        rights.set_roles(actor=actor, employee=employee, roles=roles)
    return employee


def _set_links(through: type[models.Model], to: str, employee: Employee, wanted: Collection[models.Model]) -> None:
    """Bring the rows of a link table to the wanted set, touching only those that differ."""
    manager = through._default_manager
    had = set(manager.filter(employee=employee).values_list(f"{to}_id", flat=True))
    now = {row.pk for row in wanted}
    manager.filter(employee=employee, **{f"{to}_id__in": had - now}).delete()
    for pk in sorted(now - had):
        manager.create(employee=employee, **{f"{to}_id": pk})


def _set_branches(employee: Employee, wanted: Collection[Branch]) -> None:
    had = {branch.pk: branch for branch in Branch.objects.filter(grants__user=employee.user)}
    now = {branch.pk: branch for branch in wanted}
    for pk in sorted(had.keys() - now.keys()):
        remove_perm(WORK_IN_BRANCH, employee.user, had[pk])
    for pk in sorted(now.keys() - had.keys()):
        assign_perm(WORK_IN_BRANCH, employee.user, now[pk])


@transaction.atomic
def archive_employee(*, actor: Actor, employee: Employee) -> Employee:
    """Put a person who left away: the login is closed at once and every key is revoked; the past stays.

    Raises: LastDirector, HasFutureUse while appointments or shifts of theirs are ahead.
    """
    actor.require(RIGHT)
    with rights.some_director_stays(employee):
        employee = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
        refuse_wider_role(actor, employee)
        before_employee_archived.ask(employee_id=employee.pk)
        was_active = not employee.is_archived
        put_away(employee)
        _set_active(employee, False)
        sessions.end_of_user(employee.user_id)
    if was_active:
        publish(EmployeeArchived(employee_id=employee.pk))
    return employee


@transaction.atomic
def restore_employee(*, actor: Actor, employee: Employee) -> Employee:
    """Take a person back; the login opens with the password it had."""
    actor.require(RIGHT)
    employee = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    refuse_wider_role(actor, employee)
    _set_active(employee, True)
    return take_back(employee)


def _set_active(employee: Employee, is_active: bool) -> None:
    user = User.objects.select_for_update(of=("self",)).get(pk=employee.user_id)
    if user.is_active != is_active:
        user.is_active = is_active
        user.save(update_fields=["is_active"])


@transaction.atomic
def set_login(
    *, actor: Actor, employee: Employee, username: str, password: str, must_change_password: bool = True
) -> User:
    """Give a login, or another name or password for it; sessions opened with the old password end.

    Without a password only the name changes. Raises: LoginTaken, LoginMissing, RoleTooWide, ValidationError naming
    every password rule that was broken.
    """
    actor.require(RIGHT)
    employee = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    refuse_wider_role(actor, employee)
    user = User.objects.select_for_update(of=("self",)).get(pk=employee.user_id)
    user.username = User.normalize_username(username.strip().lower())
    if not user.username or user.username.startswith(NO_LOGIN):
        raise LoginMissing
    if password:
        password_validation.validate_password(password, user)
        take_password(user, password, must_change=must_change_password)
    with constraint_as(_LOGIN_RULES):
        user.save(update_fields=["username", "password", "password_set_at", "must_change_password"])
    if password:
        pghistory.create_event(user, label="password_set")
        unlock(user)
        sessions.end_of_user(user.pk)
    return user


def take_password(user: User, password: str, *, must_change: bool) -> None:
    """Put another password on a login that is about to be saved."""
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.must_change_password = must_change


@transaction.atomic
def unlock_login(*, actor: Actor, employee: Employee) -> User:
    """End every lock-out of a person before its time: of the password, the PIN, the second factor. Raises: RoleTooWide."""
    actor.require(RIGHT)
    refuse_wider_role(actor, employee)
    user = User.objects.select_for_update(of=("self",)).get(pk=employee.user_id)
    unlock(user)
    pghistory.create_event(user, label="login_unlocked")
    return user


def unlock(user: User) -> None:
    """Forget the wrong guesses at a login, inside the caller's transaction."""
    forget_failures(username=user.username)
    for model in (Pin, SecondFactor):
        model._default_manager.filter(user=user).update(failures=0, locked_until=None)


@transaction.atomic
def remove_login(*, actor: Actor, employee: Employee) -> User:
    """Close the login: the password is forgotten and open sessions end. Raises: LastDirector, RoleTooWide."""
    actor.require(RIGHT)
    with rights.some_director_stays(employee):
        employee = Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
        refuse_wider_role(actor, employee)
        user = User.objects.select_for_update(of=("self",)).get(pk=employee.user_id)
        user.set_unusable_password()
        user.username = f"{NO_LOGIN}{uuid.uuid4().hex[:12]}"
        user.save(update_fields=["username", "password"])
        forget_pin(user)
        sessions.end_of_user(user.pk)
    return user


def refuse_wider_role(actor: Actor, employee: Employee) -> None:
    """Whoever could sign in as somebody with more rights would have them. Raises: RoleTooWide."""
    for role in selectors.roles_of(employee.user_id):
        rights.refuse_wider(actor, role)


@transaction.atomic
def add_specialty(*, actor: Actor, name: str, order: int = 100) -> Specialty:
    """Add a speciality to the directory. Raises: NameTaken."""
    actor.require(RIGHT)
    with constraint_as({"organization_specialty_name_key": NameTaken}):
        return Specialty.objects.create(name=name, order=order)


@transaction.atomic
def change_specialty(*, actor: Actor, specialty: Specialty, **fields: Any) -> Specialty:
    """Rename or reorder a speciality. Raises: NameTaken."""
    actor.require(RIGHT)
    return _change(Specialty, specialty, fields, "organization_specialty_name_key")


@transaction.atomic
def add_position(*, actor: Actor, name: str, role: Role | None = None) -> Position:
    """Add a position; whoever is appointed to it is proposed the role. Raises: NameTaken."""
    actor.require(RIGHT)
    with constraint_as({"organization_position_name_key": NameTaken}):
        return Position.objects.create(name=name, role=role)


@transaction.atomic
def change_position(*, actor: Actor, position: Position, **fields: Any) -> Position:
    """Rename a position or let it propose another role; people who hold it keep theirs. Raises: NameTaken."""
    actor.require(RIGHT)
    return _change(Position, position, fields, "organization_position_name_key")


def _change(model: type[Any], row: Archived, fields: dict[str, Any], name_rule: str) -> Any:
    row = model.objects.select_for_update(of=("self",)).get(pk=row.pk)
    for field, value in fields.items():
        setattr(row, field, value)
    with constraint_as({name_rule: NameTaken}):
        row.save(update_fields=list(fields))
    return row


@transaction.atomic
def set_directory_entry_archived(
    *, actor: Actor, entry: Specialty | Position, is_archived: bool
) -> Specialty | Position:
    """Put a speciality or a position away, or take it back; people who have it keep it."""
    actor.require(RIGHT)
    row = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    return put_away(row) if is_archived else take_back(row)
