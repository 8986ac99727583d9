"""What proves who somebody is beside the password. Nothing here goes into the history:
that a PIN or a second factor was set or taken away is told by the login's own dates.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from organization.models.users import User


class Guessable(models.Model):
    """A short secret: guesses are counted, under the lock of its row, and too many close it for a while."""

    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > timezone.now()

    def note_success(self) -> None:
        self.failures, self.locked_until = 0, None

    def note_failure(self, *, limit: int, locked_for: timedelta) -> None:
        """Count a wrong guess; the last allowed one closes the secret and the count begins anew after that."""
        self.failures += 1
        if self.failures >= limit:
            self.failures, self.locked_until = 0, timezone.now() + locked_for


class Pin(Guessable):
    """A person's PIN: four to eight digits, only their hash."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="pin")
    digest = models.CharField(max_length=128)


class SecondFactor(Guessable):
    """The secret shared with a person's authenticator, sealed. In force when the login has ``second_factor_at``."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0, help_text="Number of the last 30 seconds whose code was accepted.")


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator once. Codes are long and random, so a plain digest is enough."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="organization_recoverycode_once")]


class DeskMember(models.Model):
    """Somebody who gave their password in this browser lately and may come back to it by PIN."""

    desk = models.CharField(max_length=64, help_text="Digest of what the browser's cookie holds.")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="desks")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="organization_deskmember_once")]

    STAYS = timedelta(seconds=settings.SESSION_COOKIE_AGE)  # the working day
