"""Payments, where they went, cash desks and their shifts."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.enums import Means, ReceiptState, ShiftState
from core.actor import Actor, Scope
from core.models import Archived, ArchivedQuerySet, Versioned
from organization.models import Branch, Employee, ExplicitGrant, LegalEntity
from patients.models import Patient, is_own_card


def of_own_desks(actor: Actor, desk: str) -> Q:
    """The desk named by the field is the actor's: one of those granted by name, any when none is."""
    granted = CashDeskGrant.objects.in_force().of_user(actor.user_id).order_by().values("content_object_id")
    return ~Q(Exists(granted)) | Q(**{f"{desk}__in": granted})


def sees_shifts(actor: Actor) -> bool:
    """Whether the drawer's money may be seen: by those who work at a desk, and who sees more payments than own patients'."""
    works_there = actor.can("billing.run_shift") or actor.can("billing.take_payment")
    return works_there or actor.scope("billing.view_invoice") in (Scope.BRANCH, Scope.ALL)


class CashDeskQuerySet(ArchivedQuerySet):
    def usable_by(self, actor: Actor) -> Self:
        """Active desks of the branches the actor works in; those granted by name alone, when there are such."""
        if actor.is_system:
            return self.active()
        return self.active().filter(of_own_desks(actor, "pk"), branch_id__in=actor.branch_ids)


class MoneyQuerySet(models.QuerySet[Any]):
    """What went through a desk, seen by whoever may see invoices and payments."""

    def visible_to(self, actor: Actor) -> Self:
        scope = actor.scope("billing.view_invoice")
        if scope is None:
            return self.none()
        if actor.is_system:
            return self
        rows = self.filter(of_own_desks(actor, "shift__desk_id"))
        if scope == Scope.OWN:
            return rows.filter(is_own_card(actor, "patient_id"))
        return rows.filter(branch_id__in=actor.branch_ids) if scope == Scope.BRANCH else rows


class CashShiftQuerySet(models.QuerySet["CashShift"]):
    def visible_to(self, actor: Actor) -> Self:
        """Shifts of the actor's desks in the actor's branches. They hold everybody's payments: own ones alone open none."""
        if actor.is_system:
            return self
        if not sees_shifts(actor):
            return self.none()
        return self.filter(of_own_desks(actor, "desk_id"), desk__branch_id__in=actor.branch_ids)

    def open(self) -> Self:
        return self.filter(state=ShiftState.OPEN)


@pghistory.track()
class CashDesk(Archived):
    """A place money is taken at, of one branch and one legal entity."""

    name = models.CharField(_("name"), max_length=80)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="cash_desks")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="cash_desks")

    objects = CashDeskQuerySet.as_manager()

    class Meta:
        ordering = ["branch", "name"]
        constraints = [models.UniqueConstraint(fields=["branch", "name"], name="billing_cashdesk_name")]
        permissions = [("use_cash_desk", "May take money at this desk")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CashDeskGrant(ExplicitGrant):
    """One desk is given to one person by name; whoever has such a grant works at those desks alone."""

    content_object = models.ForeignKey(CashDesk, on_delete=models.PROTECT, related_name="grants")


@pghistory.track()
class CashShift(Versioned):
    """A cash desk's shift: one is open at a time; closing counts the drawer against what it should hold."""

    desk = models.ForeignKey(CashDesk, on_delete=models.PROTECT, related_name="shifts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=6, choices=ShiftState.choices, default=ShiftState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    opening_cash = models.DecimalField(_("cash at opening"), max_digits=12, decimal_places=2, default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expected_cash = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    counted_cash = models.DecimalField(_("cash counted"), max_digits=12, decimal_places=2, null=True, blank=True)
    difference_reason = models.CharField(max_length=200, blank=True)

    objects = CashShiftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=Q(state=ShiftState.OPEN), name="billing_cashshift_one_open"
            ),
            models.UniqueConstraint(fields=["desk", "number"], name="billing_cashshift_number"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_open(self) -> bool:
        return self.state == ShiftState.OPEN

    @property
    def difference(self) -> Decimal | None:
        """Counted less expected; None while the shift is open."""
        if self.counted_cash is None or self.expected_cash is None:
            return None
        return self.counted_cash - self.expected_cash


@pghistory.track()
class ShiftTotal(models.Model):
    """What a closed shift took and gave back by one means; written when it closes."""

    shift = models.ForeignKey(CashShift, on_delete=models.PROTECT, related_name="totals")
    means = models.CharField(max_length=8, choices=Means.choices)
    taken = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    payments = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "means"], name="billing_shifttotal_once")]


class Payment(models.Model):
    """Money taken once, by one or several means. ``key`` comes from the form: the same form pays once, however often it is sent."""

    append_only = True

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    account = models.ForeignKey("billing.Account", on_delete=models.PROTECT, related_name="payments")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="payments")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="payments")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="payments")
    shift = models.ForeignKey(CashShift, on_delete=models.PROTECT, related_name="payments")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_on = models.DateField(help_text="Date in the branch's zone: receipts belong to it.")
    taken_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(
        max_digits=12, decimal_places=2, help_text="All means together, the set-off advance too"
    )
    money = models.DecimalField(
        max_digits=12, decimal_places=2, help_text="What came into the desk: all means but the advance"
    )
    to_advance = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, help_text="Left on the patient's advance"
    )
    cash_received = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    change_given = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    objects = MoneyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "year", "number"], name="billing_payment_number"),
            models.CheckConstraint(
                condition=Q(total__gt=0) & Q(money__gte=0) & Q(to_advance__gte=0), name="billing_payment_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "taken_on"], name="billing_payment_branch_day"),
            models.Index(fields=["patient", "-taken_at"], name="billing_payment_patient"),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="no_update", operation=pgtrigger.Update),
        ]


class PaymentPart(models.Model):
    """How much of a payment came by one means."""

    append_only = True

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="parts")
    means = models.CharField(max_length=8, choices=Means.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "means"], name="billing_paymentpart_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_paymentpart_positive"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def by(self) -> Means:
        return Means(self.means)


class Allocation(models.Model):
    """How much of a payment went to one line of an invoice. A reallocation is a pair of rows, minus and plus."""

    append_only = True

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice_line = models.ForeignKey("billing.InvoiceLine", on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        indexes = [models.Index(fields=["invoice_line"], name="billing_allocation_line")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="billing_allocation_not_zero")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class Refund(models.Model):
    """Money given back from the patient's advance, by one means, through an open shift."""

    append_only = True

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    account = models.ForeignKey("billing.Account", on_delete=models.PROTECT, related_name="refunds")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="refunds")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="refunds")
    shift = models.ForeignKey(CashShift, on_delete=models.PROTECT, related_name="refunds")
    means = models.CharField(max_length=8, choices=Means.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    given_at = models.DateTimeField(default=timezone.now)
    given_on = models.DateField(help_text="Date in the branch's zone")
    given_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")

    objects = MoneyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["branch", "given_on"], name="billing_refund_branch_day")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_refund_positive"),
            models.CheckConstraint(condition=~Q(means=Means.ADVANCE), name="billing_refund_real_money"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def by(self) -> Means:
        return Means(self.means)


@pghistory.track()
class FiscalReceipt(models.Model):
    """The receipt of a payment or a refund and what became of it at the register. Source: 54-ФЗ."""

    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="receipt")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="receipt")
    state = models.CharField(max_length=12, choices=ReceiptState.choices, default=ReceiptState.NO_REGISTER)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, refund__isnull=True) | Q(payment__isnull=True, refund__isnull=False),
                name="billing_fiscalreceipt_of_one",
            )
        ]
