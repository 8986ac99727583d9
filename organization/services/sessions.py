"""Ending sessions: one's own, a person's, everybody's."""

from __future__ import annotations

import pghistory
from django.db import transaction

from core.actor import Actor
from organization import sessions
from organization.errors import SessionOver
from organization.models import Employee, User

RIGHT = "organization.end_sessions"


@transaction.atomic
def end_session(*, actor: Actor, handle: str) -> None:
    """End one session: the actor's own, or by right somebody else's. Raises: SessionOver when it has ended already."""
    found = sessions.owner_of(handle)
    if found is None:
        raise SessionOver
    key, user_id = found
    if user_id != actor.user_id:
        actor.require(RIGHT)
        _tell(user_id)
    sessions.end([key])


@transaction.atomic
def end_own_sessions(*, actor: Actor, but: str | None, but_desk: str = "") -> int:
    """End the actor's sessions in every browser ``but`` this one. Returns how many ended."""
    owner = User.objects.get(employee=actor.employee_id)
    return sessions.end_of_user(owner.pk, but=but, but_desk=but_desk)


@transaction.atomic
def end_sessions_of(*, actor: Actor, employee: Employee, but: str | None = None) -> int:
    """End every session of a person ``but`` the one it is done from. Returns how many ended."""
    actor.require(RIGHT)
    ended = sessions.end_of_user(employee.user_id, but=but)
    _tell(employee.user_id)
    return ended


@transaction.atomic
def end_all_sessions(*, actor: Actor, but: str | None) -> int:
    """End every session of the clinic ``but`` the one it is done from. Returns how many ended."""
    actor.require(RIGHT)
    for user_id in {row.employee.user_id for row in sessions.open_sessions(here=but) if not row.is_here}:
        _tell(user_id)
    return sessions.end_all(but=but)


def end_after_change(user: User) -> None:
    """Another password, no login, an archived card: whatever was opened before is over, inside the caller's transaction."""
    sessions.end_of_user(user.pk)


def _tell(user_id: int) -> None:
    """The person's history names who ended their sessions."""
    pghistory.create_event(User.objects.get(pk=user_id), label="sessions_ended")
