"""The way back in for the last director, or for anybody when no director is at hand: by whoever keeps the server."""

import secrets
from argparse import ArgumentParser
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.actor import system_actor
from organization import sessions
from organization.models import User
from organization.services.people import take_password, unlock
from organization.services.pins import forget_pin
from organization.services.second_factor import forget_factor

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read two ways


class Command(BaseCommand):
    help = (
        "Give a login a password for one sign-in, open it, end its lock-outs and sessions, and take its second factor and PIN "
        "away. The history of the employee tells of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="the name the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        password = "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _part in range(3))
        name = User.normalize_username(options["login"].strip().lower())
        with (
            pghistory.context(person=system_actor("reset_login").name, url="manage.py reset_login"),
            transaction.atomic(),
        ):
            user = User.objects.select_for_update(of=("self",)).filter(username=name).select_related("employee").first()
            if user is None:
                raise CommandError(f"There is no login {name!r}.")
            if user.employee.is_archived:
                raise CommandError("This employee is archived: nobody signs in under an archived card.")
            self._reset(user, password)
        self.stdout.write(
            f"Login: {name}\nPassword: {password} (good for one sign-in: the person chooses another at once)"
        )

    def _reset(self, user: User, password: str) -> None:
        take_password(user, password, must_change=True)
        user.is_active = True
        user.save(update_fields=["password", "password_set_at", "must_change_password", "is_active"])
        forget_factor(user)
        forget_pin(user)
        unlock(user)
        sessions.end_of_user(user.pk)
        pghistory.create_event(user, label="login_reset")
