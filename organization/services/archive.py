"""Nothing is deleted: a row is put away with a moment, and can be taken back. The rows come locked."""

from __future__ import annotations

from typing import TypeVar

from django.utils import timezone

from core.models import Archived, Versioned

Row = TypeVar("Row", bound=Archived)


def put_away(row: Row) -> Row:
    """Archive a row; one that is away already keeps its moment."""
    if row.archived_at is None:
        row.archived_at = timezone.now()
        _save(row)
    return row


def take_back(row: Row) -> Row:
    """Make an archived row active again."""
    if row.archived_at is not None:
        row.archived_at = None
        _save(row)
    return row


def _save(row: Archived) -> None:
    if isinstance(row, Versioned):
        row.save_version(["archived_at"])
    else:
        row.save(update_fields=["archived_at"])
