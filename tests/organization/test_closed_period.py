"""The day before which nothing changes: chosen on the page of rules, kept as a date, told in the log."""

from datetime import date

import pytest

from core import options
from core.modules import registry
from organization.closed_period import LOCKED_BEFORE, closed_before, refuse_closed
from organization.errors import PeriodClosed
from organization.forms.options import form_of
from organization.option_pages import field_name, in_words
from tests.factories.options import choose

pytestmark = pytest.mark.django_db
RULES = "/settings/rules/"


def typed(day):
    return {"was": form_of("rules").initial["was"], **_untouched(), field_name(LOCKED_BEFORE): day}


def _untouched():
    rows = {row.field.html_name: row.field.value() for row in form_of("rules").rows()}
    return {name: "on" if value is True else value for name, value in rows.items() if value is not False}


def test_the_director_closes_a_period_on_the_page_of_rules(director, client_of):
    browser = client_of(director)
    page = browser.get(RULES).content.decode()
    assert f'name="{field_name(LOCKED_BEFORE)}"' in page
    assert 'type="date"' in page

    answer = browser.post(RULES, typed("2026-11-01"), headers={"HX-Request": "true"})

    assert answer.status_code < 300
    assert closed_before() == date(2026, 11, 1)


@pytest.mark.parametrize("day", ["2026-13-01", "31.11.2026", "завтра"])
def test_what_is_no_day_is_refused(director, client_of, day):
    answer = client_of(director).post(RULES, typed(day), headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert closed_before() is None


def test_nobody_else_may(registrar, client_of):
    assert client_of(registrar).post(RULES, typed("2026-11-01")).status_code == 403


def test_a_day_before_the_first_open_one_is_refused_and_the_day_itself_is_not():
    choose(LOCKED_BEFORE, "2026-11-02")

    with pytest.raises(PeriodClosed):
        refuse_closed(date(2026, 11, 3), date(2026, 11, 1))
    refuse_closed(date(2026, 11, 2))


def test_as_supplied_nothing_is_closed():
    refuse_closed(date(1990, 1, 1))
    assert options.value(LOCKED_BEFORE) == ""


@pytest.mark.parametrize(
    ("kept", "is_accepted"),
    [("", True), ("2026-11-02", True), ("2026-11-31", False), ("20261102", False), (None, False), (20261102, False)],
)
def test_an_option_that_is_a_day_takes_days_alone(kept, is_accepted):
    assert registry.options()[LOCKED_BEFORE].accepts(kept) is is_accepted


def test_the_log_tells_the_day_as_people_write_it():
    assert in_words(registry.options()[LOCKED_BEFORE], "2026-11-02") == "02.11.2026"
