"""Load the dental part of the nomenclature of medical services (order № 804н) as data."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data" / "nomenclature_804n.csv"


def load(apps, schema_editor):
    item = apps.get_model("pricelist", "NomenclatureItem")
    with DATA.open(encoding="utf-8", newline="") as file:
        item.objects.bulk_create(
            [
                item(code=row["code"], name=row["name_ru"], is_checked=row["source"] == "found")
                for row in csv.DictReader(file)
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "is_checked"],
        )


def unload(apps, schema_editor):
    """The rows may be in use: they stay."""


class Migration(migrations.Migration):
    dependencies = [("pricelist", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
