"""How money and lines of work orders are shown."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from billing.enums import Means
from core.dentition import Tooth, describe_selection
from core.dentition.surfaces import Surface

TEETH_LENGTH = 80
MEANS_ICONS = {
    Means.CASH: "cash",
    Means.CARD: "credit-card",
    Means.QR: "qrcode",
    Means.TRANSFER: "building-bank",
    Means.ADVANCE: "wallet",
}


def printed_teeth(teeth: Sequence[str], surfaces: str) -> str:
    """«36 МО, 11–13» in the clinic's language, whoever looks or issues the invoice; empty without teeth."""
    if not teeth:
        return ""
    on = tuple(Surface(letter) for letter in surfaces)
    with translation.override(settings.LANGUAGE_CODE):
        return describe_selection({Tooth(tooth): on for tooth in teeth})[:TEETH_LENGTH]
