"""What one person may do under the role in force, right by right, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import modules
from core.actor import Scope
from core.modules import Permission
from organization import selectors
from organization.effective import Held
from organization.enums import Effect
from organization.models import Branch, Employee, EmployeePermission, ReportGrant, Role, RolePermission, Substitution
from organization.rights_page import in_words, modules_in_order
from organization.sources import Grant, Origin, Standing, standings

ICONS = {
    Origin.DIRECTOR: "shield",
    Origin.ROLE: "shield",
    Origin.UNSAVED: "shield",
    Origin.PERSONAL: "user-exclamation",
    Origin.NAMED: "report",
    Origin.MODULE_OFF: "power",
}


@dataclass(frozen=True)
class Line:
    """One right as people read it: what holds, and where it comes from."""

    title: str
    state: str
    source: str
    icon: str
    tone: str = ""
    is_personal: bool = False
    is_unsaved: bool = False


@dataclass(frozen=True)
class PersonRights:
    """``role`` is the one looked at, ``others`` those the person holds besides: they are not in force at the same time."""

    employee: Employee
    role: Role
    others: list[Role]
    lines: list[Line]

    @property
    def personal(self) -> int:
        return sum(line.is_personal for line in self.lines)


def role_looked_at(employee: Employee, wanted: Role | None = None) -> Role | None:
    """The wanted role when the person holds it; else the one last worked under, else the first; None without any."""
    held = list(employee.roles.filter(archived_at=None).order_by("pk"))
    ranked = [wanted.pk if wanted else None, employee.user.last_role_id]
    return next((role for pk in ranked for role in held if role.pk == pk), held[0] if held else None)


def person_rights(employee: Employee, role: Role, changes: Mapping[str, Held] | None = None) -> PersonRights:
    """Every right of the person under the role; ``changes`` of the role are counted as if they were saved."""
    found = standings(
        role.code,
        [*role_grants(role, changes or {}), *personal_grants(employee), *named_grants(employee)],
        off=modules.modules_off(),
    )
    known = modules.registry.permissions()
    codes = [permission.code for module in modules_in_order() for permission in module.permissions]
    lines = [line_of(known[code], found[code], role, changes or {}) for code in codes]
    others = list(employee.roles.filter(archived_at=None).exclude(pk=role.pk).order_by("pk"))
    return PersonRights(employee, role, others, [*explicit_lines(employee, role), *lines])


def role_grants(role: Role, changes: Mapping[str, Held]) -> list[Grant]:
    """The role's own rows, changed rights as they stand on the page."""
    rows = RolePermission.objects.filter(role=role).exclude(code__in=changes)
    saved = [Grant(row.code, Effect(row.effect), Scope(row.scope), row.limit, Origin.ROLE) for row in rows]
    typed = [
        Grant(code, Effect.ALLOW, held.scope, held.limit, Origin.UNSAVED)
        if held.scope is not None
        else Grant(code, Effect.DENY, Scope.ALL, None, Origin.UNSAVED)
        for code, held in changes.items()
    ]
    return [*saved, *typed]


def personal_grants(employee: Employee, at: datetime | None = None) -> list[Grant]:
    """The person's own rows in force, with who wrote each."""
    at = at or timezone.now()
    rows = list(
        EmployeePermission.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=at), employee=employee, valid_from__lte=at
        ).order_by("pk")
    )
    by = authors_of(rows)
    return [
        Grant(
            row.code, Effect(row.effect), Scope(row.scope), row.limit, Origin.PERSONAL,
            by=by.get(row.pk, ""), until=row.valid_until, reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip


def named_grants(employee: Employee) -> list[Grant]:
    """Rights to single reports opened by name."""
    rows = ReportGrant.objects.in_force().of_user(employee.user_id).select_related("content_object", "granted_by")
    return [
        Grant(
            row.content_object.permission, Effect.ALLOW, Scope.ALL, None, Origin.NAMED,
            by=row.granted_by.short_name if row.granted_by else "", until=row.valid_until, reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip


def personal_rows(employee: Employee) -> list[EmployeePermission]:
    """``selectors.personal_permissions`` in words: ``words`` what each does, ``until`` when it ends, ``is_ahead``."""
    rows, known, now = selectors.personal_permissions(employee), modules.registry.permissions(), timezone.now()
    effects = {
        Effect.ALLOW: pgettext("personal right", "wider than the role"),
        Effect.CAP: pgettext("personal right", "no wider than"),
    }
    for row in rows:
        row.words = pgettext("right of a person", "denied")  # type: ignore[attr-defined]
        if row.effect != Effect.DENY and row.code in known:
            held = in_words(known[row.code], Held(Scope(row.scope), row.limit))
            row.words = f"{effects[Effect(row.effect)]}: {held}"  # type: ignore[attr-defined]
        row.until = until_in_words(row.valid_until)  # type: ignore[attr-defined]
        row.is_ahead = row.valid_from > now  # type: ignore[attr-defined]
    return rows


def authors_of(rows: list[EmployeePermission]) -> dict[int, str]:
    """Who wrote each row, out of its history."""
    events = EmployeePermission.history.rel.related_model.objects  # type: ignore[attr-defined]
    found = events.filter(pgh_obj_id__in=[row.pk for row in rows], pgh_label="insert")
    return {pk: person or "" for pk, person in found.values_list("pgh_obj_id", "pgh_context__person")}


def line_of(permission: Permission, standing: Standing, role: Role, changes: Mapping[str, Held]) -> Line:
    """One right in words."""
    last = standing.steps[-1] if standing.steps else None
    origin = last.origin if last else Origin.UNSAVED if permission.code in changes else Origin.ROLE
    is_denied = origin == Origin.PERSONAL and standing.held.scope is None
    state = (
        in_words(permission, standing.held) if standing.held.scope is not None else pgettext("right of a person", "no")
    )
    if is_denied:
        state = pgettext("right of a person", "denied")
    elif origin == Origin.MODULE_OFF:
        state = pgettext("right of a person", "not in force")
    return Line(
        title=str(permission.title),
        state=state,
        source=source_in_words(permission, origin, last.grant if last else None, role),
        icon=ICONS[origin],
        tone="danger" if is_denied else "" if standing.held.scope is not None else "muted",
        is_personal=standing.is_personal,
        is_unsaved=permission.code in changes,
    )


def source_in_words(permission: Permission, origin: Origin, grant: Grant | None, role: Role) -> str:
    """«role “Doctor”», «personally: wider than the role, Orlova M. V., until 31.12.2026»."""
    if origin == Origin.DIRECTOR:
        return _("the director's role has every right")
    if origin == Origin.MODULE_OFF:
        module = modules.registry.get(modules.module_of(permission.code))
        return _("the module “%(name)s” is off") % {"name": module.title if module else ""}
    if origin == Origin.UNSAVED:
        return _("role “%(name)s”; the change is not saved yet") % {"name": role.name}
    if grant is None or origin == Origin.ROLE:
        return _("role “%(name)s”") % {"name": role.name}
    if origin == Origin.NAMED:
        return ", ".join(filter(None, (_("opened by name"), grant.by, until_in_words(grant.until))))
    effects = {
        Effect.ALLOW: _("personally: wider than the role"),
        Effect.CAP: _("personally: no wider than this"),
        Effect.DENY: _("personally: denied"),
    }
    parts = [effects[grant.effect], grant.by, until_in_words(grant.until)]
    return ", ".join(part for part in parts if part)


def until_in_words(moment: datetime | None) -> str:
    """«until 31.12.2026», the last day that is wholly covered; with the time when it ends within a day."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local.time() == local.time().min:
        return _("until %(day)s") % {"day": formats.date_format(local - timedelta(days=1), "d.m.Y")}
    return _("until %(day)s") % {"day": formats.date_format(local, "d.m.Y H:i")}


def explicit_lines(employee: Employee, role: Role) -> list[Line]:
    """What is given by name beside the rights: branches, and for whom they stand in now."""
    branches = Branch.objects.active().order_by("name")
    if not role.is_director:
        branches = branches.filter(grants__user=employee.user_id).distinct()
    names = ", ".join(branches.values_list("name", flat=True)) or _("none")
    source = ICONS[Origin.ROLE], _("the director works in all of them")
    icon, words = source if role.is_director else ("map-pin", _("the employee's card"))
    lines = [Line(_("Branches"), names, words, icon)]
    for stand_in in Substitution.objects.in_force().filter(substitute=employee).select_related("absent"):
        title = _("Patients and visits of %(name)s") % {"name": stand_in.absent.short_name}
        lines.append(Line(title, until_in_words(stand_in.ends_at), _("substitution"), "switch-horizontal"))
    return lines
