"""Reads of the price list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from core import search
from core.sql import read
from pricelist.models import Price, Service, ServiceCategory


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


# What a service ``s`` costs in the base group, as in ``prices_at``: a branch's own price wins over the common one.
_BASE_PRICE = """(
  SELECT p.amount FROM pricelist_price p JOIN pricelist_pricegroup g ON g.id = p.group_id AND g.is_base
  WHERE p.service_id = s.id AND p.during @> %(at)s::timestamptz AND (p.branch_id IS NULL OR p.branch_id = %(branch)s)
  ORDER BY p.branch_id IS NULL LIMIT 1
)"""
_TERMS = f"""
SELECT {_BASE_PRICE},
  (SELECT json_agg(json_build_array(c.item_id, c.quantity) ORDER BY c.id)
   FROM pricelist_servicenomenclature c WHERE c.service_id = s.id)
FROM pricelist_service s WHERE s.id = %(service)s
"""  # noqa: S608  our own text
_OFFERED = f"""
SELECT s.id, s.code, s.name, {_BASE_PRICE} FROM pricelist_service s
WHERE s.archived_at IS NULL AND
"""  # noqa: S608  our own text
_BY_IDS = _OFFERED + "s.id = ANY(%(services)s::bigint[]) ORDER BY array_position(%(services)s::bigint[], s.id)"
_OF_CATEGORY = _OFFERED + "s.category_id = %(category)s ORDER BY s.code"


class ServiceTerms(NamedTuple):
    """What a document copies of a service: its price (None when it has none) and its 804н codes with quantities."""

    price: Decimal | None
    codes: list[tuple[str, int]]


def service_terms(service_id: int, *, at: datetime, branch_id: int | None = None) -> ServiceTerms:
    """The price of ``prices_at`` in the base group and the codes of one service; one query."""
    price, codes = read(_TERMS, {"service": service_id, "at": at, "branch": branch_id})[0]
    return ServiceTerms(price, [(code, quantity) for code, quantity in codes or ()])


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service in use as it is offered for choice, with its price in the base group (None when it has none)."""

    pk: int
    code: str
    name: str
    current_price: Decimal | None


def services_offered(service_ids: Sequence[int], *, at: datetime, branch_id: int) -> list[OfferedService]:
    """Those of the services that are in use, in the order of the ids; one query."""
    rows = read(_BY_IDS, {"services": list(service_ids), "at": at, "branch": branch_id})
    return [OfferedService(*row) for row in rows]


def category_offered(category_id: int, *, at: datetime, branch_id: int) -> list[OfferedService]:
    """A category's services in use, by code; one query."""
    rows = read(_OF_CATEGORY, {"category": category_id, "at": at, "branch": branch_id})
    return [OfferedService(*row) for row in rows]


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


@dataclass(frozen=True)
class CategoryCount:
    """A category of the tree with how many services are in use in it."""

    pk: int
    name: str
    count: int


def categories() -> list[CategoryCount]:
    """Categories in their order, those without services in use left out."""
    rows = (
        ServiceCategory.objects.active()
        .annotate(number=Count("services", filter=Q(services__archived_at=None)))
        .filter(number__gt=0)
        .order_by("order", "name")  # grouping drops the model's own order
    )
    return [CategoryCount(row.pk, row.name, row.number) for row in rows]


def price_history(service: Service) -> QuerySet[Price]:
    """Every price of a service, the newest first, planned ones too."""
    return service.prices.select_related("group", "branch").order_by("-during", "pk")


def services_shown(*, text: str = "", category_id: int | None = None, archived: bool = False) -> QuerySet[Service]:
    """Services of the list: in use or withdrawn, of one category, found by a text."""
    shown: QuerySet[Service] = Service.objects.filter(archived_at__isnull=not archived)
    if category_id:
        shown = shown.filter(category_id=category_id)
    if text:
        shown = search.find(shown, text)
    return (
        shown.select_related("category", "direction")
        .prefetch_related("codes")
        .defer("search")
        .order_by("category__order", "code")
    )
