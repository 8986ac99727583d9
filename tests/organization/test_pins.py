"""PINs: which are taken, how guesses are counted, what a lock-out needs to end."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from organization import services
from organization.errors import PinLocked, PinMalformed, PinWeak
from organization.models import Pin
from tests.factories.organization import actor_of

PIN = "4816"


@pytest.fixture
def holder(registrar):
    """The registrar with a PIN."""
    services.set_pin(actor=actor_of(registrar), pin=PIN)
    registrar.user.refresh_from_db()
    return registrar.user


@pytest.mark.django_db
def test_the_right_pin_is_right_and_no_other(holder, doctor):
    assert services.check_pin(user=holder, pin=PIN)
    assert not services.check_pin(user=holder, pin="4817")
    assert not services.check_pin(user=doctor.user, pin=PIN), "who has no PIN has no right one"


@pytest.mark.django_db
def test_the_pin_is_kept_as_a_hash_that_needs_the_servers_key(holder, settings):
    digest = Pin.objects.get(user=holder).digest
    assert PIN not in digest

    settings.SECRET_KEY = "another key " * 5

    assert not services.check_pin(user=holder, pin=PIN)


@pytest.mark.django_db
def test_five_wrong_ones_close_the_pin_for_a_quarter_of_an_hour(holder):
    for _attempt in range(4):
        assert not services.check_pin(user=holder, pin="0001")
    with pytest.raises(PinLocked):
        services.check_pin(user=holder, pin="0001")
    with pytest.raises(PinLocked):
        services.check_pin(user=holder, pin=PIN)

    Pin.objects.update(locked_until=timezone.now() - timedelta(seconds=1))

    assert services.check_pin(user=holder, pin=PIN)


@pytest.mark.django_db
def test_a_right_one_begins_the_count_anew(holder):
    for _attempt in range(3):
        for _wrong in range(4):
            services.check_pin(user=holder, pin="0001")
        assert services.check_pin(user=holder, pin=PIN)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted(holder):
    seen = []

    def guess() -> None:
        try:
            seen.append(services.check_pin(user=holder, pin="0001"))
        except PinLocked:
            seen.append("locked")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen.count(False) == 4
    assert seen.count("locked") == 4


@pytest.mark.django_db(transaction=True)
def test_a_guess_inside_the_callers_transaction_is_refused_for_it_could_be_undone(holder):
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.check_pin(user=holder, pin="0001")


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "4321", "8901", "2580", "1212", "1987", "2026", "123456", "11223344", "98765432"]
)
@pytest.mark.django_db
def test_what_is_tried_first_is_not_taken(registrar, pin):
    with pytest.raises(PinWeak):
        services.set_pin(actor=actor_of(registrar), pin=pin)


@pytest.mark.parametrize("pin", ["", "481", "481653927", "48a6", "４８１６", " 4816"])
@pytest.mark.django_db
def test_only_four_to_eight_plain_digits_are_a_pin(registrar, pin):
    with pytest.raises(PinMalformed):
        services.set_pin(actor=actor_of(registrar), pin=pin)


@pytest.mark.django_db
def test_the_history_tells_that_a_pin_was_set_and_nothing_of_the_pin(holder):
    events = list(holder.history.order_by("pgh_id").values())

    assert events[-1]["pin_set_at"] == holder.pin_set_at
    assert Pin.objects.get(user=holder).digest not in str(events)
