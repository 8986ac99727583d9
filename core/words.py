"""Sums and counts in words for printed documents, Russian and English."""

from decimal import Decimal
from typing import Literal

from django.utils.translation import get_language
from num2words import num2words

from core.money import round_money

Gender = Literal["m", "f", "n"]
_MILLION = 1_000_000


def plural(count: int | Decimal, one: str, few: str, many: str) -> str:
    """The Russian form for a count: 1 рубль, 2 рубля, 5 рублей; a fraction takes ``few`` (1,5 рубля)."""
    if count != int(count):
        return few
    number = abs(int(count))
    if number % 10 == 1 and number % 100 != 11:
        return one
    return few if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else many


def number_in_words(number: int, *, gender: Gender = "m", language: str | None = None) -> str:
    """«двадцать одна» (gender "f"), "twenty-one". Without a language, the active one; Russian unless English."""
    if _is_english(language):
        return str(num2words(number, lang="en")).replace(",", "").replace(" and ", " ")
    # Only the last words agree with the thing counted: «один миллион одна», which num2words gets wrong.
    millions, rest = abs(number) // _MILLION * _MILLION, abs(number) % _MILLION
    parts = [str(num2words(millions, lang="ru"))] if millions else []
    if rest or not millions:
        parts.append(str(num2words(rest, lang="ru", gender=gender)))
    return " ".join(["минус", *parts] if number < 0 else parts)


def money_in_words(amount: Decimal, *, language: str | None = None) -> str:
    """«Двенадцать тысяч триста сорок пять рублей 67 копеек»: roubles in words, kopecks in two digits."""
    rounded = round_money(amount)
    roubles, kopecks = divmod(abs(int(rounded.scaleb(2))), 100)
    if _is_english(language):
        sign = "minus " if rounded < 0 else ""
        text = (
            f"{sign}{number_in_words(roubles, language='en')} {'rouble' if roubles == 1 else 'roubles'} "
            f"{kopecks:02d} {'kopeck' if kopecks == 1 else 'kopecks'}"
        )
    else:
        sign = "минус " if rounded < 0 else ""
        text = (
            f"{sign}{number_in_words(roubles, language='ru')} {plural(roubles, 'рубль', 'рубля', 'рублей')} "
            f"{kopecks:02d} {plural(kopecks, 'копейка', 'копейки', 'копеек')}"
        )
    return text[0].upper() + text[1:]


def _is_english(language: str | None) -> bool:
    return (language or get_language() or "ru").startswith("en")
