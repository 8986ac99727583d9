"""Template tags for tooth numbers, surfaces and the tooth chart."""

from collections.abc import Iterable
from typing import Any

from django import template

from core.dentition import ToothSelection, describe_selection, format_surfaces, format_teeth, parse_selection
from core.dentition.chart import chart_context
from core.dentition.teeth import Tooth

register = template.Library()


@register.filter
def teeth(value: Iterable[str] | None) -> str:
    """{{ line.teeth|teeth }} prints "11–13, 36"."""
    return format_teeth(value or ())


@register.filter
def surfaces(value: Iterable[str] | None, tooth: str | None = None) -> str:
    """{{ line.surfaces|surfaces:line.tooth }} prints "МОД"."""
    return format_surfaces(value or (), Tooth(tooth) if tooth else None)


@register.filter
def tooth_selection(value: ToothSelection | str | None) -> str:
    """{{ line.selection|tooth_selection }} prints "36 МО, 37 О" of a selection or of its stored text."""
    return describe_selection(parse_selection(value) if isinstance(value, str) else value or {})


@register.inclusion_tag("core/_tooth_chart.html")
def tooth_chart(chart_id: str, **options: Any) -> dict[str, Any]:
    """{% tooth_chart "order-chart" chosen=form.surfaces.value states=states ordered=teeth %}: the drawing with its tools."""
    return chart_context(chart_id, **options)


@register.inclusion_tag("core/_tooth_chart_data.html")
def tooth_chart_data(chart_id: str, **options: Any) -> dict[str, Any]:
    """The chart's JSON alone, to be swapped out of band after the order changed; the choice stays."""
    return {**chart_context(chart_id, **options), "oob": True}
