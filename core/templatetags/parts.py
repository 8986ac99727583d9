"""What a panel or a tile answered, drawn: `{% part answer %}` of a `core.modules.Part`."""

import logging
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from core.modules import FAILED_PART, Part

register = template.Library()
logger = logging.getLogger("core.parts")


@register.simple_tag(takes_context=True)
def part(context: template.Context, answer: Part) -> SafeString:
    """The part's own template sees its own context and the request, nothing of the page around it.

    A part that cannot be drawn says so in its own place; the page around it stays.
    """
    try:
        return _draw(context, answer)
    except Exception:
        logger.exception("the part %s could not be drawn", answer.template)
        return _draw(context, Part(FAILED_PART, {}))


def _draw(context: template.Context, answer: Part) -> SafeString:
    """As `{% include … only %}` does it: the context processors have run for the page and need not run again."""
    shared: dict[str, Any] = {name: context.get(name) for name in ("request", "csrf_token")}
    inner = context.new({**shared, **answer.context})
    drawer: Any = get_template(answer.template)
    return mark_safe(drawer.template.render(inner))  # a template has escaped its own values
