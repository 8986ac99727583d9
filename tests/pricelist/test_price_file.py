"""A price list out of an XLSX file: what is read, what is refused beside its row, and what is never opened."""

import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook

from pricelist.errors import PriceFileRefused
from pricelist.price_file import read_price_file


def book(*rows) -> io.BytesIO:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def read(*rows):
    file = book(*rows)
    return read_price_file(file, size=file.getbuffer().nbytes)


def test_columns_are_found_by_their_headers_below_the_clinics_name():
    found = read(
        ("ООО «Зубр»",),
        ("№", "Код", "Наименование услуги", "Код 804н", "Раздел", "Цена, руб."),
        (1, "Т-1", "Пломба", "A16.07.002", "Терапия", 3500),
    )

    assert [(row.code, row.name, row.nomenclature, row.direction, row.price) for row in found.good] == [
        ("Т-1", "Пломба", "A16.07.002", "Терапия", Decimal("3500.00"))
    ]


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("1 200,50", "1200.50"),
        ("1\u00a0200,50 ₽", "1200.50"),
        ("1200.5", "1200.50"),
        (1200.5, "1200.50"),
        (0, "0.00"),
        ("3 500 руб.", "3500.00"),
        (0.1 + 0.2, "0.30"),
    ],
)
def test_money_is_read_as_people_write_it(typed, price):
    found = read(("Название", "Цена"), ("Осмотр", typed))

    assert [row.price for row in found.rows] == [Decimal(price)]


@pytest.mark.parametrize("typed", ["договорная", -5, "1,234,5", True, None, 10**11])
def test_a_row_without_a_price_is_refused_and_the_others_stay(typed):
    found = read(("Код", "Название", "Цена"), ("1", "Осмотр", typed), ("2", "Пломба", 100))

    assert [bool(row.error) for row in found.rows] == [True, False]
    assert found.wrong == 1


def test_a_title_alone_in_its_row_names_the_direction_of_what_follows():
    found = read(("Название", "Стоимость"), ("Терапия",), ("Пломба", 100), ("Хирургия",), ("Удаление", 200))

    assert [(row.name, row.direction) for row in found.good] == [("Пломба", "Терапия"), ("Удаление", "Хирургия")]


def test_a_title_may_stand_in_a_column_of_no_meaning():
    found = read(("№ п/п", "Название", "Цена"), ("Хирургия",), (1, "Удаление", 200))

    assert [(row.name, row.direction) for row in found.good] == [("Удаление", "Хирургия")]


def test_codes_are_made_up_where_there_are_none_and_doubles_refused():
    found = read(("Код", "Название", "Цена"), (None, "А", 1), ("Х", "Б", 2), ("Х", "В", 3), (7.0, "Г", 4))

    assert [(row.code, bool(row.error)) for row in found.rows] == [
        ("У-001", False),
        ("Х", False),
        ("Х", True),
        ("7", False),
    ]


def test_a_formula_nobody_computed_is_no_price():
    found = read(("Код", "Название", "Цена"), ("1", "Осмотр", "=1+1"))  # saved by a program that computes nothing

    assert (found.good, found.wrong) == ([], 1)


def test_a_formula_is_read_as_the_value_it_was_saved_with():
    file = book(("Название", "Цена"), ("Осмотр", "=1+1"))
    computed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(computed, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"))

    assert read_price_file(computed, size=1).rows[0].price == Decimal("2.00")


def test_a_table_without_a_single_price_is_refused():
    with pytest.raises(PriceFileRefused):
        read(("Название", "Цена"), ("Осмотр", "=1+1"))


def test_a_file_without_a_table_of_prices_is_refused():
    with pytest.raises(PriceFileRefused):
        read(("Сотрудник", "Телефон"), ("Орлова", "+7"))


def test_other_files_are_refused():
    for content in (b"", b"\xd0\xcf\x11\xe0 old xls", b"<html></html>"):
        with pytest.raises(PriceFileRefused):
            read_price_file(io.BytesIO(content), size=len(content))


def test_an_archive_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "x")

    with pytest.raises(PriceFileRefused):
        read_price_file(file, size=100)


def test_a_bomb_is_never_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    assert file.getbuffer().nbytes < 200_000

    with pytest.raises(PriceFileRefused):
        read_price_file(file, size=file.getbuffer().nbytes)


def test_a_large_file_is_not_looked_into():
    with pytest.raises(PriceFileRefused):
        read_price_file(io.BytesIO(b""), size=6_000_000)


def test_a_damaged_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<not closed")
        archive.writestr("[Content_Types].xml", "<Types/>")

    with pytest.raises(PriceFileRefused):
        read_price_file(file, size=file.getbuffer().nbytes)


def test_control_characters_and_markup_are_text():
    found = read(("Название", "Цена"), ("<b>Осмотр</b>  и   снимок", 5))

    assert found.rows[0].name == "<b>Осмотр</b> и снимок"
