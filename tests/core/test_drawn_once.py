"""Pieces of the frame drawn once: the same for everybody, and for each language and value their own."""

from django.template import Context, engines
from django.utils import translation

SOURCE = (
    "{% load i18n frame %}{% drawn_once count %}"
    "{% translate 'Close' %} {{ count }} {{ person }}{{ request.path }}"
    "{% enddrawn_once %}{{ person }}"
)


def test_it_is_drawn_again_only_for_another_language_or_value():
    template = engines["django"].from_string(SOURCE).template
    node = template.nodelist[1]

    with translation.override("ru"):
        first = template.render(Context({"count": 1}))
        assert template.render(Context({"count": 1})) == first
        assert len(node.drawn) == 1
        other_count = template.render(Context({"count": 2}))
    with translation.override("en"):
        in_english = template.render(Context({"count": 1}))

    assert (first, other_count, in_english) == ("Закрыть 1 ", "Закрыть 2 ", "Close 1 ")
    assert len(node.drawn) == 3


def test_nothing_personal_can_get_into_it():
    template = engines["django"].from_string(SOURCE).template

    with translation.override("en"):
        assert template.render(Context({"count": 1, "person": "Anna"})) == "Close 1 Anna"
        assert template.render(Context({"count": 1, "person": "Olga"})) == "Close 1 Olga"


def test_what_was_drawn_does_not_grow_for_ever():
    template = engines["django"].from_string(SOURCE).template
    for count in range(1100):
        template.render(Context({"count": count}))

    assert len(template.nodelist[1].drawn) <= 500
