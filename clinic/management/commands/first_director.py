"""Opens a clinic of one's own: the person who sets up everything else, with the company and branch when they are named."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic.setup import state
from core.actor import Actor, system_actor
from core.errors import DomainError
from organization import services
from organization.enums import BuiltInRole
from organization.models import Branch, Employee, Role


class Command(BaseCommand):
    help = (
        "Add the first director of a new clinic; prints a password for the first login. The steps after it ask for the "
        "company, the branch and all else that is not named here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True, help="the name to sign in with")
        parser.add_argument("--surname", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--patronymic", default="")
        parser.add_argument("--company", default="", help="as in its registration, for example: ООО «Зубр-Дент»")
        parser.add_argument("--inn", default="", help="taxpayer number of the company, 10 or 12 digits")
        parser.add_argument("--branch", default="", help="the branch's name, for example its street")
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
        branches = self._places(actor, **options)
        employee = services.add_employee(
            actor=actor,
            surname=options["surname"],
            name=options["name"],
            patronymic=options["patronymic"],
            branches=branches,
            roles=[director],
        )
        services.set_login(actor=actor, employee=employee, username=options["login"], password=password)
        state.open_setup()

    def _places(self, actor: Actor, **options: Any) -> list[Branch]:
        """The company and its branch, as far as they are named."""
        if not options["company"]:
            if options["branch"] or options["inn"]:
                raise CommandError(
                    "A branch belongs to a company: name it by --company and --inn, or leave all of them out."
                )
            return []
        company = services.add_legal_entity(
            actor=actor, name=options["company"], short_name=options["company"], inn=options["inn"]
        )
        if not options["branch"]:
            return []
        fields = {"name": options["branch"], "time_zone": options["time_zone"]}
        return [services.add_branch(actor=actor, legal_entity=company, **fields)]
