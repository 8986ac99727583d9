"""Reads about people, places and rights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core import modules
from core.actor import Actor, Scope
from organization.enums import BuiltInRole, Effect
from organization.models import ApiToken, Branch, Employee, Role, User

_WIDTH = {Scope.OWN: 0, Scope.BRANCH: 1, Scope.ALL: 2}


@dataclass(frozen=True)
class OwnBranch:
    """A branch the person may work in, as the header needs it."""

    pk: int
    name: str
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class OwnRole:
    """A role the person may switch to."""

    pk: int
    name: str


@dataclass(frozen=True)
class SignedIn:
    """Everything a request needs about who is asking; read by one statement."""

    actor: Actor
    role_code: str
    roles: tuple[OwnRole, ...]
    branches: tuple[OwnBranch, ...]
    branch: OwnBranch | None


# Read on every request, so it is one statement: the role in force (only if it is still this person's), its rights with
# the personal ones that are valid now, the person's other roles, and the branches granted to the login.
_SIGNED_IN_SQL = """
SELECT e.id, e.surname, e.name, e.patronymic, r.id, r.code, r.name,
  (SELECT json_agg(json_build_array(p.code, p.effect, p.scope, p.is_personal)) FROM (
     SELECT code, effect, scope, false AS is_personal FROM organization_rolepermission WHERE role_id = r.id
     UNION ALL
     SELECT code, effect, scope, true FROM organization_employeepermission
     WHERE employee_id = e.id AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s)) p),
  (SELECT json_agg(json_build_array(o.id, o.name) ORDER BY o.id) FROM organization_employeerole eo
     JOIN organization_role o ON o.id = eo.role_id AND o.archived_at IS NULL WHERE eo.employee_id = e.id),
  (SELECT json_agg(json_build_array(b.id, b.name, b.time_zone) ORDER BY b.name) FROM organization_branch b
     WHERE b.archived_at IS NULL AND (r.code = 'director' OR EXISTS (
        SELECT 1 FROM organization_branchgrant g WHERE g.content_object_id = b.id AND g.user_id = e.user_id)))
FROM organization_employee e
JOIN organization_employeerole er ON er.employee_id = e.id AND er.role_id = %(role)s
JOIN organization_role r ON r.id = er.role_id AND r.archived_at IS NULL
WHERE e.user_id = %(user)s AND e.archived_at IS NULL
"""


def signed_in(*, user_id: int, role_id: int, branch_id: int | None, at: datetime | None = None) -> SignedIn | None:
    """Who acts, under which role, with which rights and where; None when the role is no longer this person's."""
    from core import names

    with connection.cursor() as cursor:
        cursor.execute(_SIGNED_IN_SQL, {"user": user_id, "role": role_id, "now": at or timezone.now()})
        row = cursor.fetchone()
    if row is None:
        return None
    employee_id, surname, name, patronymic, _, role_code, role_name, grants, roles, places = row
    branches = tuple(OwnBranch(*place) for place in places or ())
    branch = next((place for place in branches if place.pk == branch_id), branches[0] if branches else None)
    return SignedIn(
        actor=Actor(
            employee_id=employee_id,
            role_id=role_id,
            rights=effective_rights(role_code, (tuple(grant) for grant in grants or ())),
            branch_id=branch.pk if branch else None,
            branch_ids=tuple(place.pk for place in branches),
            name=names.short_name(surname, name, patronymic),
            role_name=role_name,
        ),
        role_code=role_code,
        roles=tuple(OwnRole(*role) for role in roles or ()),
        branches=branches,
        branch=branch,
    )


def effective_rights(role_code: str, grants: Iterable[tuple[str, str, str, bool]]) -> dict[str, Scope]:
    """Rights that hold: the role's, widened and narrowed personally; a denial wins wherever it comes from.

    ``grants`` are (code, effect, scope, is_personal). The director's role has every right there is, unless denied.
    Rights of modules that are off are left out, so that nothing can be done with them.
    """
    known = modules.registry.permissions()
    rights: dict[str, Scope] = {}
    denied: set[str] = set()
    if role_code == BuiltInRole.DIRECTOR:
        rights = dict.fromkeys(known, Scope.ALL)
    for code, effect, scope, _is_personal in grants:
        if effect == Effect.DENY:
            denied.add(code)
        elif code not in rights or _WIDTH[Scope(scope)] > _WIDTH[rights[code]]:
            rights[code] = Scope(scope)
    off = modules.modules_off()
    return {
        code: scope
        for code, scope in rights.items()
        if code in known and code not in denied and modules.module_of(code) not in off
    }


def roles_of(user_id: int) -> QuerySet[Role]:
    """Roles a person may choose from at login, the last used one first."""
    return (
        Role.objects.active()
        .filter(employees__user_id=user_id, employees__archived_at=None)
        .annotate(is_last_used=Exists(User.objects.filter(pk=user_id, last_role=OuterRef("pk"))))
        .order_by("-is_last_used", "pk")
    )


def token_digest(key: str) -> str:
    """What is kept of an API key: SHA-256, hexadecimal. Keys are long and random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def token_in_force(key: str) -> ApiToken | None:
    """The API token of a key, unless it is revoked, expired, or its owner left."""
    token = (
        ApiToken.objects.select_related("employee__user")
        .filter(digest=token_digest(key), revoked_at=None, employee__archived_at=None, employee__user__is_active=True)
        .first()
    )
    if token is None or (token.expires_at and token.expires_at <= timezone.now()):
        return None
    return token


def branches_of(actor: Actor) -> QuerySet[Branch]:
    """Active branches the actor may work in."""
    return Branch.objects.active().filter(pk__in=actor.branch_ids)


def doctors_of_branch(branch_id: int) -> QuerySet[Employee]:
    """Active doctors who may work in the branch, by name."""
    return (
        Employee.objects.active()
        .filter(user__branchgrant__content_object_id=branch_id, specialties__isnull=False)
        .distinct()
        .order_by("sort_key")
    )
