"""Columns of our own: ready lexemes as a PostgreSQL ``tsvector``, matched without the text parser."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.sql.compiler import SQLCompiler


class ArrayToTsvector(models.Func):
    """``array_to_tsvector`` of given lexemes, for an UPDATE or an annotation: they are stored exactly as they are."""

    function = "array_to_tsvector"
    template = "%(function)s(%(expressions)s::text[])"

    def __init__(self, lexemes: Iterable[str], **extra: Any) -> None:
        value = models.Value(_clean(lexemes), output_field=_TextArray())
        super().__init__(value, output_field=TsvectorField(), **extra)


class TsvectorField(models.Field):
    """Lexemes made in Python (``core.search.tokens_for``). Index it by ``GinIndex``; defer it when reading rows.

    Takes an iterable of strings, or what was read from the column; reads as PostgreSQL's text form.
    """

    description = "Search lexemes"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("editable", False)
        options.setdefault("default", "")
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        if options.get("editable") is False:
            del options["editable"]
        if options.get("default") == "":
            del options["default"]
        return name, path, args, options

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_placeholder(self, value: Any, compiler: SQLCompiler, connection: Any) -> str:
        if hasattr(value, "as_sql"):
            return "%s"
        # Text comes from the column itself; the cast reads it back lexeme by lexeme, with no parser between.
        return "%s::tsvector" if value is None or isinstance(value, str) else "array_to_tsvector(%s::text[])"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None or isinstance(value, str) or hasattr(value, "as_sql") else _clean(value)


@TsvectorField.register_lookup
class Matches(models.Lookup):
    """``search__matches="'ива':* & 'пет':*"``: the right side is tsquery text, its lexemes taken as they are."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", (*parameters, self.rhs)


class _TextArray(models.Field):
    def db_type(self, connection: Any) -> str:
        return "text[]"


def _clean(lexemes: Iterable[str]) -> list[str]:
    """Unique and in order; PostgreSQL refuses empty lexemes."""
    return sorted({lexeme for lexeme in lexemes if lexeme})
