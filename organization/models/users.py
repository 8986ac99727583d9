"""The login of an employee."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.enums import Theme


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save()
        return user


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    pghistory.ManualEvent("password_set"),
    pghistory.ManualEvent("login_unlocked"),
    pghistory.ManualEvent("second_factor_reset"),
    pghistory.ManualEvent("sessions_ended"),
    pghistory.ManualEvent("login_reset"),
    exclude=["password", "last_login", "last_role", "password_set_at"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """A login. What it may do is decided by the employee's role in force, never by ``is_superuser`` or groups."""

    username = models.CharField(
        _("login"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This login is taken.")},
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="ru", choices=[("ru", "Русский"), ("en", "English")])
    theme = models.CharField(max_length=5, default=Theme.LIGHT, choices=Theme.choices)
    is_sound_on = models.BooleanField(default=True)
    last_role = models.ForeignKey(
        "organization.Role", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    password_set_at = models.DateTimeField(default=timezone.now)
    pin_set_at = models.DateTimeField(_("PIN set"), null=True, editable=False)
    second_factor_at = models.DateTimeField(_("second factor on since"), null=True, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The answer of the role in force; there is no superuser who bypasses it."""
        from django.contrib.auth import get_backends

        return any(backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm"))

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return False
