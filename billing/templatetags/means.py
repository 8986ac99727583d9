"""Means of payment on pages."""

from functools import cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from billing.display import MEANS_ICONS
from billing.enums import Means
from core.templatetags.icons import icon

register = template.Library()


@register.simple_tag
def means_icon(means: Means) -> SafeString:
    """Draw a means of payment as a small icon with its name."""
    return _drawn(means, get_language())


@cache
def _drawn(means: Means, language: str | None) -> SafeString:
    """One drawing for each language, which is the one in force."""
    return icon(MEANS_ICONS[means], "z-icon-sm", str(means.label))
