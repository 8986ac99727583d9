"""Pieces of exclusion constraints that need no extension (the embedded server has no btree_gist)."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func, Value
from django.db.models.expressions import Combinable


def one_number_range(id_column: str | Combinable) -> Func:
    """[n, n] of an id: equal ids overlap, others do not. Leave NULL ids out by the constraint's condition."""
    return Func(id_column, id_column, Value("[]"), function="int8range")


def time_range() -> Func:
    """The half-open interval of ``starts_at`` and ``ends_at``."""
    return Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())
