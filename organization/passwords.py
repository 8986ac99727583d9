"""Which passwords are taken: the clinic's own choices, asked each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import options


class Rule(Protocol):
    def validate(self, password: str, user: Any = None) -> None: ...
    def get_help_text(self) -> str: ...


class MixedRule:
    """Both letters and digits."""

    def validate(self, password: str, user: Any = None) -> None:
        if not (any(letter.isalpha() for letter in password) and any(letter.isdigit() for letter in password)):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _("Your password must contain both letters and digits.")


class PasswordAsChosen:
    """Named in AUTH_PASSWORD_VALIDATORS; every broken rule is told at once."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator()  # reads its list once

    def validate(self, password: str, user: Any = None) -> None:
        broken = []
        for rule in self._rules():
            try:
                rule.validate(password, user)
            except ValidationError as error:
                broken.append(error)
        if broken:
            raise ValidationError(broken)

    def get_help_text(self) -> str:
        return " ".join(str(rule.get_help_text()) for rule in self._rules())

    def _rules(self) -> Iterator[Rule]:
        yield MinimumLengthValidator(options.value("organization.password_length"))
        if options.value("organization.password_mixed"):
            yield MixedRule()
        if options.value("organization.password_not_common"):
            yield self.common
