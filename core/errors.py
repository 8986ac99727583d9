"""Errors a person can act on, and the one place where named constraints become such errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _


class DomainError(ValidationError):
    """A rule of the clinic was broken. ``text`` tells the person what to do next; ``code`` is stable for the API.

    It is a ValidationError, so a form takes it by ``form.add_error(field, error)`` with the typed text kept.
    """

    text = _("This is not possible now.")
    code = "refused"
    field: str | None = None

    def __init__(self, text: Any = None, *, field: str | None = None, **params: object) -> None:
        super().__init__(text or self.text, code=self.code, params=params or None)
        self.field = field or self.field


class ChangedByOther(DomainError):
    """Somebody saved the same record after it was opened. Carries both versions for the comparison."""

    text = _("This record was changed by somebody else after you opened it. Compare the versions and save again.")
    code = "changed_by_other"

    def __init__(self, *, theirs: object = None, yours: object = None) -> None:
        super().__init__()
        self.theirs = theirs
        self.yours = yours


@contextmanager
def constraint_as(errors: Mapping[str, type[DomainError]]) -> Iterator[None]:
    """Turn a violation of a named constraint into its DomainError; any other violation passes through.

    Runs in a savepoint, so the surrounding transaction stays usable.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None) or ""
        if name in errors:
            raise errors[name]() from error
        raise
