"""What printed documents show: an invoice with its payments, a payment with where it went."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.models import Allocation, Invoice, InvoiceLine, Payment
from billing.selectors.accounts import AccountState, account_state
from core.actor import Actor
from core.money import ZERO


@dataclass(frozen=True)
class InvoicePayment:
    """How much of one payment went to an invoice."""

    payment: Payment
    amount: Decimal


@dataclass(frozen=True)
class InvoiceSheet:
    """An invoice with its lines, what was paid on it, and the payer's figures now."""

    invoice: Invoice
    lines: list[InvoiceLine]
    payments: list[InvoicePayment]
    state: AccountState

    @property
    def gross(self) -> Decimal:
        return sum((line.amount + line.discount for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)


def visible_invoices(actor: Actor) -> QuerySet[Invoice]:
    """Invoices the actor may see, with all their documents print."""
    return Invoice.objects.visible_to(actor).select_related("patient", "branch", "legal_entity", "issued_by", "account")


def invoice_sheet(invoice: Invoice) -> InvoiceSheet:
    """The invoice as it is shown and printed; a fixed number of queries."""
    shares = dict(
        Allocation.objects.filter(invoice_line__invoice=invoice)
        .values("payment_id")
        .annotate(sum=Sum("amount"))
        .values_list("payment_id", "sum")
    )
    payments = (
        Payment.objects.filter(pk__in=shares)
        .select_related("taken_by", "receipt")
        .prefetch_related("parts")
        .order_by("pk")
    )
    return InvoiceSheet(
        invoice=invoice,
        lines=list(invoice.lines.select_related("order_line__order__doctor", "order_line")),
        payments=[InvoicePayment(payment, shares[payment.pk]) for payment in payments],
        state=account_state(invoice.patient_id, invoice.legal_entity_id),
    )


@dataclass(frozen=True)
class PaymentSheet:
    """A payment with its means and the invoices it paid."""

    payment: Payment
    invoices: list[tuple[Invoice, Decimal]]
    state: AccountState


def payment_sheet(payment: Payment) -> PaymentSheet:
    """The payment as it is printed."""
    shares = dict(
        payment.allocations.values("invoice_line__invoice_id")
        .annotate(sum=Sum("amount"))
        .values_list("invoice_line__invoice_id", "sum")
    )
    invoices = Invoice.objects.filter(pk__in=shares).order_by("pk")
    return PaymentSheet(
        payment=payment,
        invoices=[(invoice, shares[invoice.pk]) for invoice in invoices],
        state=account_state(payment.patient_id, payment.legal_entity_id),
    )
