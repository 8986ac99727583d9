"""A price list out of an XLSX file: columns guessed by their headers, every row read or refused with its reason.

A workbook is a ZIP archive, so its size on disk says nothing: what it unpacks to is looked at before it is opened, and it
is read row by row. Formulas are read as the values that were last computed. Old XLS files are no workbooks of this kind.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core import money
from pricelist.errors import PriceFileRefused

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED_BYTES = 60 * 1024 * 1024
MOST_PARTS = 500  # files inside the archive
MOST_ROWS, MOST_COLUMNS = 5_000, 40
HEADER_WITHIN = 30  # rows: clinics put their name and address above the table
CODE_LENGTH, NAME_LENGTH, DIRECTION_LENGTH = 20, 300, 80

# What headers say, in lower case; the first that fits wins, so the narrower words come first.
_HEADERS = (
    ("nomenclature", re.compile(r"804|номенклатур|nomenclature")),
    ("price", re.compile(r"цена|стоимость|тариф|прайс|price|cost|руб")),
    ("direction", re.compile(r"направлен|раздел|категор|групп|direction|category|section")),
    ("name", re.compile(r"наимен|назван|услуг|работ|name|service")),
    ("code", re.compile(r"код|шифр|артикул|code")),
)


@dataclass(frozen=True)
class PriceRow:
    """One service of the file; with ``error`` it is shown and left out."""

    number: int  # of the row in the sheet
    code: str = ""
    name: str = ""
    direction: str = ""
    nomenclature: str = ""
    price: Decimal | None = None
    error: str = ""


@dataclass(frozen=True)
class PriceFile:
    """What was read: which header stands for what, and every row."""

    columns: dict[str, str]
    rows: tuple[PriceRow, ...]
    wrong: int = field(default=0)

    @property
    def good(self) -> list[PriceRow]:
        return [row for row in self.rows if not row.error]


def read_price_file(file: IO[bytes], *, size: int) -> PriceFile:
    """Read a price list. Raises: PriceFileRefused when it is no workbook, too large, or has no table of prices."""
    _refuse_dangerous(file, size)
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise PriceFileRefused(_("This file cannot be read: save it anew as an XLSX workbook.")) from error
    try:
        for sheet in workbook.worksheets:
            found = _read_sheet(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))
            if found is not None:
                return found
    except (ValueError, KeyError, SyntaxError, zipfile.BadZipFile) as error:
        raise PriceFileRefused(_("This file cannot be read: save it anew as an XLSX workbook.")) from error
    finally:
        workbook.close()
    raise PriceFileRefused(
        _("No table of prices was found: one row has to name the columns, for example “Name” and “Price”.")
    )


def _refuse_dangerous(file: IO[bytes], size: int) -> None:
    if size > MOST_BYTES:
        raise PriceFileRefused(_("The file is larger than 5 MB."))
    if not zipfile.is_zipfile(file):
        raise PriceFileRefused(_("This is no XLSX workbook. An old XLS file is saved as XLSX first."))
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise PriceFileRefused(_("This is no XLSX workbook. An old XLS file is saved as XLSX first."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise PriceFileRefused(_("The file unpacks to too much: leave only the sheet with the prices in it."))


def _read_sheet(cells: Iterator[Sequence[Any]]) -> PriceFile | None:
    """The table of a sheet; None when no row of its beginning names both a name and a price."""
    columns: dict[str, int] = {}
    headers: dict[str, str] = {}
    number = 0
    for number, row in enumerate(cells, start=1):
        columns = _columns_of(row)
        if {"name", "price"} <= columns.keys():
            headers = {what: _text(row[place]) for what, place in columns.items()}
            break
        if number >= HEADER_WITHIN:
            return None
    if not headers:
        return None
    rows = _read_rows(cells, columns, number)
    if not rows:
        raise PriceFileRefused(
            _("The table has no prices in it. Formulas have to be computed: open the file in Excel and save it.")
        )
    return PriceFile(headers, tuple(rows), wrong=sum(bool(row.error) for row in rows))


def _columns_of(row: Sequence[Any]) -> dict[str, int]:
    """Which cell of a header row stands for what; each only once, the first from the left."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        text = _text(cell).casefold()
        what = next((what for what, words in _HEADERS if text and words.search(text)), None)
        if what is not None and what not in found:
            found[what] = place
    return found


def _read_rows(cells: Iterator[Sequence[Any]], columns: dict[str, int], header: int) -> list[PriceRow]:
    rows: list[PriceRow] = []
    section = ""
    for number, cell in enumerate(cells, start=header + 1):
        if len(rows) >= MOST_ROWS:
            raise PriceFileRefused(_("The list has more than %(count)d rows.") % {"count": MOST_ROWS})
        values = {what: cell[place] if place < len(cell) else None for what, place in columns.items()}
        texts = {what: _text(value) for what, value in values.items()}
        heading = _heading(cell, texts)
        section = heading or section
        if heading or not any(texts.values()):
            continue
        rows.append(_read_row(number, values["price"], texts, section))
    return _with_doubles_refused(_with_codes(rows))


def _heading(cell: Sequence[Any], texts: dict[str, str]) -> str:
    """A row with one text and no price is the title of a section of the list."""
    filled = [text for value in cell if (text := _text(value))]
    return filled[0] if len(filled) == 1 and not texts["price"] else ""


def _read_row(number: int, price: Any, texts: dict[str, str], section: str) -> PriceRow:
    row = PriceRow(
        number,
        code=texts.get("code", ""),
        name=texts["name"],
        direction=texts.get("direction", "") or section or _("General"),
        nomenclature=texts.get("nomenclature", ""),
    )
    try:
        if not row.name:
            raise ValidationError(_("The name is missing."))
        for text, most in ((row.code, CODE_LENGTH), (row.name, NAME_LENGTH), (row.direction, DIRECTION_LENGTH)):
            if len(text) > most:
                raise ValidationError(_("Too long: “%(text)s…”.") % {"text": text[:30]})
        return replace(row, price=_price_of(price))
    except ValidationError as error:
        return replace(row, error=" ".join(error.messages))


def _price_of(value: Any) -> Decimal:
    """Raises: ValidationError."""
    if value is None or _text(value) == "":
        raise ValidationError(_("The price is missing; a formula has to be computed and saved."))
    if isinstance(value, bool):
        raise ValidationError(_("This is no price: %(text)s.") % {"text": _text(value)})
    if isinstance(value, int | float):
        try:
            amount = money.round_money(Decimal(repr(value)))
        except InvalidOperation:
            raise ValidationError(_("This sum is too large.")) from None
        return money.parse_money(f"{amount:f}")
    return money.parse_money(_text(value))


def _with_codes(rows: list[PriceRow]) -> list[PriceRow]:
    """Rows without a code get one made up: У-001, У-002."""
    taken = {row.code for row in rows}
    made: list[PriceRow] = []
    number = 0
    for row in rows:
        if row.code:
            made.append(row)
            continue
        number += 1
        while f"У-{number:03d}" in taken:
            number += 1
        made.append(replace(row, code=f"У-{number:03d}"))
    return made


def _with_doubles_refused(rows: list[PriceRow]) -> list[PriceRow]:
    first: dict[str, int] = {}
    told: list[PriceRow] = []
    for row in rows:
        there = first.setdefault(row.code, row.number)
        is_double = there != row.number and not row.error
        error = _("The code is in row %(number)d already.") % {"number": there} if is_double else row.error
        told.append(replace(row, error=error))
    return told


def _text(value: Any) -> str:
    """A cell as a person reads it: a whole number without its «.0», no control characters, one space between words."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)).split())
