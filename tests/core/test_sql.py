"""Hand-written reads: seen by the guard and the query log, prepared on the server, and a lost connection is replaced."""

from contextlib import closing
from datetime import date

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import sql
from core.access import WriteWhileReading, reading_only
from core.connections import note_living_connection

pytestmark = pytest.mark.django_db


def test_rows_come_by_name_and_by_place():
    assert sql.read("SELECT n FROM unnest(%(n)s) n ORDER BY n", {"n": [3, 1]}) == [(1,), (3,)]
    assert sql.read_one("SELECT %s::date", ("2026-11-27",)) == (date(2026, 11, 27),)
    assert sql.read_one("SELECT 1 WHERE false") is None


def test_the_query_log_and_the_guard_of_safe_methods_see_them():
    with CaptureQueriesContext(connection) as queries:
        sql.read_one("SELECT %s::int", (5,), keep_plan=True)
    assert [query["sql"] for query in queries] == ["SELECT $1::int"]

    with pytest.raises(WriteWhileReading), reading_only():
        sql.read_one("DELETE FROM core_notice RETURNING id", keep_plan=True)


@pytest.mark.parametrize("keep_plan", [True, False])
def test_a_plan_is_kept_only_where_asked(keep_plan):
    for number in range(5):
        assert sql.read("SELECT %s::int + %s", (number, 1), keep_plan=keep_plan) == [(number + 1,)]

    kept = sql.read("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s", ("SELECT $1::int +%",))
    assert kept == ([("SELECT $1::int + $2",)] if keep_plan else [])


def test_a_kept_plan_works_inside_an_act_whose_history_is_written(branch):
    with pghistory.context(person="Anna"), transaction.atomic():
        assert sql.read_one("SELECT name FROM organization_branch WHERE id = %s", (branch.pk,), keep_plan=True) == (
            branch.name,
        )


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_replaced_at_the_next_request(director, client_of):
    client = client_of(director)
    assert client.get("/live/").status_code == 200
    ended = connection.connection
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended.info.backend_pid])

    assert client.get("/live/").status_code == 200
    assert connection.connection is not ended


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_is_not_asked_whether_it_lives():
    connection.ensure_connection()
    connection.close_if_unusable_or_obsolete()  # what Django does at the start of a request
    assert not connection.health_check_done

    note_living_connection()

    assert connection.health_check_done
