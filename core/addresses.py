"""Addresses of routes without arguments, resolved once per process."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(route: str) -> str:
    """As ``reverse(route)`` for what every page links to. Raises: NoReverseMatch."""
    return _address(route, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=1000)
def _address(route: str, urlconf: str, _prefix: str) -> str:
    return reverse(route, urlconf=urlconf)
