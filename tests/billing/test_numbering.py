"""Documents are numbered whole and without gaps, and written the way the clinic chose."""

import pytest
from django.urls import reverse

from billing.filters import InvoiceFilter
from billing.models import Invoice, Payment
from core.numbering import number_in, number_text
from tests.factories.billing import a_shift, an_invoice, an_order, paid
from tests.factories.options import choose

pytestmark = pytest.mark.django_db


def test_as_supplied_numbers_are_written_as_ever(db):
    assert number_text("order", 7, year=2026) == "7"
    assert number_text("invoice", 7, year=2026) == "2026/7"
    assert number_text("payment", 7, year=2026) == "2026/7"


@pytest.mark.parametrize("code", ["order", "invoice", "payment"])
def test_how_each_kind_of_document_is_written(db, code):
    choose(f"billing.{code}_number_form", "К-{yy}-{number}")
    choose(f"billing.{code}_number_digits", 5)

    assert number_text(code, 7, year=2026) == "К-26-00007"


def test_the_writing_shows_on_pages_and_papers(client_of, director, branch):
    shift = a_shift()
    invoice = an_invoice("100")
    paid(shift, invoice, cash="100")
    for code in ("order", "invoice", "payment"):
        choose(f"billing.{code}_number_form", f"{code}-{{number}}")
    head, payment = client_of(director), Payment.objects.get()

    page = head.get(reverse("billing:invoice", args=[invoice.pk])).content.decode()
    paper = head.get(reverse("billing:invoice_print", args=[invoice.pk])).content.decode()
    receipt = head.get(reverse("billing:payment_print", args=[payment.pk])).content.decode()
    listed = head.get(reverse("billing:invoice_list")).content.decode()

    assert f"invoice-{invoice.number}" in page
    assert f"payment-{payment.number}" in page
    assert f"order-{invoice.lines.get().order_line.order.number}" in page
    assert f"invoice-{invoice.number}" in paper
    assert f"payment-{payment.number}" in receipt
    assert f"invoice-{invoice.number}" in listed


def test_the_desk_shows_work_orders_as_they_are_written(client_of, director, branch):
    order = an_order("100", branch=branch)
    choose("billing.order_number_form", "Н-{number}")

    assert f"Н-{order.number}" in client_of(director).get(reverse("billing:desk")).content.decode()


@pytest.mark.parametrize("typed", ["{number}", "СЧ-{number}", "сч-{number}"])
def test_an_invoice_is_found_by_its_number_bare_or_as_it_is_written(branch, typed):
    invoice = an_invoice("100")
    choose("billing.invoice_number_form", "СЧ-{number}")

    found = InvoiceFilter({"q": typed.format(number=invoice.number)}, queryset=Invoice.objects.all()).qs

    assert list(found) == [invoice]


@pytest.mark.parametrize(
    ("form", "typed", "known"),
    [
        ("{number}", "117", {"number": 117}),
        ("{yy}-{number}", "26-00117", {"number": 117, "year": 2026}),
        ("{year}/{number}", "2026/117", {"number": 117, "year": 2026}),
        ("{year}/{number}", "Иванова", None),
        ("(a+)+{number}", "117", None),
    ],
)
def test_a_written_number_is_read_back(db, form, typed, known):
    choose("billing.invoice_number_form", form)

    assert number_in("invoice", typed) == known


def test_each_legal_entity_counts_its_own_documents_of_the_year(client_of, director, branch):
    page = client_of(director).get("/settings/numbering/").content.decode()

    assert page.count(f"{branch.legal_entity.short_name}, ") == 3
