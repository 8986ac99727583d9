"""Built-in roles and the rights they start with; kept in step with the registry after every migration."""

from core import modules
from organization.defaults import start_of
from organization.enums import BuiltInRole, Effect
from organization.models import Role, RolePermission


def ensure_built_in_roles() -> None:
    """Create the built-in roles once, and give each the defaults of rights it has no row for yet.

    A right the director took away has a row that says so, and is not given again.
    """
    for code, name in (("director", "Директор"), ("administrator", "Администратор"), ("doctor", "Врач")):
        Role.objects.get_or_create(code=BuiltInRole(code), defaults={"name": name})
    known = set(RolePermission.objects.values_list("role__code", "code"))
    roles = {role.code: role for role in Role.objects.exclude(code="")}
    RolePermission.objects.bulk_create(
        RolePermission(
            role=roles[code], code=permission.code, effect=Effect.ALLOW, scope=start.scope, limit=start.limit
        )
        for permission in modules.registry.permissions().values()
        for code in (BuiltInRole.ADMINISTRATOR, BuiltInRole.DOCTOR)
        if (code, permission.code) not in known and (start := start_of(permission, code)) is not None
    )
