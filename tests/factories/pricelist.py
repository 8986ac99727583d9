"""A small price list. A service comes with a price in the base group, valid since long ago; ``price=NO_PRICE`` gives none."""

from datetime import UTC, datetime
from decimal import Decimal

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from pricelist.models import (
    Direction,
    NomenclatureItem,
    Price,
    PriceGroup,
    Service,
    ServiceCategory,
    ServiceNomenclature,
    ToothArea,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NO_PRICE = object()


class DirectionFactory(DjangoModelFactory):
    class Meta:
        model = Direction
        django_get_or_create = ("name",)

    name = "Терапия"


class ServiceCategoryFactory(DjangoModelFactory):
    class Meta:
        model = ServiceCategory
        django_get_or_create = ("parent", "name")

    parent = None
    name = "Терапия"


class PriceGroupFactory(DjangoModelFactory):
    """The base group; name another for a group of its own."""

    class Meta:
        model = PriceGroup
        django_get_or_create = ("is_base",)

    name = "Базовый"
    is_base = True


class PriceFactory(DjangoModelFactory):
    class Meta:
        model = Price

    service = factory.SubFactory("tests.factories.pricelist.ServiceFactory", price=NO_PRICE)
    group = factory.SubFactory(PriceGroupFactory)
    branch = None
    amount = Decimal("1000.00")
    during = DateTimeTZRange(LONG_AGO, None)


class ServiceFactory(DjangoModelFactory):
    """``price="4200"`` is its price, ``codes=["A16.07.002"]`` its 804н codes; on_tooth and on_surface say where it is done."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    class Params:
        on_tooth = factory.Trait(tooth_area=ToothArea.TOOTH)
        on_surface = factory.Trait(tooth_area=ToothArea.SURFACE)
        on_jaw = factory.Trait(tooth_area=ToothArea.JAW)

    code = factory.Sequence(lambda n: f"Т-{n:03d}")
    name = factory.Sequence(lambda n: f"Услуга {n}")
    category = factory.SubFactory(ServiceCategoryFactory)
    direction = factory.SubFactory(DirectionFactory)

    @factory.post_generation
    def price(self, create, extracted, **kwargs):
        if extracted is not NO_PRICE:
            PriceFactory(service=self, amount=Decimal(extracted or "1000"))

    @factory.post_generation
    def codes(self, create, extracted, **kwargs):
        for code in extracted or ():
            item, _ = NomenclatureItem.objects.get_or_create(code=code, defaults={"name": code})
            ServiceNomenclature.objects.create(service=self, item=item)
