"""Russian registration numbers and bank details: each ``clean_…`` gives the bare form or says what is wrong.

They fit a form field's ``clean`` and, as their result is ignored there, a model field's ``validators``.
Source: check digits by the orders of the Federal Tax Service (ИНН, ОГРН, ОГРНИП), the Pension Fund (СНИЛС) and the
Bank of Russia (account key); samples are in the tests.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of the type stubs only

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN_10)
_INN_12 = (3, *_INN_11)
_ACCOUNT = (7, 1, 3)
_SNILS_FIRST_CHECKED = 1_001_999  # numbers up to 001-001-998 carry no check digits


def clean_inn(text: str) -> str:
    """ИНН of a legal entity (10 digits) or of a person (12). Raises: ValidationError."""
    inn = _bare(text)
    _require(len(inn) in (10, 12) and _is_digits(inn), _("INN has 10 digits for a company or 12 for a person."))
    _require(_inn_is_consistent(inn), _("There is a mistake in this INN: its check digit does not match."))
    return inn


def clean_company_inn(text: str) -> str:
    """ИНН of a legal entity, 10 digits. Raises: ValidationError."""
    inn = _bare(text)
    _require(len(inn) == 10, _("INN of a company has 10 digits."))
    return clean_inn(inn)


def clean_person_inn(text: str) -> str:
    """ИНН of a person or a sole proprietor, 12 digits. Raises: ValidationError."""
    inn = _bare(text)
    _require(len(inn) == 12, _("INN of a person has 12 digits."))
    return clean_inn(inn)


def _inn_is_consistent(inn: str) -> bool:
    if len(inn) == 10:
        return _weighed(inn, _INN_10) % 11 % 10 == int(inn[9])
    return _weighed(inn, _INN_11) % 11 % 10 == int(inn[10]) and _weighed(inn, _INN_12) % 11 % 10 == int(inn[11])


def clean_kpp(text: str) -> str:
    """КПП: tax office (4 digits), reason (2 digits or capital Latin letters), number (3 digits).

    Raises: ValidationError.
    """
    kpp = _bare(text).upper()
    _require(re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", kpp) is not None, _("KPP has 9 characters: 123401001."))
    return kpp


def clean_ogrn(text: str) -> str:
    """ОГРН of a legal entity (13 digits) or ОГРНИП of a sole proprietor (15). Raises: ValidationError."""
    ogrn = _bare(text)
    _require(
        len(ogrn) in (13, 15) and _is_digits(ogrn), _("OGRN has 13 digits for a company, 15 for a sole proprietor.")
    )
    is_consistent = int(ogrn[:-1]) % (len(ogrn) - 2) % 10 == int(ogrn[-1])
    _require(is_consistent, _("There is a mistake in this OGRN: its check digit does not match."))
    return ogrn


def clean_bik(text: str) -> str:
    """БИК of a bank in Russia, 9 digits, the first of them 0. Raises: ValidationError."""
    bik = _bare(text)
    _require(re.fullmatch(r"0[0-9]{8}", bik) is not None, _("BIK has 9 digits and begins with 0."))
    return bik


def clean_account(text: str, *, bik: str) -> str:
    """Settlement account, 20 digits, checked against the БИК of its bank. Raises: ValidationError."""
    account, bank = _account(text), clean_bik(bik)
    # The Bank of Russia's own offices have no three-digit number of a member: they count as in a correspondent account.
    key = f"0{bank[4:6]}" if bank[6:] in {"000", "001", "002"} else bank[6:]
    _require_account_key(key, account)
    return account


def clean_correspondent_account(text: str, *, bik: str) -> str:
    """The bank's account at the Bank of Russia, 20 digits, checked against the БИК. Raises: ValidationError."""
    account, bank = _account(text), clean_bik(bik)
    _require_account_key(f"0{bank[4:6]}", account)
    return account


def _account(text: str) -> str:
    account = _bare(text)
    _require(len(account) == 20 and _is_digits(account), _("A bank account has 20 digits."))
    return account


def _require_account_key(key: str, account: str) -> None:
    total = sum(int(digit) * _ACCOUNT[place % 3] % 10 for place, digit in enumerate(key + account))
    _require(total % 10 == 0, _("This account does not belong to the bank with this BIK. Check both."))


def clean_snils(text: str) -> str:
    """СНИЛС as 11 bare digits. Raises: ValidationError."""
    snils = _bare(text)
    _require(len(snils) == 11 and _is_digits(snils), _("SNILS has 11 digits: 112-233-445 95."))
    number, check = int(snils[:9]), int(snils[9:])
    total = _weighed(snils, range(9, 0, -1)) % 101
    is_consistent = number < _SNILS_FIRST_CHECKED or total % 100 == check  # 100 is written as 00
    _require(is_consistent, _("There is a mistake in this SNILS: its check digits do not match."))
    return snils


def format_snils(snils: str) -> str:
    """«112-233-445 95» of 11 digits; anything else as it is."""
    if not (len(snils) == 11 and _is_digits(snils)):
        return snils
    return f"{snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}"


def _bare(text: str) -> str:
    return re.sub(r"[\s\-–—]", "", text)


def _is_digits(text: str) -> bool:
    return re.fullmatch(r"[0-9]*", text) is not None


def _weighed(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _require(is_right: bool, message: "_StrPromise") -> None:
    if not is_right:
        raise ValidationError(message, code="invalid")
