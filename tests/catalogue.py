"""What the database's catalogue says about our tables, to be compared before and after."""

from django.db import connection


def structure() -> dict[str, list[tuple]]:
    """Every constraint, index and trigger of the database, as the catalogue spells it."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in (
            (
                "constraints",
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated, condeferrable,"
                " condeferred FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
            ),
            (
                "indexes",
                "SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' ORDER BY 1",
            ),
            (
                "triggers",
                "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
                " WHERE NOT tgisinternal ORDER BY 1, 2",
            ),
        ):
            cursor.execute(sql)
            found[name] = cursor.fetchall()
    return found
