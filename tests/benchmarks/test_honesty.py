"""The ruler measures what it says: right answers through the real pages, floors that answer the same, errors that count.

Nothing here looks at a clock.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from benchmarks import measure, mix, operations, race
from benchmarks.arms import Framework, Pages, Sql, rows_of
from benchmarks.browser import Browser
from benchmarks.dataset import ZONE, connect, world_of
from benchmarks.floor import SCHEMA
from benchmarks.stack import start_bare_site
from clinic import demo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOGINS = ("administrator", "doctor", "director")
ROUNDS = 1


@pytest.fixture
def url() -> str:
    """The test database's own address."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture
def clinic(transactional_db) -> None:
    demo.load("XS", 1, datetime.now(ZONE))


@pytest.fixture
def sql(clinic, url) -> Iterator[Sql]:
    with connect(url) as floor, connect(url) as looking:
        yield Sql(floor, world_of(looking))


@pytest.fixture
def somebody() -> Iterator[Callable[[str], Browser]]:
    """A browser at an address; all of them are closed at the end."""
    opened: list[Browser] = []

    def open_browser(address: str) -> Browser:
        opened.append(Browser(address))
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()


@pytest.fixture
def bare(url, sql, somebody, tmp_path: Path) -> Iterator[Framework]:
    site = start_bare_site(url, tmp_path, dict(os.environ))
    try:
        browser = somebody(site.address)
        browser.get("/login/", status=204)
        yield Framework(browser, sql.world, sql)
    finally:
        site.stop()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def pages(sql, live_server, somebody) -> Pages:
    return Pages({login: somebody(live_server.url).sign_in(login) for login in LOGINS}, sql.world, sql)


def test_every_operation_shows_what_the_database_holds_and_the_floors_answer_the_same(
    pages, bare, sql, live_server, somebody
):
    chosen = operations.load()
    for operation in chosen.values():
        arms = [pages] if operation.sql is None else [pages, bare, sql]

        figures = measure.alone(operation, arms, ROUNDS)

        assert {name: figure.reasons for name, figure in figures.items()} == {arm.name: [] for arm in arms}
        assert all(len(figure.times) == ROUNDS for figure in figures.values()), operation.code

    assert_wrong_answers_count_as_failures(chosen, pages, sql)
    assert_the_mix_of_existing_operations_runs(chosen, pages, bare)
    clerks = [somebody(live_server.url).sign_in("administrator") for _ in range(3)]
    raced = race.run(chosen["book"], clerks, sql.world, rounds=2)
    assert (raced["rounds"], raced["wrong"], raced["deadlocks"]) == (2, 0, 0)


def assert_wrong_answers_count_as_failures(chosen, pages, sql) -> None:
    """Somebody changes what a page should show behind its back; another page is not there."""
    day = chosen["day"]
    (sample,) = day.samples(sql.world, 1)
    answer = pages.act(day, sample)
    figure = measure.Figures()

    sql.connection.execute(
        "UPDATE schedule_appointment SET version = version + 1, state = 'voided' WHERE id ="
        " (SELECT min(id) FROM schedule_appointment WHERE starts_at BETWEEN %(since)s AND %(until)s AND state = 'settled')",
        sample,
    )
    measure.timed(figure, _Saved(answer, pages), day, sample)
    measure.timed(figure, pages, chosen["card"], {"patient": 10**9})

    assert figure.failures == 2
    assert figure.times == []
    assert "the page shows" in figure.reasons[0]
    assert "answered 404" in figure.reasons[1]


class _Saved:
    """An answer of before, checked now."""

    name = "saved"

    def __init__(self, answer, pages) -> None:
        self.answer, self.pages, self.world = answer, pages, pages.world

    def act(self, operation, sample):
        return self.answer

    def check(self, operation, sample, answer) -> None:
        self.pages.check(operation, sample, answer)


def assert_the_mix_of_existing_operations_runs(chosen, pages, bare) -> None:
    reading = [
        operation for operation in chosen.values() if operation.weight and operation.sql and not operation.is_write
    ]
    supply = mix.Supply(reading, pages, acts=0)

    ours = mix.run(reading, [pages], supply, seconds=1.5, seed="test")
    floor = mix.run(reading, [bare], supply, seconds=0.5, seed="test")

    assert (ours["failures"], ours["reasons"], ours["left_out"]) == (0, [], [])
    assert (floor["failures"], floor["reasons"]) == (0, [])
    assert ours["count"] > 0
    assert floor["count"] > 0


def test_a_bare_page_is_read_cell_by_cell():
    page = "<table><tr><td>1</td><td>О&#x27;Коннор</td></tr><tr><td>2</td><td></td></tr></table>"

    assert rows_of(page) == [["1", "О'Коннор"], ["2", ""]]
