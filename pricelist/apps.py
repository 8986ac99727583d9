from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PricelistConfig(AppConfig):
    name = "pricelist"

    def ready(self) -> None:
        post_migrate.connect(keep_reference_data, sender=self)


def keep_reference_data(sender: Any, **_: Any) -> None:
    from pricelist.reference import load_nomenclature

    load_nomenclature()
