"""Pieces of the frame that are the same on every page, drawn once per process."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 500  # a piece drawn for more values than this is begun anew, so that memory stays bounded


@register.tag
def drawn_once(parser: Parser, token: Token) -> "DrawnOnce":
    """``{% drawn_once name … %}…{% enddrawn_once %}``: drawn once per language and values of the named variables.

    The inside sees these variables and nothing else of the page, not even the request, so what one person's page has
    drawn can be shown on anybody's. Values must be hashable: text, numbers, flags, tuples, frozen dataclasses.
    """
    names = token.split_contents()[1:]
    inside = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    return DrawnOnce(inside, names)


class DrawnOnce(template.Node):
    """The parsed template is kept by the process, and so is what this node of it has drawn."""

    def __init__(self, nodelist: NodeList, names: list[str]) -> None:
        self.nodelist = nodelist
        self.names = names
        self.drawn: dict[tuple[Any, ...], str] = {}

    def render(self, context: template.Context) -> str:
        values = [context.get(name) for name in self.names]
        key = (get_language(), *values)
        text = self.drawn.get(key)
        if text is None:
            text = self.nodelist.render(context.new(dict(zip(self.names, values, strict=True))))
            if len(self.drawn) >= MOST_KEPT:
                self.drawn.clear()
            self.drawn[key] = text
        return text
