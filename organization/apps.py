from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    name = "organization"

    def ready(self) -> None:
        post_migrate.connect(keep_built_in_roles, sender=self)


def keep_built_in_roles(sender: Any, **_: Any) -> None:
    from organization.declared_reports import ensure_declared_reports
    from organization.roles import ensure_built_in_roles

    ensure_built_in_roles()
    ensure_declared_reports()
