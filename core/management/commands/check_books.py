"""Recompute every stored balance and summary of money from its documents."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.ports import books_difference


class Command(BaseCommand):
    help = "Recompute stored balances from their documents and print what differs; fails when anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = [difference for answer in books_difference.answers() for difference in answer]
        for difference in differences:
            self.stdout.write(f"{difference.what}: stored {difference.stored}, documents say {difference.computed}")
        if differences:
            raise CommandError(f"{len(differences)} stored figures differ from their documents.")
        self.stdout.write("The books agree with their documents.")
