"""A person leaves: what they hold goes to others, and only then the card is put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.errors import DomainError
from organization import selectors
from organization.errors import MoreIsHeld, OwnLeaving, SuccessorMissing, SuccessorUnfit
from organization.leaving import holdings_of
from organization.models import ApiToken, Employee
from organization.ports import NOBODY, HandedOver, Holding, NotHanded, hand_over
from organization.services import people, rights, sessions, substitutions

RIGHT = "organization.dismiss_employee"


@dataclass(frozen=True)
class Leaving:
    """What a hand-over did. ``is_gone``: nothing stayed behind, so the person was put away and the login closed."""

    handed: tuple[HandedOver, ...]
    is_gone: bool
    revoked_keys: int = 0

    @property
    def left(self) -> list[NotHanded]:
        return [one for part in self.handed for one in part.left]


class _Tried(Exception):
    """Carries the result out of a transaction that is to be undone."""

    def __init__(self, leaving: Leaving) -> None:
        self.leaving = leaving


def try_leaving(*, actor: Actor, employee: Employee, successors: Mapping[str, int]) -> Leaving:
    """What ``let_leave`` would do now, by doing it and taking everything back. Raises: what it raises."""
    try:
        with transaction.atomic():
            raise _Tried(let_leave(actor=actor, employee=employee, successors=successors))
    except _Tried as tried:
        return tried.leaving


@transaction.atomic
def let_leave(*, actor: Actor, employee: Employee, successors: Mapping[str, int]) -> Leaving:
    """Hand over everything a person holds; when nothing stays behind, close the login, revoke keys, end
    sessions and substitutions, put the card away.

    ``successors``: the code of each holding to an employee's id, or NOBODY where it may be let go. What a successor
    cannot take stays with the person, who then stays as well, until the rest is dealt with and this is called again.
    Does nothing when the person has left already.

    Raises: OwnLeaving, LastDirector, RoleTooWide, SuccessorMissing, SuccessorUnfit, MoreIsHeld when somebody gave them
    something meanwhile.
    """
    actor.require(RIGHT)
    if employee.pk == actor.employee_id:
        raise OwnLeaving
    if Employee.objects.filter(pk=employee.pk).exclude(archived_at=None).exists():
        return Leaving((), is_gone=True)
    for role in selectors.roles_of(employee.user_id):
        rights.refuse_wider(actor, role)
    chosen = _chosen(holdings_of(employee), successors)
    handed = tuple(
        part
        for answer in hand_over.answers(actor=actor, employee_id=employee.pk, successors=chosen)
        for part in answer
        if part.moved or part.let_go or part.left
    )
    if any(part.left for part in handed):
        return Leaving(handed, is_gone=False)
    people.archive_employee(actor=actor, employee=employee)
    revoked = _revoke_keys(employee)
    substitutions.end_substitutions_of(actor=actor, employee=employee)
    sessions.end_after_change(employee.user)
    # Their row is locked now: whoever gives them something more comes too late, or was seen here.
    if any(not holding.is_information for holding in holdings_of(employee)):
        raise MoreIsHeld
    return Leaving(handed, is_gone=True, revoked_keys=revoked)


def _chosen(holdings: list[Holding], successors: Mapping[str, int]) -> dict[str, int]:
    """A successor for every holding that needs one."""
    chosen: dict[str, int] = {}
    for holding in holdings:
        if holding.is_information:
            continue
        successor = successors.get(holding.code)
        if successor is None:
            raise _of(holding, SuccessorMissing())
        if successor != NOBODY and successor not in dict(holding.successors):
            raise _of(holding, SuccessorUnfit())
        if successor == NOBODY and not holding.nobody:
            raise _of(holding, SuccessorMissing())
        chosen[holding.code] = successor
    return chosen


def _of(holding: Holding, error: DomainError) -> DomainError:
    error.field = holding.code
    return error


def _revoke_keys(employee: Employee) -> int:
    keys = ApiToken.objects.select_for_update(of=("self",)).filter(employee=employee, revoked_at=None)
    return keys.update(revoked_at=timezone.now())
