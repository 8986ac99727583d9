"""Reads of the price list."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from core import search
from pricelist.models import Price, Service


def prices_at(
    service_ids: Iterable[int], *, at: datetime, branch_id: int | None = None, group_id: int | None = None
) -> dict[int, Decimal]:
    """Price of each service at a moment, roubles; services without a price are left out (zero is a price).

    The named group wins over the base group, a branch's own price over the common one. One query.
    """
    found: dict[int, tuple[tuple[bool, bool], Decimal]] = {}
    rows = (
        Price.objects.filter(Q(group__is_base=True) | Q(group_id=group_id), Q(branch=None) | Q(branch_id=branch_id))
        .filter(service_id__in=list(service_ids), during__contains=at)
        .values_list("service_id", "group__is_base", "branch_id", "amount")
    )
    for service_id, is_base, own_branch_id, amount in rows:
        rank = (not is_base, own_branch_id is not None)
        if service_id not in found or rank > found[service_id][0]:
            found[service_id] = (rank, amount)
    return {service_id: amount for service_id, (_rank, amount) in found.items()}


def service_suggestions(text: str, *, at: datetime, branch_id: int | None = None, limit: int = 12) -> list[Service]:
    """Services by the beginning of any word, by code or 804н code, each with ``current_price`` (None when it has none)."""
    services = search.find_rows(Service.objects.active().select_related("category", "direction"), text, limit=limit)
    return with_prices(services, at=at, branch_id=branch_id)


def with_prices(services: list[Service], *, at: datetime, branch_id: int | None = None) -> list[Service]:
    """The same services with ``current_price`` set, by one query."""
    prices = prices_at([service.pk for service in services], at=at, branch_id=branch_id)
    for service in services:
        service.current_price = prices.get(service.pk)  # type: ignore[attr-defined]
    return services
