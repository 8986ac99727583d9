"""Legal entities, branches with their hours, rooms and chairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django.db import models, transaction

from core.actor import Actor
from core.errors import constraint_as
from core.joints import publish
from organization.errors import EntityInUse, EntityTaken, HoursEmpty, NameTaken, PlaceArchived
from organization.facts import BranchHoursChanged
from organization.models import Branch, BranchHours, Chair, LegalEntity, Room
from organization.ports import before_chairs_archived
from organization.services.archive import put_away, take_back

RIGHT = "organization.change_clinic"
Hours = Mapping[int, tuple[time, time]]

_ENTITY_RULES = {"organization_legalentity_inn_kpp": EntityTaken}
_BRANCH_RULES = {"organization_branch_name_key": NameTaken}
_ROOM_RULES = {"organization_room_name": NameTaken}
_CHAIR_RULES = {"organization_chair_name": NameTaken}
_HOURS_RULES = {"organization_branchhours_length": HoursEmpty}


@transaction.atomic
def add_legal_entity(*, actor: Actor, **fields: Any) -> LegalEntity:
    """Add a company or a sole trader.

    Raises: EntityTaken, ValidationError for requisites whose check digits do not match.
    """
    actor.require(RIGHT)
    entity = LegalEntity(**fields)
    entity.full_clean(validate_unique=False, validate_constraints=False)
    with constraint_as(_ENTITY_RULES):
        entity.save()
    return entity


@transaction.atomic
def change_legal_entity(*, actor: Actor, entity: LegalEntity, version: int | None, **fields: Any) -> LegalEntity:
    """Change requisites; documents issued before keep what they copied.

    Raises: ChangedByOther, EntityTaken, ValidationError.
    """
    actor.require(RIGHT)
    entity = LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    entity.check_version(version)
    _set(entity, fields)
    entity.full_clean(validate_unique=False, validate_constraints=False)
    with constraint_as(_ENTITY_RULES):
        entity.save_version(list(fields))
    return entity


@transaction.atomic
def archive_legal_entity(*, actor: Actor, entity: LegalEntity) -> LegalEntity:
    """Put a legal entity away. Raises: EntityInUse while an active branch belongs to it."""
    actor.require(RIGHT)
    entity = LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if Branch.objects.active().filter(legal_entity=entity).exists():
        raise EntityInUse
    return put_away(entity)


@transaction.atomic
def restore_legal_entity(*, actor: Actor, entity: LegalEntity) -> LegalEntity:
    """Take a legal entity back from the archive."""
    actor.require(RIGHT)
    return take_back(LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk))


@transaction.atomic
def add_branch(*, actor: Actor, hours: Hours | None = None, **fields: Any) -> Branch:
    """Open a branch. Raises: NameTaken, HoursEmpty, ValidationError for an unknown time zone."""
    actor.require(RIGHT)
    branch = Branch(**fields)
    branch.full_clean(validate_unique=False)
    with constraint_as(_BRANCH_RULES):
        branch.save()
    _write_hours(branch, hours or {})
    return branch


@transaction.atomic
def change_branch(
    *, actor: Actor, branch: Branch, version: int | None, hours: Hours | None = None, **fields: Any
) -> Branch:
    """Change a branch and, when ``hours`` are given, its week.

    Raises: ChangedByOther, NameTaken, HoursEmpty, ValidationError.
    """
    actor.require(RIGHT)
    branch = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    branch.check_version(version)
    grid_before = (branch.time_zone, branch.slot_minutes)
    _set(branch, fields)
    branch.full_clean(validate_unique=False)
    with constraint_as(_BRANCH_RULES):
        branch.save_version(list(fields))
    is_week_changed = hours is not None and _write_hours(branch, hours)
    if is_week_changed or grid_before != (branch.time_zone, branch.slot_minutes):
        publish(BranchHoursChanged(branch_id=branch.pk))
    return branch


@transaction.atomic
def set_branch_hours(*, actor: Actor, branch: Branch, version: int | None, hours: Hours) -> Branch:
    """Set the whole week: weekday (Monday is 0) to opening and closing; a weekday left out is closed.

    Closing before opening means after midnight. Raises: ChangedByOther, HoursEmpty.
    """
    return change_branch(actor=actor, branch=branch, version=version, hours=hours)


def _write_hours(branch: Branch, hours: Hours) -> bool:
    """Write the days that differ, so that the history shows those alone. True when any did."""
    known = {row.weekday: row for row in BranchHours.objects.select_for_update().filter(branch=branch)}
    is_changed = False
    with constraint_as(_HOURS_RULES):
        for weekday in sorted(known.keys() | hours.keys()):
            row = known.get(weekday)
            if weekday not in hours:
                known[weekday].delete()
            elif row is None:
                opens_at, closes_at = hours[weekday]
                BranchHours.objects.create(branch=branch, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
            elif (row.opens_at, row.closes_at) != tuple(hours[weekday]):
                row.opens_at, row.closes_at = hours[weekday]
                row.save(update_fields=["opens_at", "closes_at"])
            else:
                continue
            is_changed = True
    return is_changed


@transaction.atomic
def archive_branch(*, actor: Actor, branch: Branch) -> Branch:
    """Close a branch for good; its past stays. Raises: HasFutureUse while something is planned there."""
    actor.require(RIGHT)
    branch = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    _ask_for(Chair.objects.active().filter(room__branch=branch))
    return put_away(branch)


@transaction.atomic
def restore_branch(*, actor: Actor, branch: Branch) -> Branch:
    """Open a closed branch again. Raises: PlaceArchived while its legal entity is put away."""
    actor.require(RIGHT)
    branch = Branch.objects.select_for_update(of=("self",)).get(pk=branch.pk)
    if branch.legal_entity.is_archived:
        raise PlaceArchived
    return take_back(branch)


@transaction.atomic
def add_room(*, actor: Actor, branch: Branch, name: str) -> Room:
    """Add a room to a branch. Raises: NameTaken within the branch."""
    actor.require(RIGHT)
    with constraint_as(_ROOM_RULES):
        return Room.objects.create(branch=branch, name=name)


@transaction.atomic
def rename_room(*, actor: Actor, room: Room, name: str) -> Room:
    """Rename a room. Raises: NameTaken within the branch."""
    actor.require(RIGHT)
    return _rename(Room.objects.select_for_update(of=("self",)).get(pk=room.pk), name, _ROOM_RULES)


@transaction.atomic
def archive_room(*, actor: Actor, room: Room) -> Room:
    """Put a room and its chairs away. Raises: HasFutureUse while something is planned in one of them."""
    actor.require(RIGHT)
    room = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
    chairs = list(Chair.objects.active().select_for_update(of=("self",)).filter(room=room))
    _ask_for(chairs)
    for chair in chairs:
        put_away(chair)
    return put_away(room)


@transaction.atomic
def restore_room(*, actor: Actor, room: Room) -> Room:
    """Take a room back; its chairs are taken back one by one."""
    actor.require(RIGHT)
    return take_back(Room.objects.select_for_update(of=("self",)).get(pk=room.pk))


@transaction.atomic
def add_chair(*, actor: Actor, room: Room, name: str) -> Chair:
    """Add a chair to a room. Raises: NameTaken within the room, PlaceArchived when the room is put away."""
    actor.require(RIGHT)
    room = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
    if room.is_archived:
        raise PlaceArchived
    with constraint_as(_CHAIR_RULES):
        return Chair.objects.create(room=room, name=name)


@transaction.atomic
def rename_chair(*, actor: Actor, chair: Chair, name: str) -> Chair:
    """Rename a chair. Raises: NameTaken within the room."""
    actor.require(RIGHT)
    return _rename(Chair.objects.select_for_update(of=("self",)).get(pk=chair.pk), name, _CHAIR_RULES)


@transaction.atomic
def archive_chair(*, actor: Actor, chair: Chair) -> Chair:
    """Put a chair away. Raises: HasFutureUse while something is planned in it."""
    actor.require(RIGHT)
    chair = Chair.objects.select_for_update(of=("self",)).get(pk=chair.pk)
    _ask_for([chair])
    return put_away(chair)


@transaction.atomic
def restore_chair(*, actor: Actor, chair: Chair) -> Chair:
    """Take a chair back. Raises: PlaceArchived while its room is put away."""
    actor.require(RIGHT)
    chair = Chair.objects.select_for_update(of=("self",)).select_related("room").get(pk=chair.pk)
    if chair.room.is_archived:
        raise PlaceArchived
    return take_back(chair)


def _ask_for(chairs: Iterable[Chair]) -> None:
    before_chairs_archived.ask(chair_ids=[chair.pk for chair in chairs])


def _set(row: models.Model, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _rename(place: Any, name: str, rules: Mapping[str, Any]) -> Any:
    place.name = name
    with constraint_as(rules):
        place.save(update_fields=["name"])
    return place
