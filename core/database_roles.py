"""Rights of the application's database role: it serves, the owner migrates.

The application role is no superuser, owns nothing, and cannot UPDATE or DELETE ledger and log tables.
"""

from django.apps import apps
from django.conf import settings
from django.db import connection
from pghistory.models import Event


def append_only_tables() -> list[str]:
    """Tables whose rows never change: history events, and models that say ``append_only = True``."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and (issubclass(model, Event) or getattr(model, "append_only", False))
    )


def grant_application_role() -> bool:
    """Give the application role what it needs and nothing more. False when the role does not exist (an outside server)."""
    role = connection.ops.quote_name(settings.APPLICATION_DB_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.APPLICATION_DB_ROLE])
        if cursor.fetchone() is None:
            return False
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in append_only_tables():
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {role}")
    return True
