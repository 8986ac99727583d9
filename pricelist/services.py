"""Every write of the price list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from core import search
from core.actor import Actor
from core.errors import constraint_as
from core.money import round_money
from pricelist.errors import CodeTaken, PriceInThePast, ServiceWithdrawn, UnknownNomenclature
from pricelist.models import NomenclatureItem, Price, PriceGroup, Service, ServiceNomenclature

CODE_UNIQUE = {"pricelist_service_code_key": CodeTaken}
LOOKALIKES = str.maketrans("АВСЕНКМОРТХавсенкмортх", "ABCEHKMOPTXabcehkmoptx")
MAY_START_BEFORE = timedelta(minutes=5)  # the form was open a while


def normalise_nomenclature(code: str) -> str:
    """An 804н code as the order writes it: Latin A or B, digits, points. Source: domain_rules § 15 (typical errors)."""
    tidy = code.strip().upper().translate(LOOKALIKES)
    return re.sub(r"[OО]", "0", tidy)


@transaction.atomic
def add_service(*, actor: Actor, nomenclature: Sequence[str] = (), **fields: Any) -> Service:
    """Add a position to the price list; its first price is set apart, by ``set_price``.

    Raises: CodeTaken, UnknownNomenclature.
    """
    actor.require("pricelist.change_service")
    with constraint_as(CODE_UNIQUE):
        service = Service.objects.create(**fields)
    _set_codes(service, nomenclature)
    _refresh_search(service)
    return service


@transaction.atomic
def change_service(
    *, actor: Actor, service: Service, version: int | None, nomenclature: Sequence[str] | None = None, **fields: Any
) -> Service:
    """Change a position. Documents already written keep their copies.

    Raises: ChangedByOther, CodeTaken, UnknownNomenclature.
    """
    actor.require("pricelist.change_service")
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    service.check_version(version)
    for name, value in fields.items():
        setattr(service, name, value)
    with constraint_as(CODE_UNIQUE):
        service.save_version()
    if nomenclature is not None:
        _set_codes(service, nomenclature)
    _refresh_search(service)
    return service


@transaction.atomic
def withdraw_service(*, actor: Actor, service: Service) -> Service:
    """Take a service out of use: it cannot be chosen any more and stays in history."""
    actor.require("pricelist.change_service")
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    service.archived_at = service.archived_at or timezone.now()
    service.save_version()
    return service


@transaction.atomic
def restore_service(*, actor: Actor, service: Service) -> Service:
    """Bring a withdrawn service back into use."""
    actor.require("pricelist.change_service")
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    service.archived_at = None
    service.save_version()
    return service


@transaction.atomic
def set_price(
    *, actor: Actor, service: Service, amount: Decimal, starts_at: datetime, group: PriceGroup | None = None
) -> Price:
    """Set a price from a moment on, in the base group unless another is named.

    The price in force then ends at that moment; one already planned for later keeps its start, and this one ends there.
    Raises: PriceInThePast, ServiceWithdrawn.
    """
    actor.require("pricelist.change_service")
    service = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if service.is_archived:
        raise ServiceWithdrawn
    if starts_at < timezone.now() - MAY_START_BEFORE:
        raise PriceInThePast
    group = group or PriceGroup.objects.get(is_base=True)
    prices = Price.objects.filter(service=service, group=group, branch=None)
    same_start = prices.filter(during__startswith=starts_at).first()
    if same_start is not None:
        same_start.amount = round_money(amount)
        same_start.save(update_fields=["amount"])
        return same_start
    later = prices.filter(during__startswith__gt=starts_at).order_by("during").first()
    current = prices.filter(during__contains=starts_at).first()
    if current is not None:
        current.during = DateTimeTZRange(current.during.lower, starts_at)
        current.save(update_fields=["during"])
    until = later.during.lower if later else None
    return Price.objects.create(
        service=service, group=group, amount=round_money(amount), during=DateTimeTZRange(starts_at, until)
    )


def _set_codes(service: Service, nomenclature: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(normalise_nomenclature(code) for code in nomenclature if code.strip()))
    known = set(NomenclatureItem.objects.filter(code__in=wanted).values_list("code", flat=True))
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise UnknownNomenclature(codes=", ".join(unknown))
    ServiceNomenclature.objects.filter(service=service).exclude(item_id__in=wanted).delete()
    for code in wanted:
        ServiceNomenclature.objects.get_or_create(service=service, item_id=code)


def _refresh_search(service: Service) -> None:
    codes = ServiceNomenclature.objects.filter(service=service).values_list("item_id", flat=True)
    Service.objects.filter(pk=service.pk).update(search=lexemes_of(service.code, service.name, codes))


def lexemes_of(code: str, name: str, nomenclature: Iterable[str]) -> list[str]:
    """What a service is found by: its name's words, its own code, its 804н codes in Latin and as often mistyped."""
    latin = list(nomenclature)
    cyrillic = [item.replace("A", "А").replace("B", "В") for item in latin]
    return search.tokens_for(words=[name, code, *latin, *cyrillic])
