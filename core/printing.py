"""Printed documents: one HTML template, previewed in the browser and rendered to PDF."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

PICTURE_INSIDE = "data:image/png;base64,"  # a picture the document carries itself: nothing is fetched


class PdfSwitchedOff(DomainError):
    text = _("PDF is switched off on this server: the Pango library is missing. Print from the preview instead.")
    code = "pdf_off"


class ForbiddenAddress(ValueError):
    """A document asked for something other than our own static files."""


def render_document(template: str, context: dict[str, Any]) -> str:
    """HTML of the document, the same for the preview and the PDF."""
    return render_to_string(template, {**context, "version": settings.VERSION})


def render_pdf(html: str) -> bytes:
    """PDF of a rendered document.

    Raises: PdfSwitchedOff when the server has no Pango.
    """
    if not settings.PDF_ENABLED:
        raise PdfSwitchedOff
    try:
        from weasyprint import HTML  # loads Pango: absent on a bare server
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfSwitchedOff from error

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            is_inside = url.startswith(PICTURE_INSIDE)
            return super().fetch(url if is_inside else own_file(url).as_uri(), headers)

    return HTML(string=html, base_url="static://", url_fetcher=OwnFilesOnly()).write_pdf()


def own_file(url: str) -> Path:
    """Path of a static file a document refers to. Raises: ForbiddenAddress for anything else."""
    path = unquote(urlparse(url).path)
    if not path.startswith(settings.STATIC_URL):
        raise ForbiddenAddress(url)
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    if not found:
        raise ForbiddenAddress(url)
    return Path(found)


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """Show the PDF in the browser under a file name people recognise."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
