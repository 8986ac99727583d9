"""How lines of work orders are printed."""

from django.conf import settings
from django.utils import translation

from billing.models import WorkOrderLine
from core.dentition import Tooth, describe_selection
from core.dentition.surfaces import Surface

TEETH_LENGTH = 80


def printed_teeth(line: WorkOrderLine) -> str:
    """«36 МО, 11–13» in the clinic's language, whoever looks or issues the invoice."""
    surfaces = tuple(Surface(letter) for letter in line.surfaces)
    with translation.override(settings.LANGUAGE_CODE):
        return describe_selection({Tooth(tooth): surfaces for tooth in line.teeth})[:TEETH_LENGTH]
