"""What a panel or a tile answered, drawn: `{% part answer %}` of a `core.modules.Part`."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.modules import Part

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: Any, answer: Part) -> SafeString:
    """The part's own template sees its own context and the request, nothing of the page around it."""
    return render_to_string(answer.template, dict(answer.context), request=context.get("request"))
