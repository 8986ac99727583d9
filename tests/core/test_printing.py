"""Documents become PDF with Cyrillic in it, and may ask for our own files only."""

from io import BytesIO

import pytest
from django.conf import settings as project
from django.templatetags.static import static
from pypdf import PdfReader

from core.printing import ForbiddenAddress, PdfSwitchedOff, own_file, render_pdf


def test_a_document_becomes_a_pdf_with_readable_cyrillic():
    content = render_pdf("<html><body><p>Счёт-квитанция № 7 на 1 250,00 ₽</p></body></html>")

    assert "Счёт-квитанция № 7" in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_without_pango_the_refusal_says_what_to_do(settings):
    settings.PDF_ENABLED = False

    with pytest.raises(PdfSwitchedOff):
        render_pdf("<p>x</p>")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.png",
        "file:///etc/passwd",
        f"{project.STATIC_URL}../clinic/settings.py",
        f"{project.STATIC_URL}absent.css",
    ],
)
def test_a_document_cannot_fetch_what_is_not_ours(url):
    from django.core.exceptions import SuspiciousFileOperation

    with pytest.raises((ForbiddenAddress, SuspiciousFileOperation)):
        own_file(url)


def test_a_static_file_is_found():
    assert own_file(static("core/css/tokens.css")).name == "tokens.css"
