import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.names import clean_name, full_name, initials, normalise, short_name, sort_key


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  Семёнов   ПЁТР ", "семенов петр"),
        ("Иванова – Петрова", "иванова-петрова"),
        ("Иванова—Петрова", "иванова-петрова"),
        ("О’Коннор", "о'коннор"),
        (unicodedata.normalize("NFD", "Ёлкин Андрей"), "елкин андрей"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_normalise_makes_spellings_of_one_name_equal(text, normal):
    assert normalise(text) == normal


@given(st.text())
def test_normalise_is_settled_after_one_pass_for_case_and_spaces(text):
    once = normalise(text)

    assert once == once.strip()
    assert "ё" not in once
    assert "  " not in once
    assert normalise(once).split() == once.split()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("иванова-петрова", "Иванова-Петрова"),
        ("ИВАНОВА – ПЕТРОВА", "Иванова-Петрова"),
        ("семёнов", "Семёнов"),
        ("о'коннор", "О'Коннор"),
        ("али гусейн оглы", "Али Гусейн оглы"),
        ("МакДональд", "МакДональд"),
        ("де Голль", "де Голль"),
        ("  Анна   Мария ", "Анна Мария"),
        ("Ю", "Ю"),
        ("", ""),
    ],
)
def test_clean_name_tidies_and_keeps_what_was_meant(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize("typed", ["Иванов2", "Иванов!", "-Иванов", "Иванов-", "<b>", "А.", "Иванов_", "Иванов,Пётр"])
def test_clean_name_refuses_what_no_name_holds(typed):
    with pytest.raises(ValidationError):
        clean_name(typed)


@pytest.mark.parametrize(
    ("parts", "full", "short"),
    [
        (("Иванова", "Анна", "Петровна"), "Иванова Анна Петровна", "Иванова А. П."),
        (("Иванова", "Анна", ""), "Иванова Анна", "Иванова А."),
        (("Иванова", "", ""), "Иванова", "Иванова"),
        (("Ли", "Анна-Мария", "Ивановна"), "Ли Анна-Мария Ивановна", "Ли А.-М. И."),
        (("", "Анна", "Петровна"), "Анна Петровна", "Анна Петровна"),
    ],
)
def test_names_are_printed_in_full_and_short(parts, full, short):
    assert full_name(*parts) == full
    assert short_name(*parts) == short


def test_initials_are_first_name_then_surname():
    assert initials("Анна", "Петрова") == "АП"
    assert initials("анна") == "А"
    assert initials("", "") == ""


def test_sort_key_gives_the_order_of_a_card_index():
    people = [
        ("Жук", "Анна"),
        ("Ёлкин", "Борис"),
        ("Иванова", "Анна"),
        ("Иванов-Петров", "Яков"),
        ("Иванов", "Яков"),
        ("Елкин", "Антон"),
        ("Smith", "John"),
        ("Юдина", "Ольга"),
        ("ивАнов", "Борис"),
    ]

    assert [" ".join(person) for person in sorted(people, key=lambda person: sort_key(*person))] == [
        "Smith John",
        "Елкин Антон",
        "Ёлкин Борис",
        "Жук Анна",
        "ивАнов Борис",
        "Иванов Яков",
        "Иванов-Петров Яков",
        "Иванова Анна",
        "Юдина Ольга",
    ]
