"""The same seed and the same moment give the same rows, history and all; another seed gives another clinic."""

import hashlib

import pytest
from django.db import connection, transaction

from clinic import demo
from tests.demo.conftest import MONDAY, at


def fingerprint(seed: int) -> dict[str, str]:
    """A digest of every table of a clinic that is loaded and taken back."""
    with transaction.atomic():
        demo.load("XS", seed, at(MONDAY))
        digests = {}
        with connection.cursor() as cursor:
            for model in demo.TABLES:
                tables = [model._meta.db_table]
                if "history" in {field.name for field in model._meta.get_fields()}:
                    tables.append(model._meta.get_field("history").related_model._meta.db_table)
                for table in tables:
                    cursor.execute(f"SELECT (to_jsonb(t) - 'pgh_id')::text FROM \"{table}\" t ORDER BY 1")
                    text = "\n".join(row[0] for row in cursor.fetchall())
                    digests[table] = hashlib.sha256(text.encode()).hexdigest()
        transaction.set_rollback(True)
    return digests


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_rows_and_another_one_others():
    first, again, other = fingerprint(1), fingerprint(1), fingerprint(2)

    assert [table for table in first if first[table] != again[table]] == []
    assert first["patients_patient"] != other["patients_patient"]
    assert first["billing_payment"] != other["billing_payment"]
