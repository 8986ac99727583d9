"""Rights of the application's database role on the sample clinic: it may have it removed, never say that there is one."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from clinic.models import SampleClinic


def grant_sample_rights() -> None:
    """After every migration, behind the kernel's grants, which give every table."""
    role = connection.ops.quote_name(settings.APPLICATION_DB_ROLE)
    table = connection.ops.quote_name(SampleClinic._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [SampleClinic._meta.db_table])
        if cursor.fetchone()[0] is None:
            return
        cursor.execute("REVOKE ALL ON FUNCTION clinic_empty_sample(text[]) FROM PUBLIC")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.APPLICATION_DB_ROLE])
        if cursor.fetchone() is not None:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            cursor.execute(f"GRANT EXECUTE ON FUNCTION clinic_empty_sample(text[]) TO {role}")
