"""The demo clinic's price list: 144 services with their 804н codes, and prices that rose every February."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import bulk
from core.demo import Run
from organization.demo import Clinic
from pricelist.models import (
    Direction,
    Price,
    PriceGroup,
    Service,
    ServiceCategory,
    ServiceNomenclature,
    ToothArea,
)
from pricelist.services import lexemes_of

DATA = Path(__file__).resolve().parent / "data" / "demo_pricelist.csv"
TABLES = (Direction, ServiceCategory, Service, ServiceNomenclature, PriceGroup, Price)

RISE = Decimal("1.07")  # a year
STEP = Decimal(50)  # roubles: printed prices are round
CHIEF_SURCHARGE = Decimal("1.2")
CHIEF_GROUP = "Главный врач"

DIRECTION_OF = {
    "Консультации": "Диагностика",
    "Рентген": "Диагностика",
    "Анестезия": "Анестезиология",
    "Эндодонтия": "Терапия",
    "Пародонтология и гигиена": "Пародонтология",
}
HYGIENE = {"П-001", "П-002", "П-003", "П-004", "П-005", "П-007"}
ON_SURFACE = {"Т-002", "Т-003", "Т-004", "Т-007", "Т-008", "Т-011", "Д-004", "Д-005"}
ON_JAW = {"О-001", "О-013", "О-014", "О-015", "О-017", "Х-015", "И-011", "П-012"} | {
    f"ОР-{number:03d}" for number in (2, 3, 4, 6, 7, 8, 9)
}
ON_NO_TOOTH = {"Т-016", "Т-017", "Х-005", "Х-006", "Х-011", "Х-013", "Х-014", "Х-016", "Х-017", "Х-018"} | {
    "И-004", "И-005", "И-007", "О-002", "О-003", "О-016", "О-018", "ОР-001", "ОР-010", "ОР-011", "ОР-012",
    "П-001", "П-004", "П-005", "П-006", "П-007", "П-010", "П-011", "П-014",
    "Д-001", "Д-002", "Д-009", "Д-010",
}  # fmt: skip
NEVER_ON_TOOTH = {"Консультации", "Анестезия", "Рентген"}
FILMS = {"Р-001", "Р-002"}
NEVER_DISCOUNTED = {"А-004", "И-001", "И-002", "ОР-010"}


@dataclass(frozen=True)
class Priced:
    """A service as an order's line copies it, with its prices in time."""

    pk: int
    code: str
    name: str
    nomenclature: str
    direction: str
    tooth_area: str
    is_discountable: bool
    prices: tuple[tuple[datetime, Decimal], ...]

    def price_at(self, moment: datetime) -> Decimal:
        """The base group's price in force."""
        return next(amount for since, amount in reversed(self.prices) if since <= moment)


PriceList = Mapping[str, Priced]  # by the clinic's code


def build(run: Run) -> PriceList:
    """Write the price list as of the day the clinic was set up."""
    run.report("Price list", 0)
    base = PriceGroup.objects.create(name="Базовый", is_base=True)
    chief = PriceGroup.objects.create(name=CHIEF_GROUP)
    since = _rises(run)
    rows = _rows()
    prices: list[Price] = []
    for row, service in zip(rows, _services(rows), strict=True):
        amount = Decimal(row["price_rub"])
        prices += _prices(service, base, amount, since)
        if row["category"] == "Хирургия" or row["clinic_code"] in {"К-002", "К-004", "К-005"}:
            prices += _prices(service, chief, amount * CHIEF_SURCHARGE, since)
    Price.objects.bulk_create(prices)
    return find()


def sample_list() -> tuple[list[Service], list[Decimal]]:
    """Write the services of the list for a clinic of one's own; its prices of today come beside them."""
    rows = _rows()
    return _services(rows), [Decimal(row["price_rub"]) for row in rows]


def _rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find() -> PriceList:
    """The price list as it stands in the database."""
    prices: dict[int, list[tuple[datetime, Decimal]]] = {}
    for service_id, during, amount in Price.objects.filter(group__is_base=True, branch=None).values_list(
        "service_id", "during", "amount"
    ):
        prices.setdefault(service_id, []).append((during.lower, amount))
    codes: dict[int, list[str]] = {}
    for service_id, item_id in ServiceNomenclature.objects.order_by("pk").values_list("service_id", "item_id"):
        codes.setdefault(service_id, []).append(item_id)
    return {
        service.code: Priced(
            pk=service.pk,
            code=service.code,
            name=service.name,
            nomenclature=", ".join(codes.get(service.pk, []))[:200],
            direction=service.direction.name,
            tooth_area=service.tooth_area,
            is_discountable=service.is_discountable,
            prices=tuple(sorted(prices[service.pk])),
        )
        for service in Service.objects.defer("search").select_related("direction").order_by("pk")
        if service.pk in prices
    }


def write_history(run: Run, history: bulk.History, clinic: Clinic) -> None:
    """The director entered the list at the beginning; every later price on the evening before it came into force."""
    for model in TABLES:
        at = "greatest(lower(t.during) - interval '4 hours', %(at)s)" if model is Price else "%(at)s::timestamptz"
        history.write(model, at=at, by="%(by)s::bigint", parameters={"at": run.opened_at(), "by": clinic.director.pk})


def _rises(run: Run) -> list[datetime]:
    """The moments prices came into force, the first one when the clinic opened."""
    opened = run.opened_at()
    years = range(opened.year, run.today.year + 1)
    moments = [run.midnight(date(year, 2, 1)) for year in years]
    return [opened, *(moment for moment in moments if opened < moment <= run.now)]


def _services(rows: list[dict[str, str]]) -> list[Service]:
    """The services of the list in its order, with their 804н codes."""
    directions = [_direction_of(row) for row in rows]
    category_of = _directory(ServiceCategory, [row["category"] for row in rows])
    direction_of = _directory(Direction, directions)
    services = Service.objects.bulk_create(
        Service(
            code=row["clinic_code"],
            name=row["name_ru"],
            category=category_of[row["category"]],
            direction=direction_of[direction],
            duration_minutes=int(row["duration_min"]),
            tooth_area=_area(row["clinic_code"], row["category"]),
            warranty_months=int(row["warranty_months"]),
            needs_lab=row["needs_lab"] == "true",
            is_discountable=row["clinic_code"] not in NEVER_DISCOUNTED,
            search=lexemes_of(row["clinic_code"], row["name_ru"], _nomenclature(row)),
        )
        for row, direction in zip(rows, directions, strict=True)
    )
    ServiceNomenclature.objects.bulk_create(
        ServiceNomenclature(service=service, item_id=item)
        for row, service in zip(rows, services, strict=True)
        for item in _nomenclature(row)
    )
    return services


def _directory(model: type[Direction] | type[ServiceCategory], names: list[str]) -> dict[str, Any]:
    """The entries of a directory by name, made in the order in which they are met."""
    return {
        name: model.objects.get_or_create(name=name, defaults={"order": 10 * place})[0]
        for place, name in enumerate(dict.fromkeys(names), start=1)
    }


def _direction_of(row: dict[str, str]) -> str:
    is_hygiene = row["clinic_code"] in HYGIENE
    return "Гигиена" if is_hygiene else DIRECTION_OF.get(row["category"], row["category"])


def _nomenclature(row: dict[str, str]) -> list[str]:
    return row["nomenclature_804n"].split(";")


def _area(code: str, category: str) -> str:
    if code in ON_SURFACE:
        return ToothArea.SURFACE
    if code in ON_JAW:
        return ToothArea.JAW
    if code in FILMS:
        return ToothArea.TOOTH
    return ToothArea.NONE if category in NEVER_ON_TOOTH or code in ON_NO_TOOTH else ToothArea.TOOTH


def _prices(service: Service, group: PriceGroup, amount: Decimal, since: list[datetime]) -> Iterator[Price]:
    """Today's price is the list's; each February before it was one rise lower."""
    untils = [*since[1:], None]
    for age, (begins, ends) in enumerate(zip(since, untils, strict=True), start=1 - len(since)):
        then = (amount * RISE**age / STEP).quantize(Decimal(1), rounding=ROUND_HALF_UP) * STEP if age else amount
        yield Price(service=service, group=group, amount=max(then, STEP), during=DateTimeTZRange(begins, ends))
