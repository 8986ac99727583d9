"""Invoices: the list, one invoice, its papers; the papers of a payment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing import documents, services
from billing.filters import InvoiceFilter
from billing.forms import VoidForm
from billing.history import INVOICE
from billing.models import Invoice, Payment
from billing.selectors.documents import (
    invoice_sheet,
    payment_sheet,
    visible_invoices,
)
from billing.selectors.invoice_list import invoice_page
from billing.two_people import VOID_INVOICE, is_always_asked
from core import history
from core.access import requires
from core.errors import DomainError
from core.htmx import changed
from core.printing import PdfSwitchedOff, pdf_response, render_document, render_pdf
from organization.confirming import second_person_of

VIEW, VOID = "billing.view_invoice", "billing.void_invoice"


@dataclass(frozen=True)
class Column:
    """A head of the list: its title and, where the list may be sorted by it, what the url says for that."""

    title: str
    name: str = ""
    order: str = ""  # of the whole list now
    is_number: bool = False

    @property
    def direction(self) -> str:
        """How the list is sorted by this column; empty when by another one."""
        return {self.name: "ascending", f"-{self.name}": "descending"}.get(self.order, "") if self.name else ""

    @property
    def next_order(self) -> str:
        return f"-{self.name}" if self.direction == "ascending" else self.name


@require_GET
@requires(VIEW)
def invoice_list(request: HttpRequest) -> HttpResponse:
    """All invoices the role may see, filtered by the url, with the sums of the whole list."""
    chosen = InvoiceFilter(request.GET, queryset=Invoice.objects.visible_to(request.actor))
    listed = invoice_page(chosen.qs, order=request.GET.get("sort", ""), number=request.GET.get("page", ""))
    columns = [
        Column(_("Number"), "number", listed.order),
        Column(_("Date"), "issued_on", listed.order),
        Column(_("Patient"), "patient", listed.order),
        Column(_("Branch")),
        Column(_("Sum, ₽"), "total", listed.order, is_number=True),
        Column(_("Paid, ₽"), "paid", listed.order, is_number=True),
        Column(_("Due, ₽"), is_number=True),
        Column(_("State")),
    ]
    return render(request, "billing/invoice_list.html", {"filter": chosen, "listed": listed, "columns": columns})


@require_GET
@requires(VIEW)
def invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """One invoice: lines, payments, papers."""
    found = get_object_or_404(visible_invoices(request.actor), pk=invoice_id)
    context = {
        "sheet": invoice_sheet(found),
        "invoice": found,
        "can_take": request.actor.can("billing.take_payment") and found.due > 0,
        "can_void": request.actor.can(VOID) and not found.paid and not found.voided_at,
        "can_see_order": request.actor.can("billing.view_order"),
        "can_see_history": request.actor.can("core.view_history"),
    }
    return render(request, "billing/invoice.html", context)


@require_http_methods(["GET", "POST"])
@requires(VOID)
def invoice_void(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Void an unpaid invoice; a decision that must not be missed, so it asks in a modal."""
    found = get_object_or_404(Invoice.objects.visible_to(request.actor), pk=invoice_id)
    form = VoidForm(request.POST or None, initial={"version": found.version}, is_asked=is_always_asked(VOID_INVOICE))
    if request.method == "POST" and form.is_valid():
        try:
            second = second_person_of(request, form.cleaned_data)
            services.void_invoice(actor=request.actor, invoice=found, second=second, **form.cleaned_data)
            return changed("invoiceChanged", toast=_("The invoice is voided."))
        except DomainError as error:
            form.refuse(error)
    context = {"form": form, "invoice": found}
    return render(request, "billing/_invoice_void.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@requires("core.view_history")
def invoice_history(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Who changed what in the invoice, in the drawer."""
    found = get_object_or_404(visible_invoices(request.actor), pk=invoice_id)
    return history.answer(request, INVOICE, found, title=_("Invoice № %(number)s") % {"number": found})


@require_GET
@requires(VIEW)
def invoice_print(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The invoice on paper, as the browser prints it; ``?pdf`` answers the file."""
    found = get_object_or_404(visible_invoices(request.actor), pk=invoice_id)
    sheet = invoice_sheet(found)
    filename = f"invoice-{found.year}-{found.number}.pdf"
    return _printed(request, documents.INVOICE, lambda: documents.invoice_context(sheet), filename)


@require_GET
@requires(VIEW)
def payment_print(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The receipt of a payment on paper; it says that it is not fiscal."""
    payments = Payment.objects.visible_to(request.actor).select_related(
        "patient", "branch", "legal_entity", "taken_by", "shift__desk", "receipt"
    )
    found = get_object_or_404(payments.prefetch_related("parts"), pk=payment_id)
    sheet = payment_sheet(found)
    filename = f"payment-{found.year}-{found.number}.pdf"
    return _printed(request, documents.PAYMENT, lambda: documents.payment_context(sheet), filename)


def _printed(request: HttpRequest, template: str, context: Callable[[], dict[str, Any]], filename: str) -> HttpResponse:
    """The preview, or the PDF; a server without Pango answers the preview and says so.

    Papers go to patients: they are in the clinic's language, whatever the screen's is.
    """
    problem = ""
    with translation.override(settings.LANGUAGE_CODE):
        if "pdf" in request.GET:
            try:
                return pdf_response(render_pdf(render_document(template, context())), filename)
            except PdfSwitchedOff as error:
                problem = " ".join(error.messages)
        preview = {"is_preview": True, "problem": problem, "pdf_url": "?pdf=1"}
        return HttpResponse(render_document(template, {**context(), **preview}))
