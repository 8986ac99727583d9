from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.words import money_in_words, number_in_words, plural


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("12345.67", "Двенадцать тысяч триста сорок пять рублей 67 копеек"),
        ("0", "Ноль рублей 00 копеек"),
        ("1", "Один рубль 00 копеек"),
        ("2.01", "Два рубля 01 копейка"),
        ("21.22", "Двадцать один рубль 22 копейки"),
        ("11.11", "Одиннадцать рублей 11 копеек"),
        ("1000", "Одна тысяча рублей 00 копеек"),
        ("2002", "Две тысячи два рубля 00 копеек"),
        ("1000001.5", "Один миллион один рубль 50 копеек"),
        ("5000000", "Пять миллионов рублей 00 копеек"),
        ("2000000000", "Два миллиарда рублей 00 копеек"),
        ("0.995", "Один рубль 00 копеек"),
        ("-100.10", "Минус сто рублей 10 копеек"),
    ],
)
def test_money_in_words_agrees_in_gender_and_number(amount, words):
    assert money_in_words(Decimal(amount), language="ru") == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("12345.67", "Twelve thousand three hundred forty-five roubles 67 kopecks"),
        ("1.01", "One rouble 01 kopeck"),
        ("0", "Zero roubles 00 kopecks"),
        ("-2000001", "Minus two million one roubles 00 kopecks"),
    ],
)
def test_money_in_words_speaks_english(amount, words):
    assert money_in_words(Decimal(amount), language="en") == words


def test_money_in_words_follows_the_active_language():
    with translation.override("en"):
        assert money_in_words(Decimal(1)) == "One rouble 00 kopecks"
    with translation.override("ru"):
        assert money_in_words(Decimal(1)) == "Один рубль 00 копеек"


@pytest.mark.parametrize(
    ("number", "gender", "words"),
    [
        (21, "m", "двадцать один"),
        (21, "f", "двадцать одна"),
        (2, "f", "две"),
        (1, "n", "одно"),
        (1_000_001, "f", "один миллион одна"),
        (2_000_000, "f", "два миллиона"),
        (0, "f", "ноль"),
        (-3, "m", "минус три"),
    ],
)
def test_number_in_words_agrees_with_the_thing_counted(number, gender, words):
    assert number_in_words(number, gender=gender, language="ru") == words


@pytest.mark.parametrize(
    ("form", "counts"),
    [
        ("рубль", [1, 21, 101, 1001, -1]),
        ("рубля", [2, 3, 4, 22, 104, Decimal("1.5")]),
        ("рублей", [0, 5, 11, 12, 14, 19, 20, 111, 112, 1011, -5]),
    ],
)
def test_plural_takes_the_russian_form(form, counts):
    assert {plural(count, "рубль", "рубля", "рублей") for count in counts} == {form}


@given(st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2))
def test_money_in_words_ends_with_the_kopecks_and_begins_with_a_capital(amount):
    words = money_in_words(amount, language="ru")

    assert words[0].isupper()
    assert words.split()[-2] == f"{amount:.2f}"[-2:]
    assert not any(character.isdigit() for character in words.rsplit(" ", 2)[0])
