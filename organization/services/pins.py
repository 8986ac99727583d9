"""A person's PIN: quick to type at a shared desk, so short; what makes it safe is the count of guesses, kept by the database."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.actor import Actor
from organization.errors import PinLocked, PinMalformed, PinWeak
from organization.models import Pin, User

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
LENGTHS = range(4, 9)
WEAK = frozenset({"2580", "0852", "1379", "7391", "147258", "159357", "112233", "123321", "12344321", "11223344"})


def check_pin(*, user: User, pin: str) -> bool:
    """Whether this is the person's PIN; false as well for somebody who has none.

    Guesses are counted under the row's lock and kept whatever the caller does next, so it runs in a transaction of its
    own: call it before yours begins (RuntimeError otherwise). The answer takes equally long with a PIN and without.
    Raises: PinLocked while five wrong ones are less than 15 minutes ago, this one among them; the password opens it.
    """
    with transaction.atomic(durable=True):
        row = Pin.objects.select_for_update().filter(user=user).first()
        if row is None:
            make_password(pin)
            return False
        if row.is_locked:
            raise PinLocked
        is_right = check_password(_peppered(pin), row.digest)
        if is_right:
            row.note_success()
        else:
            row.note_failure(limit=FAILURES_ALLOWED, locked_for=LOCKED_FOR)
        row.save(update_fields=["failures", "locked_until"])
    if row.is_locked:
        raise PinLocked
    return is_right


def _peppered(pin: str) -> str:
    """Ten thousand PINs are tried in no time by whoever reads the table; without the server's key they cannot be."""
    return salted_hmac("organization.pin", pin, algorithm="sha256").hexdigest()


@transaction.atomic
def set_pin(*, actor: Actor, pin: str) -> User:
    """Give the actor a PIN, or another one. The view has asked for the password. Raises: PinMalformed, PinWeak."""
    refuse_weak(pin)
    user = User.objects.select_for_update(of=("self",)).get(employee=actor.employee_id)
    fresh = {"digest": make_password(_peppered(pin)), "failures": 0, "locked_until": None}
    Pin.objects.update_or_create(user=user, defaults=fresh)
    user.pin_set_at = timezone.now()
    user.save(update_fields=["pin_set_at"])
    return user


@transaction.atomic
def drop_pin(*, actor: Actor) -> User:
    """Take the actor's PIN away."""
    user = User.objects.select_for_update(of=("self",)).get(employee=actor.employee_id)
    return forget_pin(user)


def forget_pin(user: User) -> User:
    """Take the PIN of a locked login away, inside the caller's transaction."""
    Pin.objects.filter(user=user).delete()
    if user.pin_set_at is not None:
        user.pin_set_at = None
        user.save(update_fields=["pin_set_at"])
    return user


def open_pin(user: User) -> None:
    """The right password was given: wrong PINs before it count no more."""
    Pin.objects.filter(user=user).exclude(failures=0, locked_until=None).update(failures=0, locked_until=None)


def refuse_weak(pin: str) -> None:
    """Raises: PinMalformed when it is not four to eight digits, PinWeak for one of those that are tried first."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in LENGTHS):
        raise PinMalformed
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    is_run = steps in ({0}, {1}, {9})  # 0000, 1234, 8901, 4321
    is_repeat = any(len(pin) % part == 0 and pin == pin[:part] * (len(pin) // part) for part in (1, 2))
    is_year = len(pin) == 4 and 1930 <= int(pin) <= 2039
    if is_run or is_repeat or is_year or pin in WEAK:
        raise PinWeak
