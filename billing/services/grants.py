"""Which desks a person works at, when not at all of their branches."""

from datetime import datetime

from django.db import transaction

from billing.models import CashDesk, CashDeskGrant
from core.actor import Actor
from organization.models import Employee
from organization.services.grants import RIGHT, give, take_away


@transaction.atomic
def give_desk(
    *, actor: Actor, employee: Employee, desk: CashDesk, reason: str, valid_until: datetime | None = None
) -> CashDeskGrant:
    """Let a person work at this desk, and no longer at those that are not given by name.

    Raises: GrantTermPast, GrantedAlready.
    """
    actor.require(RIGHT)
    return give(
        CashDeskGrant,
        actor=actor,
        employee=employee,
        to=desk,
        permission="use_cash_desk",
        reason=reason,
        valid_until=valid_until,
    )


@transaction.atomic
def end_desk_grant(*, actor: Actor, grant: CashDeskGrant) -> CashDeskGrant:
    """Take the desk away; after the last one all desks of the branches are theirs again. Raises: GrantOver."""
    actor.require(RIGHT)
    return take_away(grant, actor=actor)
