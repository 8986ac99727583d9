"""Addresses of routes: the shape of each is worked out once per process, and only numbers are put in."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

STAND_IN = 7_000_000_000  # and the next ones: numbers no address has by itself


def address(route: str, *arguments: int | str) -> str:
    """As ``reverse(route, args=arguments)``: a page of many records links to the same few routes again and again.

    Raises: NoReverseMatch.
    """
    numbers = tuple(argument for argument in arguments if isinstance(argument, int))
    words = tuple(None if isinstance(argument, int) else argument for argument in arguments)
    shape = _shape(route, words, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return shape % numbers


@lru_cache(maxsize=2000)
def _shape(route: str, words: tuple[str | None, ...], urlconf: str, _prefix: str) -> str:
    """The address with ``%d`` in place of its numbers."""
    arguments = [STAND_IN + place if word is None else word for place, word in enumerate(words)]
    shape = reverse(route, args=arguments, urlconf=urlconf).replace("%", "%%")
    for argument in arguments:
        if isinstance(argument, int):
            shape = shape.replace(str(argument), "%d")
    return shape
