"""Which tables make up the history of the records of this app."""

from django.utils.translation import gettext_lazy as _

from core import modules
from core.history import Source, Trail
from core.models import NumberStart, OptionValue
from organization import option_pages
from organization.models import (
    ApiToken,
    Branch,
    BranchGrant,
    BranchHours,
    Chair,
    DeclaredReport,
    Employee,
    EmployeePermission,
    EmployeePosition,
    EmployeeRole,
    EmployeeSpecialty,
    LegalEntity,
    Position,
    ReportGrant,
    Role,
    RolePermission,
    Room,
    Specialty,
    Substitution,
    User,
)


def right_title(code: str) -> object:
    """The plain name of a right; the code of one that no module declares any more."""
    permission = modules.registry.permissions().get(code)
    return permission.title if permission else code


def series_title(series: str) -> object:
    """What the numbers of a series stand on; the series itself when no module declares it any more."""
    kind = modules.registry.number_series().get(series.partition(":")[0])
    return kind.title if kind else series


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
GRANT_LABELS = {"reason": _("Reason"), "valid_until": _("Until"), "ended_at": _("Ended")}
GRANT_HIDDEN = frozenset({"permission", "granted_at", "granted_by", "ended_by"})
_GRANT = {"effect": _("Effect"), "scope": _("Whose data"), "limit": _("No more than")}
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
        Substitution,
        link="absent",
        title=_("substitution"),
        name="substitute",
        labels={
            "first_on": _("First day"),
            "last_on": _("Last day"),
            "reason": _("Reason"),
            "ended_at": _("Ended early"),
        },
        hidden=frozenset({"starts_at", "ends_at", "made_at", "made_by", "ended_by"}),
    ),
    Source(
        ReportGrant,
        link="user",
        key="user_id",
        title=_("report opened"),
        name="content_object",
        labels=GRANT_LABELS,
        hidden=GRANT_HIDDEN,
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
OPTIONS = Trail(
    Source(
        OptionValue,
        link="code__in",
        key="codes",
        title=_("setting"),
        name="code",
        labels={"value": _("Value")},
        readers={"code": option_pages.title_of},
        row_readers={"value": option_pages.row_in_words},
        supplied=option_pages.supplied_row,
    ),
)
CHOICES = (*OPTIONS.sources, Source(NumberStart, title=_("numbering"), name="series", readers={"series": series_title}))
PLACES = (*LEGAL_ENTITY.sources, *BRANCH.sources)
PEOPLE = (
    *EMPLOYEE.sources,
    Source(Specialty, title=_("speciality"), name="name"),
    Source(Position, title=_("position"), name="name", labels={"role": _("Role")}),
)
RIGHTS = (*ROLE.sources, Source(DeclaredReport, title=_("report"), name="code", labels={"permission": _("Right")}))
