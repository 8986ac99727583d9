"""The second factor: codes of an authenticator (RFC 6238, six digits, 30 seconds) and the recovery codes beside it."""

from __future__ import annotations

import hashlib
import secrets
import time

import pghistory
import pyotp
from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.sealed import Unreadable, seal, unseal
from organization import security, sessions
from organization.errors import CodeWrong, FactorIsOn, FactorLocked, FactorMissing
from organization.models import Employee, RecoveryCode, SecondFactor, User
from organization.services import people

PURPOSE = "second factor"
STEP_SECONDS = 30
STEPS_AROUND = 1  # clocks of phones and servers differ: the code before and the one after are taken too
RECOVERY_CODES = 10
RECOVERY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read two ways
RECOVERY_GROUPS, GROUP_LETTERS = 4, 4  # 80 bits: no list of digests is worked through


@transaction.atomic
def begin_second_factor(*, actor: Actor) -> User:
    """Make a secret for the actor's authenticator; it counts for nothing until ``confirm_second_factor``.

    Raises: FactorIsOn.
    """
    user = _locked(actor)
    if user.second_factor_at is not None:
        raise FactorIsOn
    fresh = {"sealed_secret": seal(pyotp.random_base32(), purpose=PURPOSE), "last_step": 0}
    SecondFactor.objects.update_or_create(user=user, defaults={**fresh, "failures": 0, "locked_until": None})
    return user


def secret_to_show(user: User) -> str | None:
    """The secret of an authenticator that is only being connected; one in force is shown to nobody."""
    row = SecondFactor.objects.filter(user=user).first()
    if row is None or user.second_factor_at is not None:
        return None
    try:
        return unseal(row.sealed_secret, purpose=PURPOSE)
    except Unreadable:
        return None


@transaction.atomic
def confirm_second_factor(*, actor: Actor, code: str) -> list[str]:
    """Put the factor into force by its first code. Returns the recovery codes: they are shown once and kept nowhere.

    Raises: FactorMissing before ``begin_second_factor``, FactorIsOn, CodeWrong.
    """
    user = _locked(actor)
    if user.second_factor_at is not None:
        raise FactorIsOn
    row = SecondFactor.objects.select_for_update().filter(user=user).first()
    if row is None:
        raise FactorMissing
    step = _step_of(row, code)
    if step is None:
        raise CodeWrong
    row.last_step = step
    row.save(update_fields=["last_step"])
    user.second_factor_at = timezone.now()
    user.save(update_fields=["second_factor_at"])
    return _fresh_codes(user)


def check_code(*, user: User, code: str) -> bool:
    """Whether this is the authenticator's code of now, or a recovery code not used before; either is taken once.

    Guesses are counted under the row's lock in a transaction of its own (RuntimeError inside another one).
    Raises: FactorLocked after as many wrong ones as the clinic allows passwords, this one among them.
    """
    with transaction.atomic(durable=True):
        row = SecondFactor.objects.select_for_update().filter(user=user).first()
        if row is None:
            return False
        if row.is_locked:
            raise FactorLocked
        step = _step_of(row, code)
        is_right = step is not None or _use_recovery_code(user, code)
        if is_right:
            row.last_step = step or row.last_step
            row.note_success()
        else:
            row.note_failure(limit=security.failure_limit(), locked_for=security.cool_off())
        row.save(update_fields=["last_step", "failures", "locked_until"])
    if row.is_locked:
        raise FactorLocked
    return is_right


@transaction.atomic
def renew_recovery_codes(*, actor: Actor) -> list[str]:
    """Ten fresh recovery codes; the former ones are worth nothing from now on. Raises: FactorMissing."""
    user = _locked(actor)
    if user.second_factor_at is None:
        raise FactorMissing
    return _fresh_codes(user)


@transaction.atomic
def drop_second_factor(*, actor: Actor) -> User:
    """Take the actor's own factor away. The view has asked for the password and a code."""
    return forget_factor(_locked(actor))


@transaction.atomic
def reset_second_factor(*, actor: Actor, employee: Employee) -> User:
    """Take the factor of somebody who lost the phone away; their sessions end. Raises: RoleTooWide."""
    actor.require(people.RIGHT)
    people.refuse_wider_role(actor, employee)
    user = User.objects.select_for_update(of=("self",)).get(pk=employee.user_id)
    forget_factor(user)
    pghistory.create_event(user, label="second_factor_reset")
    sessions.end_of_user(user.pk)
    return user


def forget_factor(user: User) -> User:
    """Take the factor of a locked login away, inside the caller's transaction."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if user.second_factor_at is not None:
        user.second_factor_at = None
        user.save(update_fields=["second_factor_at"])
    return user


def address_for(user: User, secret: str) -> str:
    """What the QR code says: the address by which authenticators take a secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name="Zubr")


def _locked(actor: Actor) -> User:
    return User.objects.select_for_update(of=("self",)).get(employee=actor.employee_id)


def _step_of(row: SecondFactor, code: str) -> int | None:
    """The 30 seconds a code belongs to: about now, and later than the last accepted ones (no code is taken twice)."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    try:
        totp = pyotp.TOTP(unseal(row.sealed_secret, purpose=PURPOSE))
    except Unreadable:
        return None  # the server's key was changed: a recovery code or the director helps
    now = int(time.time()) // STEP_SECONDS
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        if step > row.last_step and totp.verify(typed, for_time=step * STEP_SECONDS):
            return step
    return None


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_made_up() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(code)) for code in codes])
    return codes


def _made_up() -> str:
    letters = [secrets.choice(RECOVERY_LETTERS) for _letter in range(RECOVERY_GROUPS * GROUP_LETTERS)]
    return "-".join("".join(letters[i : i + GROUP_LETTERS]) for i in range(0, len(letters), GROUP_LETTERS))


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _use_recovery_code(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at=None, digest=_digest(code))
    return bool(unused.update(used_at=timezone.now()))
