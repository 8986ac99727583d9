"""Opens a clinic of one's own: its company, its first branch, and the person who sets up everything else."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.actor import system_actor
from core.errors import DomainError
from organization import services
from organization.enums import BuiltInRole
from organization.models import Employee, Role


class Command(BaseCommand):
    help = "Add the first director of a new clinic, with its company and branch; prints a password for the first login."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True, help="the name to sign in with")
        parser.add_argument("--surname", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--patronymic", default="")
        parser.add_argument("--company", required=True, help="as in its registration, for example: ООО «Зубр-Дент»")
        parser.add_argument("--inn", required=True, help="taxpayer number, 10 or 12 digits")
        parser.add_argument("--branch", required=True, help="the branch's name, for example its street")
        parser.add_argument("--time-zone", default="Europe/Moscow")

    def handle(self, *args: Any, **options: Any) -> None:
        password = secrets.token_urlsafe(12)
        try:
            self._open_clinic(password, **options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Login: {options['login']}\nPassword: {password} (the first login asks for another)")

    @transaction.atomic
    def _open_clinic(self, password: str, **options: Any) -> None:
        director = Role.objects.select_for_update().get(code=BuiltInRole.DIRECTOR)  # two at once wait here
        if Employee.objects.filter(roles=director).exists():
            raise CommandError("There is a director already; further people are added in the settings.")
        actor = system_actor("first_director")
        company = services.add_legal_entity(
            actor=actor, name=options["company"], short_name=options["company"], inn=options["inn"]
        )
        branch = services.add_branch(
            actor=actor, legal_entity=company, name=options["branch"], time_zone=options["time_zone"]
        )
        employee = services.add_employee(
            actor=actor,
            surname=options["surname"],
            name=options["name"],
            patronymic=options["patronymic"],
            branches=[branch],
            roles=[director],
        )
        services.set_login(actor=actor, employee=employee, username=options["login"], password=password)
