"""Icons as `{% icon "calendar" %}`, drawn from the vendored sprite."""

import re
from functools import cache, lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "vendor/tabler-icons/sprite.svg"


@cache
def icon_names() -> frozenset[str]:
    """Names the sprite holds; tests compare every icon used in the project with it."""
    found = finders.find(SPRITE)
    if not isinstance(found, str):
        return frozenset()
    with open(found, encoding="utf-8") as sprite:
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.read()))


@register.simple_tag
def icon(name: str, css: str = "", title: str = "") -> SafeString:
    """Draw one icon; with a title it is an image with that name, without one it is decoration."""
    if not title:
        return _decoration(name, css)
    return format_html(
        '<svg class="{}" role="img" aria-label="{}"><title>{}</title><use href="{}"></use></svg>',
        _classes(css),
        title,
        title,
        _href(name),
    )


@lru_cache(maxsize=1000)
def _decoration(name: str, css: str) -> SafeString:
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', _classes(css), _href(name))


def _classes(css: str) -> str:
    return f"z-icon {css}".rstrip()


def _href(name: str) -> str:
    return f"{static(SPRITE)}#{name}"
