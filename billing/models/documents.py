"""Work orders (what was done) and invoices (what is owed for it)."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.enums import InvoiceState, OrderState
from core.actor import Actor, Scope
from core.models import Versioned
from core.money import ZERO, round_money
from core.numbering import number_text
from organization.models import Branch, Employee, LegalEntity
from patients.models import Patient, is_own_card
from pricelist.models import Service
from schedule.models import Appointment


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    def visible_to(self, actor: Actor) -> Self:
        """Work orders the role in force may see; its own are those of own patients, whoever treated them."""
        scope = actor.scope("billing.view_order")
        if scope is None:
            return self.none()
        if scope == Scope.OWN:
            return self.filter(is_own_card(actor, "patient_id"))
        return self.filter(branch_id__in=actor.branch_ids) if scope == Scope.BRANCH else self

    def waiting(self) -> Self:
        """Closed, worth something, and on no invoice yet: the desk has to settle them."""
        return self.filter(state=OrderState.CLOSED, is_invoiced=False, total__gt=0)


@pghistory.track()
class WorkOrder(Versioned):
    """Services rendered in one appointment (наряд). Closed by the doctor; money is settled by invoices of its lines."""

    number = models.PositiveIntegerField(help_text="Per legal entity and year, without gaps; drawn at creation.")
    year = models.PositiveSmallIntegerField()
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="work_order")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="work_orders")
    doctor = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="work_orders")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="work_orders")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="work_orders")
    state = models.CharField(max_length=6, choices=OrderState.choices, default=OrderState.DRAFT)
    served_on = models.DateField(help_text="Date of service in the branch's zone: revenue belongs to it.")
    total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    is_invoiced = models.BooleanField(
        default=False, help_text="Stored: its lines stand on an invoice that is not voided, see check_books"
    )
    comment = models.CharField(max_length=500, blank=True)
    no_services_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "year", "number"], name="billing_workorder_number"),
            models.CheckConstraint(
                condition=~Q(state=OrderState.CLOSED) | Q(closed_at__isnull=False), name="billing_workorder_closed_when"
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "served_on"], name="billing_order_branch_day"),
            models.Index(fields=["patient", "-served_on"], name="billing_order_patient"),
            models.Index(fields=["doctor", "served_on"], name="billing_order_doctor_day"),
            models.Index(
                fields=["branch", "patient"],
                condition=Q(state=OrderState.CLOSED, is_invoiced=False, total__gt=0),
                name="billing_order_waiting",
            ),
        ]

    def __str__(self) -> str:
        return number_text("order", self.number, year=self.year)

    @property
    def is_draft(self) -> bool:
        return self.state == OrderState.DRAFT


@pghistory.track()
class WorkOrderLine(models.Model):
    """One service rendered. Everything a document prints is a copy made when the line was written."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    nomenclature = models.CharField(max_length=200, blank=True, help_text="804н codes, comma separated")
    direction = models.CharField(max_length=80)
    teeth = ArrayField(models.CharField(max_length=4), default=list, blank=True, help_text="FDI numbers")
    surfaces = models.CharField(max_length=8, blank=True, help_text="Codes in printing order, for example MOD")
    quantity = models.PositiveSmallIntegerField(default=1)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    discount_reason = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="To pay, after the discount")
    performer = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="billing_orderline_quantity"),
            models.CheckConstraint(condition=Q(amount__gte=0) & Q(price__gte=0), name="billing_orderline_not_negative"),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0) & Q(discount_percent__lte=100), name="billing_orderline_discount"
            ),
        ]

    @property
    def gross(self) -> Decimal:
        """Before the discount."""
        return round_money(self.price * self.quantity)

    @property
    def discount(self) -> Decimal:
        return self.gross - self.amount


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, actor: Actor) -> Self:
        """Invoices the role in force may see; its own are those of own patients, as their sums on the card are."""
        scope = actor.scope("billing.view_invoice")
        if scope is None:
            return self.none()
        if scope == Scope.OWN:
            return self.filter(is_own_card(actor, "patient_id"))
        return self.filter(branch_id__in=actor.branch_ids) if scope == Scope.BRANCH else self

    def unpaid(self) -> Self:
        """Issued and not yet paid in full."""
        return self.filter(state=InvoiceState.ISSUED, paid__lt=models.F("total"))


@pghistory.track()
class Invoice(Versioned):
    """What one payer owes for one or several orders (счёт-квитанция). The number is drawn at issue, without gaps."""

    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="invoices")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="invoices")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="invoices")
    account = models.ForeignKey("billing.Account", on_delete=models.PROTECT, related_name="invoices")
    state = models.CharField(max_length=6, choices=InvoiceState.choices, default=InvoiceState.ISSUED)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_on = models.DateField(help_text="Date in the branch's zone")
    issued_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="Stored sum of allocations, see check_books"
    )
    payer_name = models.CharField(max_length=260, help_text="Copied at issue")
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "year", "number"], name="billing_invoice_number"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=models.F("total")), name="billing_invoice_not_overpaid"
            ),
        ]
        indexes = [
            # what a patient's card sums is in the index: years of invoices are not fetched to be summed
            models.Index(
                fields=["patient", "-issued_on"], include=["state", "total", "paid"], name="billing_invoice_card"
            ),
            models.Index(fields=["-year", "-number"], name="billing_invoice_newest"),
            models.Index(fields=["branch", "issued_on"], name="billing_invoice_branch_day"),
            models.Index(
                fields=["account"],
                condition=Q(state=InvoiceState.ISSUED) & Q(paid__lt=models.F("total")),
                name="billing_invoice_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return number_text("invoice", self.number, year=self.year)

    @property
    def due(self) -> Decimal:
        """Still to be paid."""
        return self.total - self.paid if self.state == InvoiceState.ISSUED else ZERO

    @property
    def is_paid(self) -> bool:
        return self.state == InvoiceState.ISSUED and self.paid == self.total


@pghistory.track()
class InvoiceLine(models.Model):
    """A line of an order as it is owed. An order's line stands on one invoice only, unless that one was voided."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(WorkOrderLine, on_delete=models.PROTECT, related_name="invoice_lines")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    code = models.CharField(max_length=20)
    nomenclature = models.CharField(max_length=200, blank=True)
    teeth = models.CharField(max_length=80, blank=True)
    quantity = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="Stored sum of allocations, see check_books"
    )
    is_void = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order_line"], condition=Q(is_void=False), name="billing_invoiceline_once"),
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(paid__lte=models.F("amount")), name="billing_invoiceline_not_overpaid"
            ),
        ]

    @property
    def due(self) -> Decimal:
        """Still to be paid for this line."""
        return ZERO if self.is_void else self.amount - self.paid
