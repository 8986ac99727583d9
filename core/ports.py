"""Data duties every module may answer; they are asked of modules that are off, too."""

from collections.abc import Sequence
from dataclasses import dataclass

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
