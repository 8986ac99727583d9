"""The patient's money: accounts with four figures, and the append-only ledger they are summed from."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.enums import EntryKind, Figure
from organization.models import Employee, LegalEntity
from patients.models import Patient


@pghistory.track(pghistory.InsertEvent())
class Account(models.Model):
    """A patient's account with one legal entity. Merging patients re-points accounts, never entries.

    The figures are the sums of the ledger, stored for speed under the row's lock; ``check_books`` proves them equal.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="accounts")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="accounts")
    debt = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    advance = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    insurer_due = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    not_yet_due = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "legal_entity"], name="billing_account_one"),
            models.CheckConstraint(
                condition=Q(debt__gte=0) & Q(advance__gte=0) & Q(insurer_due__gte=0) & Q(not_yet_due__gte=0),
                name="billing_account_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["-debt"], condition=Q(debt__gt=0), name="billing_account_debtors"),
            models.Index(fields=["-advance"], condition=Q(advance__gt=0), name="billing_account_advances"),
        ]


class LedgerEntry(models.Model):
    """One change of one figure of an account, signed. Nothing updates or deletes it; a mistake gets a reversal."""

    append_only = True

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    figure = models.CharField(max_length=12, choices=Figure.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField(help_text="Date in the branch's zone")
    invoice = models.ForeignKey("billing.Invoice", null=True, on_delete=models.PROTECT, related_name="entries")
    payment = models.ForeignKey("billing.Payment", null=True, on_delete=models.PROTECT, related_name="entries")
    refund = models.ForeignKey("billing.Refund", null=True, on_delete=models.PROTECT, related_name="entries")
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    employee = models.ForeignKey(Employee, null=True, on_delete=models.PROTECT, related_name="+")
    role_name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "id"], name="billing_entry_account")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="billing_entry_not_zero")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
