"""What a role must have filled in on a card it saves: the director's choice, asked in one place for forms and the API."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import options
from core.actor import Actor
from patients.choices import REQUIRABLE, REQUIRED
from patients.errors import FieldsMissing


def demanded_of(actor: Actor) -> tuple[str, ...]:
    """Names of the fields the role in force must fill in, in the order of the card; none for the program itself."""
    chosen = options.value(REQUIRED).get(str(actor.role_id), ())
    return tuple(name for name, _title in REQUIRABLE if name in chosen)


def require_filled(
    actor: Actor, card: Mapping[str, Any], *, before: Mapping[str, Any] | None = None, is_draft: bool = False
) -> None:
    """``card`` has every demanded field as it would be saved; those it does not name are not asked for.

    A draft may lack them, but what the card had ``before`` it may not lose.

    Raises: FieldsMissing, with the names of all that are missing.
    """
    asked: Iterable[str] = (name for name in demanded_of(actor) if name in card)
    missing = [name for name in asked if not card[name]]
    if is_draft:
        missing = [name for name in missing if before is not None and before.get(name)]
    if missing:
        raise FieldsMissing(missing)
