"""Official directories shipped as data and kept in step after every migration."""

import csv
from pathlib import Path

from pricelist.models import NomenclatureItem

NOMENCLATURE = Path(__file__).resolve().parent / "data" / "nomenclature_804n.csv"


def load_nomenclature() -> int:
    """Load the dental part of the nomenclature of medical services; known codes get their names anew. Returns how many.

    Source: order of the Ministry of Health № 804н.
    """
    with NOMENCLATURE.open(encoding="utf-8", newline="") as file:
        items = [
            NomenclatureItem(code=row["code"], name=row["name_ru"], is_checked=row["source"] == "found")
            for row in csv.DictReader(file)
        ]
    NomenclatureItem.objects.bulk_create(
        items, update_conflicts=True, unique_fields=["code"], update_fields=["name", "is_checked"]
    )
    return len(items)
