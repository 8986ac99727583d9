"""From a valid form to the service and back: refusals land beside their field, conflicts show both versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from core.errors import ChangedByOther, DomainError

Result = TypeVar("Result")


def attempt(form: forms.BaseForm, act: Callable[..., Result], *, field: str = "", **arguments: Any) -> Result | None:
    """Call the service; None when it refused, with the reason on the form.

    ``field`` is where a refusal that names none belongs.
    """
    try:
        return act(**arguments)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error)
        if isinstance(error, ChangedByOther):
            form.newer = error.theirs  # type: ignore[attr-defined]
    except ValidationError as error:
        form.add_error(field or None, error)
    return None


def newer_version(form: forms.BaseForm) -> Any:
    """The record as somebody else saved it meanwhile, when that is why the form came back."""
    return getattr(form, "newer", None)


def rights_on_page(request: HttpRequest, change: str) -> dict[str, bool]:
    """What the page offers the role: ``may_change`` by the given right, and the history."""
    actor = request.actor  # type: ignore[attr-defined]
    return {"may_change": actor.can(change), "may_see_history": actor.can("core.view_history")}
