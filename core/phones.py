"""Phone numbers: stored as E.164, typed in any usual way, shown the Russian way.

Source: rules of the Russian numbering plan (area codes begin with 3, 4 or 8, mobile ones with 9; +7 6 and +7 7 are
Kazakhstan) and ITU-T E.164 (8 to 15 digits here).
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SEPARATORS = re.compile(r"[\s().\-‐‑‒–—−/]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_RUSSIAN = re.compile(r"\+7[3489][0-9]{9}")
_KAZAKH = re.compile(r"\+7[67][0-9]{9}")


def is_e164(text: str) -> bool:
    return _E164.fullmatch(text) is not None


def normalise_phone(text: str) -> str:
    """E.164 of a typed number: 8 or 7 and ten digits, or ten digits, are Russian; others need their "+" code.

    Raises: ValidationError for letters, several numbers in one, or a number no country has.
    """
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(character for character in plain if unicodedata.category(character) != "Cf")  # pasted marks
    compact = _SEPARATORS.sub("", visible)
    digits = compact.removeprefix("+")
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValidationError(_("A phone number holds digits only. Put other words into the note."), code="invalid")
    number = _russian(digits, has_plus=compact.startswith("+"))
    if number is None and compact.startswith("+"):
        number = compact
    if number is None:
        raise ValidationError(
            _("Enter a Russian number with ten digits after +7 or 8, or a foreign one beginning with + and its code."),
            code="invalid",
        )
    if number.startswith("+7") and not (_RUSSIAN.fullmatch(number) or _KAZAKH.fullmatch(number)):
        raise ValidationError(
            _("A number after +7 has ten digits and begins with 3, 4, 8 or 9. Check what was typed."), code="invalid"
        )
    if not is_e164(number):
        raise ValidationError(_("A foreign number has 8 to 15 digits after the plus."), code="invalid")
    return number


def _russian(digits: str, *, has_plus: bool) -> str | None:
    """The number as a Russian one, or None when it cannot be meant so."""
    if has_plus:
        # No country code begins with 89, so "+8 9…" is a mobile number with the wrong plus; "+84…" is Vietnam.
        return f"+7{digits[1:]}" if re.fullmatch(r"89[0-9]{9}", digits) else None
    if re.fullmatch(r"[78][3489][0-9]{9}", digits):
        return f"+7{digits[1:]}"
    return f"+7{digits}" if re.fullmatch(r"[3489][0-9]{9}", digits) else None


def format_phone(number: str) -> str:
    """«+7 (916) 123-45-67» for +7 numbers; a foreign one, or what is no E.164 number, as it is."""
    if not re.fullmatch(r"\+7[0-9]{10}", number):
        return number
    return f"+7 ({number[2:5]}) {number[5:8]}-{number[8:10]}-{number[10:]}"


def reversed_digits(number: str) -> str:
    """The digits from the last to the first, so that any tail of the number is a prefix of the result."""
    return "".join(character for character in reversed(number) if character.isdigit())
