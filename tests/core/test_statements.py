"""Hand-written reads: seen by the guard and the query log, prepared on the server, and a lost connection is replaced."""

from contextlib import closing
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import statements
from core.access import WriteWhileReading, reading_only
from core.connections import note_living_connection

pytestmark = pytest.mark.django_db


def test_rows_come_by_name_and_by_place():
    assert statements.fetch_all("SELECT n FROM unnest(%(n)s) n ORDER BY n", {"n": [3, 1]}) == [(1,), (3,)]
    assert statements.fetch_one("SELECT %s::date", ("2026-11-27",)) == (date(2026, 11, 27),)
    assert statements.fetch_one("SELECT 1 WHERE false") is None


def test_the_query_log_and_the_guard_of_safe_methods_see_them():
    with CaptureQueriesContext(connection) as queries:
        statements.fetch_one("SELECT %s::int", (5,))
    assert [query["sql"] for query in queries] == ["SELECT $1::int"]

    with pytest.raises(WriteWhileReading), reading_only():
        statements.fetch_one("DELETE FROM core_notice RETURNING id")


def test_a_repeated_statement_is_planned_once():
    for number in range(5):
        statements.fetch_one("SELECT %s::int AS asked_again", (number,))

    prepared = statements.fetch_all("SELECT statement FROM pg_prepared_statements")
    assert ("SELECT $1::int AS asked_again",) in prepared


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
