"""An address is what Django's ``reverse`` gives, however often it is asked for."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse

from core.addresses import address


@pytest.mark.parametrize(
    ("route", "arguments"),
    [
        ("patients:patient_list", []),
        ("patients:patient_card", [7]),
        ("patients:patient_card", [7_000_000_000]),
        ("patients:note_archive", [12, 3]),
        ("patients:note_archive", [3, 12]),
        ("patients:patient_part", [5, "head"]),
        ("patients:patient_part", [5, "notes"]),
    ],
)
def test_it_is_what_reverse_gives(route, arguments):
    for _time in range(2):
        assert address(route, *arguments) == reverse(route, args=arguments)


def test_a_route_with_other_arguments_is_another():
    assert [address("patients:patient_card", number) for number in (1, 22, 333)] == [
        reverse("patients:patient_card", args=[number]) for number in (1, 22, 333)
    ]


@pytest.mark.parametrize(("route", "arguments"), [("patients:nothing", []), ("patients:patient_card", [])])
def test_an_address_that_is_not_there_is_a_mistake(route, arguments):
    with pytest.raises(NoReverseMatch):
        address(route, *arguments)


def drawn(text, **context):
    return Template(text).render(Context(context))


def test_the_templates_tag_gives_it():
    assert drawn("{% url 'patients:note_archive' a b %}", a=4, b=5) == reverse("patients:note_archive", args=[4, 5])
    assert drawn("{% url 'patients:patient_card' patient_id=a %}", a=4) == reverse("patients:patient_card", args=[4])
    assert drawn("{% url route a as link %}[{{ link }}]", route="patients:patient_card", a=4) == (
        f"[{reverse('patients:patient_card', args=[4])}]"
    )


def test_the_templates_tag_fails_loudly_unless_the_address_is_kept():
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'patients:nothing' %}")
    assert drawn("{% url 'patients:nothing' as link %}[{{ link }}]") == "[]"
