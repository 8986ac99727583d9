"""Two people, one record: what differs between the version saved meanwhile and the one just typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField, ModelMultipleChoiceField, MultipleChoiceField
from django.utils.translation import gettext as _

from core.clock import ABSENT


@dataclass(frozen=True)
class Difference:
    """One field in both versions, as people read it."""

    label: str
    theirs: str
    yours: str


def differences(*, typed: BaseForm, saved: BaseForm) -> list[Difference]:
    """Compare a refused form with a fresh one made from the record as it is now."""
    found = []
    for field in typed.visible_fields():
        yours, theirs = _shown(field), _shown(saved[field.name])
        if yours != theirs:
            found.append(Difference(label=str(field.label), theirs=theirs, yours=yours))
    return found


def _shown(field: BoundField) -> str:
    value = field.value()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    titles = _titles(field)
    if isinstance(field.field, MultipleChoiceField | ModelMultipleChoiceField):
        keys: Iterable[Any] = value or []
        return ", ".join(sorted(titles.get(_key(key), _key(key)) for key in keys)) or ABSENT
    text = titles.get(_key(value), "") if titles else field.field.prepare_value(value)
    return str(text).strip() if text not in (None, "") else ABSENT


def _titles(field: BoundField) -> dict[str, str]:
    choices = getattr(field.field, "choices", None)
    return {str(value): str(title) for value, title in choices} if choices is not None else {}


def _key(value: Any) -> str:
    return str(getattr(value, "pk", value))
