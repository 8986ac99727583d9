"""Through whose eyes: a person looks at the program as somebody else sees it under a role, and can change nothing.

The session remembers whose eyes and until when; the middleware asks here at every request, so that a right taken from
either of the two acts at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actor import Actor, Scope
from organization import selectors
from organization.effective import is_more, is_wider
from organization.errors import NobodyToView, ViewedTooWide
from organization.models import Employee, Role
from organization.person_rights import role_looked_at
from organization.selectors import SignedIn

RIGHT = "organization.view_as"
VIEWING_KEY = "viewing"
MINUTES = 30  # so that nobody forgets whose screen they look at
ROLE_NAME_LENGTH = 80  # what the logs keep


@dataclass(frozen=True)
class Viewing:
    """What the session remembers. ``viewer_id`` and ``viewer_role_id`` are who began it: for anybody else it is over."""

    viewer_id: int
    viewer_role_id: int
    user_id: int
    role_id: int
    until: int
    back: str


def begin(session: MutableMapping[str, Any], *, actor: Actor, user_id: int, role_id: int, back: str) -> None:
    """Look through these eyes from the next request on. Raises: PermissionDenied, ViewedTooWide, NobodyToView."""
    actor.require(RIGHT)
    if actor.user_id is None or actor.role_id is None:
        raise NobodyToView
    until = int(time.time()) + MINUTES * 60
    viewing = Viewing(actor.user_id, actor.role_id, user_id, role_id, until, back)
    _viewer, seen = _both(viewing, actor.branch_id)
    if seen is None:
        raise NobodyToView
    if not reaches_no_further(actor, seen.actor):
        raise ViewedTooWide
    session[VIEWING_KEY] = [*vars(viewing).values()]


def end(session: MutableMapping[str, Any]) -> str:
    """Back to one's own eyes; the page where it began, empty when nothing was looked at."""
    viewing = _kept(session.pop(VIEWING_KEY, None))
    return viewing.back if viewing else ""


def _kept(kept: list[Any] | None) -> Viewing | None:
    """What a session remembers; what another version of the program wrote there is nothing."""
    return Viewing(*kept) if kept and len(kept) == len(fields(Viewing)) else None


def signed_in(session: MutableMapping[str, Any], who: Mapping[str, Any], *, is_locked: bool) -> SignedIn | None:
    """``selectors.signed_in``, or the same as seen through other eyes while that lasts: one statement either way.

    The login stays the viewer's own: unlocking, signing out, language and theme are theirs.
    """
    viewing = _kept(session.get(VIEWING_KEY))
    if viewing is None:
        return selectors.signed_in(**who)
    is_same = (viewing.viewer_id, viewing.viewer_role_id) == (who["user_id"], who["role_id"])
    if is_locked or not is_same or time.time() >= viewing.until:
        end(session)
        return selectors.signed_in(**who)
    viewer, seen = _both(viewing, who["branch_id"])
    if viewer is None:
        return None
    if seen is None or not viewer.actor.can(RIGHT) or not reaches_no_further(viewer.actor, seen.actor):
        end(session)
        return viewer
    witness = replace(viewer.actor, role_name=role_in_log(viewer.actor, seen.actor))
    here = (seen.branch,) if seen.branch else ()
    return replace(
        seen,
        user=viewer.user,
        role_code=viewer.role_code,
        actor=replace(seen.actor, viewer=witness),
        roles=(),
        branches=here,
    )


def _both(viewing: Viewing, branch_id: int | None) -> tuple[SignedIn | None, SignedIn | None]:
    return selectors.seen_through(
        user_id=viewing.viewer_id,
        role_id=viewing.viewer_role_id,
        branch_id=branch_id,
        seen_user_id=viewing.user_id,
        seen_role_id=viewing.role_id,
    )


def reaches_no_further(viewer: Actor, seen: Actor) -> bool:
    """True when the eyes show nothing the viewer may not see with their own.

    What is another person's own is not the viewer's own: through other people's eyes only rights that reach all data
    are wide enough. Explicit grants of single records need no look: such a right reaches them, too.
    """
    if not set(seen.branch_ids) <= set(viewer.branch_ids):
        return False
    is_oneself = viewer.employee_id == seen.employee_id
    for code, scope in seen.rights.items():
        own = viewer.scope(code)
        if is_wider(scope, own) if is_oneself else own != Scope.ALL:
            return False
        if is_more(seen.limit(code), viewer.limit(code)):
            return False
    return True


def role_in_log(viewer: Actor, seen: Actor) -> str:
    """«Director (through the eyes of: Belova I. S., Doctor)», in the clinic's language."""
    with override(settings.LANGUAGE_CODE):
        text = _("%(own)s (through the eyes of: %(name)s, %(role)s)")
    return (text % {"own": viewer.role_name, "name": seen.name, "role": seen.role_name})[:ROLE_NAME_LENGTH]


def eyes_of_employee(employee: Employee, wanted: Role | None = None) -> tuple[int, int]:
    """Login and role of a person: the wanted role if it is theirs, else the one last used. Raises: NobodyToView."""
    role = role_looked_at(employee, wanted)
    if role is None:
        raise NobodyToView
    return employee.user_id, role.pk


def eyes_of_role(actor: Actor, role: Role) -> tuple[int, int]:
    """Login and role of the first person who holds it and whom the actor may look through, else of the actor themselves."""
    holders = Employee.objects.active().filter(roles=role, user__is_active=True).order_by("sort_key", "pk")
    for user_id in holders.values_list("user_id", flat=True):
        seen = selectors.signed_in(user_id=user_id, role_id=role.pk, branch_id=actor.branch_id)
        if seen is not None and reaches_no_further(actor, seen.actor):
            return user_id, role.pk
    if holders.exists() or actor.user_id is None:
        raise ViewedTooWide
    return actor.user_id, role.pk
