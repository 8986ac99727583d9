"""Data duties every module may answer; they are asked of modules that are off, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.joints import Port


@dataclass(frozen=True)
class BookDifference:
    """One stored figure that is not equal to what the documents say."""

    what: str
    stored: str
    computed: str


books_difference: Port[Sequence[BookDifference]] = Port(
    "books_difference",
    "Asked by `manage.py check_books` with no arguments: recompute every stored balance and summary from its documents "
    "and answer the differences, empty when all is equal.",
    default=lambda: (),
    is_data_duty=True,
)


@dataclass(frozen=True)
class SampleRows:
    """An app's part of the sample clinic: all its tables are emptied, with their history, but for those it ``keeps``.

    ``counted``: models told to the person by name, as (label, title). ``keeps``: labels of directories and settings; none
    of them may point to a table that is emptied.
    """

    app: str
    counted: Sequence[tuple[str, Any]] = ()
    keeps: Sequence[str] = ()


sample_rows: Port[SampleRows | None] = Port(
    "sample_rows",
    "Asked with no arguments when the sample clinic is to be removed: answer SampleRows of your app. An app that does not "
    "answer keeps all its rows.",
    default=lambda: None,
    is_data_duty=True,
)
