"""How a patient is shown: age in words, card number, a phone whole or masked, a name with its found part."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from core import options
from core.names import full_name, normalise
from core.numbering import number_text
from core.phones import format_phone
from core.spelling import other_layout, to_cyrillic
from patients.choices import CARD_SERIES, SHOWN_DIGITS

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class NamePart:
    """A piece of a name; the matched ones are what was typed."""

    text: str
    is_matched: bool = False


def age_text(born_on: date | None, on: date) -> str:
    """«41 год», «8 месяцев» before the first birthday; "" when the birth date is not known."""
    if born_on is None or born_on > on:
        return ""
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if years:
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    months = (on.year - born_on.year) * 12 + on.month - born_on.month - (on.day < born_on.day)
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


def shown_name(surname: str, name: str, patronymic: str, former_surname: str = "") -> str:
    """«Петрова (Иванова) Анна Сергеевна»: whoever knew her before finds her."""
    return full_name(f"{surname} ({former_surname})" if former_surname else surname, name, patronymic)


def card_number_text(card_number: int) -> str:
    """«004318», «К-004318»: as the clinic writes it on the paper card."""
    return number_text(CARD_SERIES, card_number)


def phone_text(number: str, *, is_whole: bool) -> str:
    """«+7 (916) 123-45-67», or «••• 45-67» for a role that may not see whole numbers."""
    if not number or is_whole:
        return format_phone(number)
    shown = options.value(SHOWN_DIGITS)  # enough to recognise, too few to call
    tail = number[-shown:] if shown else ""
    return f"••• {tail[:-2]}-{tail[-2:]}".replace(" -", " ").rstrip()


def name_parts(full_name: str, typed: str) -> tuple[NamePart, ...]:
    """The name cut where its words begin with what was typed, also in the other layout or in Latin letters."""
    return cut_by(typed)(full_name)


def cut_by(typed: str) -> Callable[[str], tuple[NamePart, ...]]:
    """``name_parts`` for a list of names: what was typed is read once for all of them."""
    beginnings = _beginnings(typed)

    def cut(full_name: str) -> tuple[NamePart, ...]:
        parts: list[NamePart] = []
        end = 0
        for word in _WORD.finditer(full_name) if beginnings else ():
            length = _matched_length(word[0], beginnings)
            if length:
                parts.append(NamePart(full_name[end : word.start()]))
                parts.append(NamePart(word[0][:length], is_matched=True))
                end = word.start() + length
        parts.append(NamePart(full_name[end:]))
        return tuple(part for part in parts if part.text)

    return cut


def _beginnings(typed: str) -> Sequence[str]:
    readings: Iterable[str] = (typed, other_layout(typed), to_cyrillic(typed), to_cyrillic(other_layout(typed)))
    found = {word for reading in readings for word in _WORD.findall(normalise(reading))}
    return sorted(found, key=len, reverse=True)


def _matched_length(word: str, beginnings: Sequence[str]) -> int:
    plain = normalise(word)
    if len(plain) != len(word):  # a letter that folds into two: positions would not fit
        return 0
    return next((len(beginning) for beginning in beginnings if plain.startswith(beginning)), 0)
