"""Numbers of documents the way the clinic writes them."""

from typing import Any

from django import template

from core.numbering import number_text

register = template.Library()


@register.filter
def as_number(document: Any, code: str) -> str:
    """``{{ group.number|as_number:"invoice" }}``: of a document, or of the «year/number» a hand-written read answers."""
    if hasattr(document, "number"):
        return number_text(code, document.number, year=document.year)
    year, _slash, number = str(document).rpartition("/")
    return number_text(code, int(number), year=int(year)) if number else ""
