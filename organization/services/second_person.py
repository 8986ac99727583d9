"""A second person at the same screen: confirms what the first may not do, or may not do alone.

The view asks who it is before the act's transaction (``organization.confirming``), the act asks ``confirm`` in the middle of
its own, after its locks. What is written from then on says in its history who confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pghistory

from core.actor import Actor
from organization.errors import OwnConfirmation, SecondPersonMayNot, SecondPersonNeeded


@dataclass(frozen=True)
class SecondPerson:
    """Somebody who has just proved who they are. ``roles``: the person under each of their roles, which are not summed."""

    employee_id: int
    name: str
    roles: tuple[Actor, ...]


def is_enough(actor: Actor, right: str, amount: Decimal | int | None = None) -> bool:
    """Whether the actor has the right, and as much of it (in the unit of its ``Limit``) as the act takes."""
    limit = actor.limit(right)
    return actor.can(right) and (amount is None or limit is None or amount <= limit)


def confirm(
    *,
    actor: Actor,
    right: str,
    second: SecondPerson | None,
    refusal: SecondPersonNeeded,
    amount: Decimal | int | None = None,
    is_always_asked: bool = False,
) -> SecondPerson | None:
    """Let the act pass: the actor may do it alone, or somebody else who may has confirmed it, and is answered.

    ``is_always_asked``: the clinic wants two people for it, whatever the first one's rights. Jobs of the program ask nobody.
    Raises: ``refusal`` when nobody confirmed, OwnConfirmation, SecondPersonMayNot.
    """
    if actor.is_system or (is_enough(actor, right, amount) and not is_always_asked):
        return None
    if second is None:
        raise refusal
    if second.employee_id == actor.employee_id:
        raise OwnConfirmation
    if not any(is_enough(role, right, amount) for role in second.roles):
        raise SecondPersonMayNot(name=second.name)
    pghistory.context(confirmed_by=second.name, confirmed_by_id=second.employee_id)
    return second
