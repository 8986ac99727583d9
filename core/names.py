"""Names of people: tidying what was typed, printing it in full or short, and the order of a card index."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_DASHES = re.compile(r"\s*[\-‐‑‒–—−]+\s*")
_APOSTROPHES = re.compile("['’‘ʼʹ`´′]")
_NAME = re.compile(r"[^\W\d_]+(?:['\- ][^\W\d_]+)*")
_SMALL_PARTS = frozenset({"оглы", "кызы", "улы", "уулу", "гызы"})  # «Мамедов Али Гусейн оглы»


def normalise(text: str) -> str:
    """The form in which names are compared: casefolded, ё as е, one kind of dash, apostrophe and space."""
    return _tidy(text).casefold().replace("ё", "е")


def clean_name(text: str) -> str:
    """A typed name or patronymic, tidied; ё stays. Typing all small or all capital gets proper capitals.

    Raises: ValidationError for anything but letters, spaces, hyphens and apostrophes; "" is returned as it is.
    """
    tidy = _tidy(text)
    if tidy and not _NAME.fullmatch(tidy):
        raise ValidationError(_("A name holds letters, spaces, hyphens and apostrophes only."), code="invalid")
    if not (tidy.islower() or tidy.isupper()):
        return tidy
    parts = re.split(r"([ \-'])", tidy.lower())
    return "".join(part if part in _SMALL_PARTS else part.capitalize() for part in parts)


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text))
    return " ".join(_DASHES.sub("-", plain).split())


def full_name(last_name: str, first_name: str = "", patronymic: str = "") -> str:
    """«Иванова Анна Петровна»; absent parts leave no gap."""
    return " ".join(part for part in (last_name, first_name, patronymic) if part)


def short_name(last_name: str, first_name: str = "", patronymic: str = "") -> str:
    """«Иванова А. П.»; a double first name gives «А.-М.». Without a surname the first name stays whole."""
    if not last_name:
        return full_name("", first_name, patronymic)
    letters = ("-".join(f"{part[0].upper()}." for part in name.split("-") if part) for name in (first_name, patronymic))
    return full_name(last_name, *letters)


def initials(first_name: str, last_name: str = "") -> str:
    """Two letters for a round picture: «АП» for Анна Петрова."""
    return "".join(name[0].upper() for name in (first_name, last_name) if name)


def sort_key(last_name: str, first_name: str = "", patronymic: str = "") -> str:
    """Normalised full name, to be compared code point by code point: the order of a Russian card index.

    A space is below every letter and the hyphen, so «Иванов Пётр» comes before «Иванова Анна».
    """
    return normalise(full_name(last_name, first_name, patronymic))
