"""Which tables make up the history of the records of this app."""

from django.utils.translation import gettext_lazy as _

from core import modules
from core.history import Source, Trail
from organization.models import (
    ApiToken,
    Branch,
    BranchGrant,
    BranchHours,
    Chair,
    Employee,
    EmployeePermission,
    EmployeePosition,
    EmployeeRole,
    EmployeeSpecialty,
    LegalEntity,
    Position,
    Role,
    RolePermission,
    Room,
    Specialty,
    User,
)


def right_title(code: str) -> object:
    """The plain name of a right; the code of one that no module declares any more."""
    permission = modules.registry.permissions().get(code)
    return permission.title if permission else code


LEGAL_ENTITY = Trail(Source(LegalEntity, labels={"head_name": _("Chief executive")}, told_by=("short_name",)))
BRANCH = Trail(
    Source(Branch, told_by=("name",)),
    Source(
        BranchHours,
        link="branch",
        title=_("hours"),
        name="weekday",
        labels={"opens_at": _("Opens"), "closes_at": _("Closes")},
    ),
    Source(Room, link="branch", title=_("room"), name="name"),
    Source(Chair, link="room__branch", title=_("chair"), name="name"),
)
_GRANT = {"effect": _("Effect"), "scope": _("Whose data")}
EMPLOYEE = Trail(
    Source(Employee, hidden=frozenset({"user"}), told_by=("surname", "name")),
    Source(
        User,
        key="user_id",
        title=_("login"),
        name="username",
        labels={
            "must_change_password": _("Must change the password"),
            "language": _("Language"),
            "theme": _("Theme"),
            "is_sound_on": _("Sound of notices"),
        },
        hidden=frozenset({"is_superuser", "created_at"}),
    ),
    Source(EmployeeSpecialty, link="employee", title=_("speciality"), name="specialty"),
    Source(EmployeePosition, link="employee", title=_("position"), name="position"),
    Source(EmployeeRole, link="employee", title=_("role"), name="role"),
    Source(
        BranchGrant,
        link="user",
        key="user_id",
        title=_("branch"),
        name="content_object",
        hidden=frozenset({"permission"}),
    ),
    Source(
        EmployeePermission,
        link="employee",
        title=_("personal right"),
        name="code",
        labels={**_GRANT, "valid_from": _("From"), "valid_until": _("Until"), "reason": _("Reason")},
        readers={"code": right_title},
    ),
    Source(
        ApiToken,
        link="employee",
        title=_("API key"),
        name="label",
        labels={
            "role": _("Role"),
            "branch": _("Branch"),
            "expires_at": _("Ends"),
            "revoked_at": _("Revoked"),
            "created_by": _("Issued by"),
        },
        hidden=frozenset({"created_at"}),
    ),
)
ROLE = Trail(
    Source(Role, hidden=frozenset({"code"}), told_by=("name",)),
    Source(RolePermission, link="role", title=_("right"), name="code", labels=_GRANT, readers={"code": right_title}),
)
PLACES = (*LEGAL_ENTITY.sources, *BRANCH.sources)
PEOPLE = (
    *EMPLOYEE.sources,
    Source(Specialty, title=_("speciality"), name="name"),
    Source(Position, title=_("position"), name="name", labels={"role": _("Role")}),
)
RIGHTS = ROLE.sources
