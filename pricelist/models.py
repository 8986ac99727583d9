"""The price list: categories, services with their 804н codes, price groups, and prices with their period."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.exclusion import one_number_range
from core.fields import TsvectorField
from core.models import Archived, Versioned
from organization.models import Branch


@pghistory.track()
class Direction(Archived):
    """A direction of treatment (направление): therapy, surgery, hygiene. Copied into the order's line."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ServiceCategory(Archived):
    """A branch of the price list's tree."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="pricelist_category_name")
        ]

    def __str__(self) -> str:
        return self.name


class NomenclatureItem(models.Model):
    """One medical service of the nomenclature. Source: order of the Ministry of Health № 804н."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=500)
    is_checked = models.BooleanField(default=True, help_text="Seen in published lists, not recalled.")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ToothArea(models.TextChoices):
    """What a service is done on."""

    NONE = "none", _("no tooth")
    TOOTH = "tooth", _("tooth")
    SURFACE = "surface", _("tooth surface")
    JAW = "jaw", _("jaw")


@pghistory.track(exclude=["search"])
class Service(Archived, Versioned):
    """A position of the price list. Renaming it never rewrites old documents: lines keep copies."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=300)
    category = models.ForeignKey(
        ServiceCategory, on_delete=models.PROTECT, related_name="services", verbose_name=_("category")
    )
    direction = models.ForeignKey(
        Direction, on_delete=models.PROTECT, related_name="services", verbose_name=_("direction")
    )
    duration_minutes = models.PositiveSmallIntegerField(_("duration, minutes"), default=30)
    tooth_area = models.CharField(_("done on"), max_length=8, choices=ToothArea.choices, default=ToothArea.NONE)
    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=0)
    needs_lab = models.BooleanField(_("needs the laboratory"), default=False)
    is_discountable = models.BooleanField(_("discounts apply"), default=True)
    nomenclature = models.ManyToManyField(
        NomenclatureItem, through="ServiceNomenclature", related_name="services", blank=True
    )
    search = TsvectorField(editable=False, null=True)

    class Meta:
        ordering = ["category__order", "code"]
        indexes = [GinIndex(fields=["search"], name="pricelist_service_search", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@pghistory.track()
class ServiceNomenclature(models.Model):
    """One 804н code of a service; a service may hold several with quantities."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="codes")
    item = models.ForeignKey(NomenclatureItem, on_delete=models.PROTECT)
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["service", "item"], name="pricelist_servicenomenclature_once")]


@pghistory.track()
class PriceGroup(Archived):
    """A group of prices (chief doctor, night). The base group holds what everybody pays who has no other."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_base = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_base", "name"]
        constraints = [
            models.UniqueConstraint(fields=["is_base"], condition=Q(is_base=True), name="pricelist_pricegroup_one_base")
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Price(models.Model):
    """A price of a service in one group, in its period. Zero is a price; no row is no price."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="prices")
    group = models.ForeignKey(PriceGroup, on_delete=models.PROTECT, related_name="prices")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    amount = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    during = DateTimeRangeField(_("period"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="pricelist_price_not_negative"),
            ExclusionConstraint(
                name="pricelist_price_one_at_a_time",
                expressions=[
                    (one_number_range("service_id"), RangeOperators.OVERLAPS),
                    (one_number_range("group_id"), RangeOperators.OVERLAPS),
                    # 0 stands for "every branch"; a NULL would make an unbounded range that clashes with everybody
                    (one_number_range(Coalesce("branch_id", Value(0))), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
