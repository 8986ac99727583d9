"""Means of payment on pages."""

from django import template
from django.utils.safestring import SafeString

from billing.display import MEANS_ICONS
from billing.enums import Means
from core.templatetags.icons import icon

register = template.Library()


@register.simple_tag
def means_icon(means: Means) -> SafeString:
    """Draw a means of payment as a small icon with its name."""
    return icon(MEANS_ICONS[means], "z-icon-sm", str(means.label))
