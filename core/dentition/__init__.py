"""Dentistry's vocabulary: tooth numbers, surfaces, areas, how people write them, and the chart's states.

Of dentistry core knows only these words; what they mean for money or treatment belongs to the apps above.
"""

from core.dentition.notation import (
    ToothSelection,
    describe_selection,
    format_selection,
    format_surfaces,
    format_teeth,
    parse_selection,
    parse_surfaces,
    parse_teeth,
)
from core.dentition.surfaces import Surface, surface_letter, surface_name, surfaces_of
from core.dentition.teeth import Area, Dentition, Jaw, Side, Tooth, ToothKind, in_chart_order, teeth_of

__all__ = [
    "Area",
    "Dentition",
    "Jaw",
    "Side",
    "Surface",
    "Tooth",
    "ToothKind",
    "ToothSelection",
    "describe_selection",
    "format_selection",
    "format_surfaces",
    "format_teeth",
    "in_chart_order",
    "parse_selection",
    "parse_surfaces",
    "parse_teeth",
    "surface_letter",
    "surface_name",
    "surfaces_of",
    "teeth_of",
]
