"""Entries of the declared directories: added, renamed, put away and taken back, never deleted."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction

from core import modules
from core.actor import Actor
from core.errors import constraint_as
from core.models import Archived
from core.modules import Directory
from organization.errors import DirectoryUnknown, NameTaken
from organization.services.archive import put_away, take_back


def directory_of(code: str) -> Directory:
    """Raises: DirectoryUnknown, also for one of a module that is off."""
    found: Directory | None = next(
        (entry for entry in modules.registry.entries("directories") if entry.code == code), None
    )
    if found is None:
        raise DirectoryUnknown
    return found


def model_of(directory: Directory) -> Any:
    """The table of a directory."""
    return apps.get_model(directory.model)


@transaction.atomic
def add_directory_entry(*, actor: Actor, directory: Directory, **fields: Any) -> Archived:
    """Add an entry. Raises: NameTaken, also when one that was put away has the name."""
    actor.require(directory.permission)
    model = model_of(directory)
    with constraint_as({f"{model._meta.db_table}_name_key": NameTaken}):
        entry: Archived = model.objects.create(**fields)
    return entry


@transaction.atomic
def change_directory_entry(*, actor: Actor, directory: Directory, entry: Archived, **fields: Any) -> Archived:
    """Rename an entry or move it in the order; records that have it show the new name. Raises: NameTaken."""
    actor.require(directory.permission)
    row: Archived = model_of(directory).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    with constraint_as({f"{row._meta.db_table}_name_key": NameTaken}):
        row.save(update_fields=list(fields))
    return row


@transaction.atomic
def archive_directory_entry(*, actor: Actor, directory: Directory, entry: Archived) -> Archived:
    """Put an entry away: it is offered no more, records that have it keep it."""
    actor.require(directory.permission)
    return put_away(model_of(directory).objects.select_for_update(of=("self",)).get(pk=entry.pk))


@transaction.atomic
def restore_directory_entry(*, actor: Actor, directory: Directory, entry: Archived) -> Archived:
    """Offer an entry again."""
    actor.require(directory.permission)
    return take_back(model_of(directory).objects.select_for_update(of=("self",)).get(pk=entry.pk))
