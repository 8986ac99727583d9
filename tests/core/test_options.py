"""An option has one value for everybody at once: the clinic's, or the supplied one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import options
from core.models import OptionValue
from core.modules import Module, RegistrationError, Registry, registry
from core.options import Kind, Option

pytestmark = pytest.mark.django_db

MINUTES = Option("x.minutes", "Minutes", "How long.", Kind.WHOLE, default=30, page="rules", order=1, least=5, most=60)


@pytest.fixture
def declared():
    registry.register(Module(code="x", title="X", options=[MINUTES]))
    yield
    registry.unregister("x")


def test_an_option_nobody_chose_is_as_supplied(declared):
    assert options.value("x.minutes") == 30


def test_a_choice_acts_for_everybody(declared):
    OptionValue.objects.create(code="x.minutes", value=45)

    assert options.value("x.minutes") == 45


@pytest.mark.parametrize("kept", [4, 61, "45", True, [45]])
def test_a_kept_value_the_option_no_longer_allows_is_as_supplied(declared, kept):
    OptionValue.objects.create(code="x.minutes", value=kept)

    assert options.value("x.minutes") == 30


def test_values_are_read_once_in_a_request(declared):
    with CaptureQueriesContext(connection) as queries, options.remembered_values():
        assert [options.value("x.minutes") for _time in range(3)] == [30, 30, 30]

    assert len(queries) == 1


def test_a_change_inside_a_request_is_seen_by_what_follows(declared):
    with options.remembered_values():
        before = options.value("x.minutes")
        OptionValue.objects.create(code="x.minutes", value=20)
        options.forget()

        assert (before, options.value("x.minutes")) == (30, 20)


def test_values_come_with_who_is_signed_in(declared, registrar, client_of):
    OptionValue.objects.create(code="x.minutes", value=45)

    client = client_of(registrar)

    with CaptureQueriesContext(connection) as queries:
        client.get("/patients/")

    assert not [query for query in queries if (query["sql"] or "").startswith('SELECT "core_optionvalue"')]
    assert [query for query in queries if "core_optionvalue" in (query["sql"] or "")]


def test_an_unknown_option_is_a_programmers_mistake():
    with pytest.raises(KeyError):
        options.value("nobody.declared_this")


def test_a_double_option_is_refused():
    doubled = Registry()
    doubled.register(Module(code="x", title="X", options=[MINUTES]))

    with pytest.raises(RegistrationError, match=r"x\.minutes"):
        doubled.register(Module(code="y", title="Y", options=[MINUTES]))
