"""Named constraints become refusals a person can act on; anything else stays what it is."""

import pytest
from django.db import IntegrityError

from core.errors import ChangedByOther, DomainError, constraint_as
from core.models import Counter
from organization.models import Role

pytestmark = pytest.mark.django_db


class SeriesTaken(DomainError):
    text = "taken"
    code = "series_taken"
    field = "series"


def double() -> None:
    Counter.objects.create(series="x", value=1)
    Counter.objects.create(series="x", value=1)


def test_a_named_violation_becomes_its_error_and_the_transaction_goes_on():
    with pytest.raises(SeriesTaken) as caught, constraint_as({"core_counter_pkey": SeriesTaken}):
        double()

    assert (caught.value.code, caught.value.field, caught.value.messages) == ("series_taken", "series", ["taken"])
    assert Counter.objects.count() == 0


def test_another_violation_passes_through():
    with pytest.raises(IntegrityError), constraint_as({"some_other_constraint": SeriesTaken}):
        double()


def test_an_unchanged_record_passes_and_a_changed_one_is_refused_with_what_stands_now():
    role = Role.objects.get(code="doctor")
    role.check_version(role.version)
    seen = role.version
    role.save_version()

    with pytest.raises(ChangedByOther) as caught:
        role.check_version(seen)

    assert caught.value.theirs == role
    assert role.version == seen + 1


def test_parameters_are_put_into_the_text():
    class TooMuch(DomainError):
        text = "%(sum)s is too much"

    assert TooMuch(sum="5").messages == ["5 is too much"]
