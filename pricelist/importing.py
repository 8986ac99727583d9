"""A whole price list at once: from a file, or the sample one that comes with the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import constraint_as
from core.locks import lock_in_order
from pricelist.errors import CodeTaken, PriceListThere
from pricelist.models import (
    Direction,
    NomenclatureItem,
    Price,
    PriceGroup,
    Service,
    ServiceCategory,
    ServiceNomenclature,
)
from pricelist.price_file import PriceFile
from pricelist.services import CODE_UNIQUE, lexemes_of, normalise_nomenclature

RIGHT = "pricelist.change_service"
BASE_GROUP = "Базовый"
LOCK = (7501, 1)  # advisory: two imports wait for each other


class NewService(NamedTuple):
    """A service to be added, with its price from now on. Unknown 804н codes are left out."""

    code: str
    name: str
    direction: str
    price: Decimal
    nomenclature: Sequence[str] = ()


def with_known_refused(file: PriceFile) -> PriceFile:
    """The same file with the rows refused whose codes are in the price list already."""
    known = set(Service.objects.filter(code__in=[row.code for row in file.good]).values_list("code", flat=True))
    there = _("This code is in the price list already.")
    rows = tuple(replace(row, error=there) if row.code in known and not row.error else row for row in file.rows)
    return replace(file, rows=rows, wrong=sum(bool(row.error) for row in rows))


@transaction.atomic
def add_services(*, actor: Actor, rows: Sequence[NewService]) -> list[Service]:
    """Add many services with their prices, all or none; directions and categories are made as they are met.

    Raises: CodeTaken naming the codes that are in the price list already.
    """
    actor.require(RIGHT)
    lock_in_order([LOCK])
    taken = Service.objects.filter(code__in=[row.code for row in rows]).order_by("code").values_list("code", flat=True)
    if taken:
        raise CodeTaken(CodeTaken.several, codes=", ".join(taken[:10]))
    names = dict.fromkeys(row.direction for row in rows)
    directions = {name: Direction.objects.get_or_create(name=name)[0] for name in names}
    categories = {name: ServiceCategory.objects.get_or_create(name=name, parent=None)[0] for name in names}
    codes = [list(dict.fromkeys(map(normalise_nomenclature, row.nomenclature))) for row in rows]
    known = set(
        NomenclatureItem.objects.filter(code__in={c for of in codes for c in of}).values_list("code", flat=True)
    )
    with constraint_as(CODE_UNIQUE):
        services = Service.objects.bulk_create(
            Service(
                code=row.code,
                name=row.name,
                category=categories[row.direction],
                direction=directions[row.direction],
                search=lexemes_of(row.code, row.name, [code for code in of if code in known]),
            )
            for row, of in zip(rows, codes, strict=True)
        )
    ServiceNomenclature.objects.bulk_create(
        ServiceNomenclature(service=service, item_id=code)
        for service, of in zip(services, codes, strict=True)
        for code in of
        if code in known
    )
    _set_prices(services, [row.price for row in rows])
    return services


@transaction.atomic
def take_sample_list(*, actor: Actor) -> list[Service]:
    """Take the price list of the sample clinic with its prices from now on, to be changed as one likes.

    Raises: PriceListThere when there are services already.
    """
    from pricelist import demo  # its generator is of no use elsewhere

    actor.require(RIGHT)
    lock_in_order([LOCK])
    if Service.objects.exists():
        raise PriceListThere
    services, prices = demo.sample_list()
    _set_prices(services, prices)
    return services


def _set_prices(services: Sequence[Service], amounts: Sequence[Decimal]) -> None:
    group, _is_new = PriceGroup.objects.get_or_create(is_base=True, defaults={"name": BASE_GROUP})
    since = DateTimeTZRange(timezone.now(), None)
    Price.objects.bulk_create(
        Price(service=service, group=group, amount=amount, during=since)
        for service, amount in zip(services, amounts, strict=True)
    )
