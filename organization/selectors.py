"""Reads about people, places and rights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from core import modules, names, options, sql
from core.actor import Actor
from organization.effective import Rights, effective_rights
from organization.enums import BuiltInRole, Effect
from organization.models import (
    ApiToken,
    Branch,
    BranchGrant,
    BranchHours,
    Chair,
    Employee,
    EmployeePermission,
    Role,
    RolePermission,
    Room,
    User,
)


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

    user: User
    actor: Actor
    role_code: str
    roles: tuple[OwnRole, ...]
    branches: tuple[OwnBranch, ...]
    branch: OwnBranch | None


_USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _signed_in_sql(user: str, role: str, is_theirs: str) -> str:
    """Who asks. ``user`` and ``role`` name the parameters, ``is_theirs`` joins what proves the role to be the person's.

    Read on every request, so it is one statement: the login, the role in force, its rights with the personal ones that are
    valid now, the person's other roles, the branches granted to the login, and the modules that are switched off.
    """
    return f"""
SELECT e.id, e.surname, e.name, e.patronymic, r.code, r.name,
  (SELECT json_agg(json_build_array(p.code, p.effect, p.scope, p."limit"))::text FROM (
     SELECT code, effect, scope, "limit" FROM organization_rolepermission WHERE role_id = r.id
     UNION ALL
     SELECT code, effect, scope, "limit" FROM organization_employeepermission
     WHERE employee_id = e.id AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s)
     UNION ALL
     SELECT d.permission, 'allow', 'all', NULL FROM organization_reportgrant o
     JOIN organization_declaredreport d ON d.id = o.content_object_id
     WHERE o.user_id = e.user_id AND o.ended_at IS NULL AND (o.valid_until IS NULL OR o.valid_until > %(now)s)) p),
  (SELECT json_agg(json_build_array(o.id, o.name) ORDER BY o.id) FROM organization_employeerole eo
     JOIN organization_role o ON o.id = eo.role_id AND o.archived_at IS NULL WHERE eo.employee_id = e.id),
  (SELECT json_agg(json_build_array(b.id, b.name, b.time_zone) ORDER BY b.name) FROM organization_branch b
     WHERE b.archived_at IS NULL AND (r.code = 'director' OR EXISTS (
        SELECT 1 FROM organization_branchgrant g WHERE g.content_object_id = b.id AND g.user_id = e.user_id))),
  ARRAY(SELECT code FROM core_module_state WHERE NOT is_on),
  (SELECT json_object_agg(code, value) FROM core_optionvalue),
  {", ".join(f"u.{column}" for column in _USER_COLUMNS)}
FROM organization_employee e
JOIN organization_user u ON u.id = e.user_id AND u.is_active
{is_theirs}
JOIN organization_role r ON r.id = %({role})s AND r.archived_at IS NULL
WHERE e.user_id = %({user})s AND e.archived_at IS NULL
"""  # noqa: S608  names of our own columns


_HOLDS_ROLE = "JOIN organization_employeerole er ON er.employee_id = e.id AND er.role_id = %(role)s"
_SIGNED_IN_SQL = _signed_in_sql("user", "role", _HOLDS_ROLE)
# Two at once: who really sits there, and whose eyes they look through: anybody under a role of theirs, or oneself under any.
_SEEN_THROUGH_SQL = f"""
SELECT 1 AS place, viewer.* FROM ({_SIGNED_IN_SQL}) viewer
UNION ALL
SELECT 2, seen.* FROM ({_signed_in_sql("seen", "seen_role", "")}
  AND (e.user_id = %(user)s OR EXISTS (
    SELECT 1 FROM organization_employeerole own WHERE own.employee_id = e.id AND own.role_id = %(seen_role)s))) seen
ORDER BY place
"""  # noqa: S608


def signed_in(*, user_id: int, role_id: int, branch_id: int | None, at: datetime | None = None) -> SignedIn | None:
    """Who acts, under which role, with which rights and where; None when the role is no longer this person's.

    None as well when the person left or may not sign in. The module switches and the clinic's options are remembered on the
    way.
    """
    asked = {"user": user_id, "role": role_id, "now": at or timezone.now()}
    row = sql.read_one(_SIGNED_IN_SQL, asked, keep_plan=True)
    return None if row is None else _signed_in_of(row, user_id, role_id, branch_id)


def seen_through(
    *,
    user_id: int,
    role_id: int,
    branch_id: int | None,
    seen_user_id: int,
    seen_role_id: int,
    at: datetime | None = None,
) -> tuple[SignedIn | None, SignedIn | None]:
    """``signed_in`` of a person, and of the one whose eyes they look through, in one statement."""
    asked = {
        "user": user_id,
        "role": role_id,
        "seen": seen_user_id,
        "seen_role": seen_role_id,
        "now": at or timezone.now(),
    }
    rows = {row[0]: row[1:] for row in sql.read(_SEEN_THROUGH_SQL, asked, keep_plan=True)}
    viewer, seen = rows.get(1), rows.get(2)
    return (
        None if viewer is None else _signed_in_of(viewer, user_id, role_id, branch_id),
        None if seen is None else _signed_in_of(seen, seen_user_id, seen_role_id, branch_id),
    )


def _signed_in_of(row: tuple[Any, ...], user_id: int, role_id: int, branch_id: int | None) -> SignedIn:
    employee_id, surname, name, patronymic, role_code, role_name, grants, roles, places, off, chosen = row[:11]
    options.remember(chosen or {})
    rights = _rights_of_text(
        role_code, grants or "[]", modules.remember_switches(off), modules.registry.permission_codes()
    )
    branches = tuple(OwnBranch(*place) for place in places or ())
    branch = next((place for place in branches if place.pk == branch_id), branches[0] if branches else None)
    return SignedIn(
        user=User.from_db(DEFAULT_DB_ALIAS, _USER_COLUMNS, row[11:]),
        actor=Actor(
            employee_id=employee_id,
            user_id=user_id,
            role_id=role_id,
            rights=rights.scopes,
            limits=rights.limits,
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


@lru_cache(maxsize=200)
def _rights_of_text(role_code: str, grants: str, off: frozenset[str], _declared: frozenset[str]) -> Rights:
    """``effective_rights`` of what the statement answered: the same answer gives the same rights."""
    return effective_rights(role_code, json.loads(grants), off=off)


def rights_of_role(role: Role, *, with_modules_off: bool = False) -> Rights:
    """What the role alone may do, without anybody's personal permissions."""
    grants = RolePermission.objects.filter(role=role).values_list("code", "effect", "scope", "limit")
    if not with_modules_off:
        return effective_rights(role.code, grants)
    return effective_rights(role.code, grants, off=frozenset())


def able_directors() -> QuerySet[Employee]:
    """Active people who can sign in as director and may change rights then."""
    denials = EmployeePermission.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=timezone.now()),
        employee=OuterRef("pk"),
        code="organization.change_rights",
        effect=Effect.DENY,
    )
    return (
        Employee.objects.active()
        .filter(roles__code=BuiltInRole.DIRECTOR, user__is_active=True)
        .exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .exclude(Exists(denials))
    )


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


USUAL_WEEK = {weekday: (time(9), time(20)) for weekday in range(5)}  # what a new branch starts from


def week_of(branch: Branch) -> dict[int, tuple[time, time]]:
    """Opening hours by weekday (Monday is 0); closed days are left out."""
    return {row.weekday: (row.opens_at, row.closes_at) for row in branch.hours.all()}


def week_in_words(hours: Iterable[BranchHours]) -> str:
    """«Mon–Fri 09:00–20:00, Sat 10:00–16:00»; days with equal hours in a row are joined."""
    spans: list[tuple[int, int, str]] = []
    for row in sorted(hours, key=lambda row: row.weekday):
        text = f"{row.opens_at:%H:%M}–{row.closes_at:%H:%M}"
        if spans and spans[-1][1] == row.weekday - 1 and spans[-1][2] == text:
            spans[-1] = (spans[-1][0], row.weekday, text)
        else:
            spans.append((row.weekday, row.weekday, text))
    parts = []
    for first, last, text in spans:
        days = str(WEEKDAYS_ABBR[first]) if first == last else f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"
        parts.append(f"{days} {text}")
    return ", ".join(parts)


def rooms_of(branch: Branch, *, with_archived: bool = False) -> QuerySet[Room]:
    """Rooms of a branch by name, each with its chairs."""
    chairs = Chair.objects.all() if with_archived else Chair.objects.active()
    rooms = Room.objects.all() if with_archived else Room.objects.active()
    return rooms.filter(branch=branch).prefetch_related(Prefetch("chairs", queryset=chairs.order_by("name")))


def personal_permissions(employee: Employee) -> list[EmployeePermission]:
    """Personal widenings and narrowings in force or still ahead, newest first, each with ``title`` of its right."""
    rows = list(
        EmployeePermission.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=timezone.now()), employee=employee
        ).order_by("-valid_from", "-pk")
    )
    known = modules.registry.permissions()
    for row in rows:
        row.title = known[row.code].title if row.code in known else row.code  # type: ignore[attr-defined]
    return rows


def branches_shown(actor: Actor) -> QuerySet[Branch]:
    """Active branches the actor may see: all by right, else those they may work in."""
    branches = Branch.objects.active().order_by("pk")
    return branches if actor.can("organization.view_clinic") else branches.filter(pk__in=actor.branch_ids)


def chairs_shown(actor: Actor) -> QuerySet[Chair]:
    """Active chairs of the branches the actor may see."""
    chairs = Chair.objects.active().filter(room__archived_at=None, room__branch__in=branches_shown(actor).values("pk"))
    return chairs.select_related("room").order_by("pk")


def employees_shown(*, with_archived: bool = False) -> QuerySet[Employee]:
    """Employees, active unless asked otherwise, with all a row shows by a fixed number of queries."""
    grants = BranchGrant.objects.select_related("content_object").order_by("content_object")
    return (
        (Employee.objects.all() if with_archived else Employee.objects.active())
        .select_related("user")
        .prefetch_related("specialties", "positions", "roles", Prefetch("user__branchgrant_set", queryset=grants))
        .order_by("sort_key", "pk")
    )
