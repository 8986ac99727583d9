"""Rows carried out of the program as a file; who took which is logged before the first of them leaves."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from core.actor import Actor
from core.models import ExportRecord

BYTE_ORDER_MARK = "\ufeff"  # so that Excel takes the file for UTF-8
_SIGNED_NUMBER = re.compile(r"[+-][\d\s().,\-]+")
_FORMULA = ("=", "@", "\t", "\r")


class _Line:
    """A file that hands each line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def record_export(
    *, actor: Actor, what: str, filters: Mapping[str, str], rows: int, address: str | None
) -> ExportRecord:
    """Log that so many rows of a list leave the program."""
    return ExportRecord.objects.create(
        employee_id=actor.witness.employee_id,
        person=actor.witness.name,
        role_name=actor.witness.role_name,
        what=what,
        filters=dict(filters),
        rows=rows,
        address=address,
    )


def csv_answer(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A CSV file sent while it is being read: semicolons and a byte order mark, as Excel on a Russian Windows wants it."""
    answer = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";")
    yield BYTE_ORDER_MARK + writer.writerow([str(title) for title in head])
    for row in rows:
        yield writer.writerow([_harmless(str(value)) for value in row])


def _harmless(text: str) -> str:
    """No text may become a formula in a table program; a sign may begin a number or a phone and nothing else."""
    signed = text[:1] in {"+", "-"} and not _SIGNED_NUMBER.fullmatch(text)
    return f"'{text}" if signed or text.startswith(_FORMULA) else text
