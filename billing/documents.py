"""Printed documents: счёт-квитанция and the receipt of a payment. Source: documents.md §§ 0.1, 11."""

from typing import Any

from billing.selectors.documents import InvoiceSheet, PaymentSheet
from core.phones import format_phone
from core.words import money_in_words
from organization.appearance import logo_data

INVOICE = "billing/documents/invoice.html"
PAYMENT = "billing/documents/payment.html"


def invoice_context(sheet: InvoiceSheet) -> dict[str, Any]:
    """Everything the invoice prints."""
    return {
        "logo": logo_data(),
        "sheet": sheet,
        "invoice": sheet.invoice,
        "entity": sheet.invoice.legal_entity,
        "branch": sheet.invoice.branch,
        "phone": format_phone(sheet.invoice.branch.phone or sheet.invoice.legal_entity.phone),
        "in_words": money_in_words(sheet.invoice.total),
    }


def payment_context(sheet: PaymentSheet) -> dict[str, Any]:
    """Everything the receipt of a payment prints."""
    return {
        "logo": logo_data(),
        "sheet": sheet,
        "payment": sheet.payment,
        "entity": sheet.payment.legal_entity,
        "branch": sheet.payment.branch,
        "phone": format_phone(sheet.payment.branch.phone or sheet.payment.legal_entity.phone),
        "in_words": money_in_words(sheet.payment.total),
    }
