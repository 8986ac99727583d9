"""Who acts: a person under one role, or a named system job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    """Whose data a right reaches; each next one contains the one before."""

    OWN = "own"
    BRANCH = "branch"
    ALL = "all"

    @property
    def label(self) -> str:
        return str({"own": _("own"), "branch": _("own branch"), "all": _("all")}[self.value])


@dataclass(frozen=True)
class Actor:
    """Employee and the role in force. Roles of one person are never summed.

    ``rights`` maps a permission code to its scope; a code that is absent is denied. ``limits`` says how much of a right is
    given (so many percent, so many days); a right without one is given whole.
    ``branch_ids`` are the branches the employee may work in, ``branch_id`` the one chosen in the header.
    ``viewer`` is set while somebody else looks through this person's eyes; nothing may be written then.
    """

    employee_id: int | None
    role_id: int | None
    rights: Mapping[str, Scope] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    branch_id: int | None = None
    branch_ids: tuple[int, ...] = ()
    name: str = ""
    role_name: str = ""
    is_system: bool = False
    user_id: int | None = None
    viewer: Actor | None = None

    @property
    def witness(self) -> Actor:
        """Whom a log of looking names: the person who really sits at the screen."""
        return self.viewer or self

    @property
    def pk(self) -> int | None:
        """The employee's id: what facts and ``*_by`` columns keep."""
        return self.employee_id

    def can(self, code: str) -> bool:
        return self.is_system or code in self.rights

    def scope(self, code: str) -> Scope | None:
        """How far the right reaches, or None when it is denied."""
        return Scope.ALL if self.is_system else self.rights.get(code)

    def limit(self, code: str) -> int | None:
        """The most of a right this actor has, in the unit of its ``Limit``; None when there is no limit."""
        return None if self.is_system else self.limits.get(code)

    def require(self, code: str) -> None:
        """Raises: PermissionDenied when the right is absent."""
        if not self.can(code):
            raise PermissionDenied(code)


def system_actor(name: str) -> Actor:
    """The actor of a background job; ``name`` is what the history shows."""
    return Actor(employee_id=None, role_id=None, name=name, is_system=True)
