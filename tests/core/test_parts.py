"""Panels and tiles: what they may see of the page, and what is left of it when one of them fails."""

import pytest
from django.core.exceptions import PermissionDenied
from django.template import engines
from django.test import RequestFactory

from core import modules
from core.errors import DomainError
from core.modules import FAILED_PART, Panel, Part

pytestmark = pytest.mark.django_db


def good(**_):
    return Part("core/_toast.html", {"tone": "info", "text": "Долг 5 000 ₽"})


def nothing(**_):
    return None


def broken(**_):
    raise ZeroDivisionError


def refused(**_):
    raise DomainError("no")


def denied(**_):
    raise PermissionDenied


def undrawable(**_):
    return Part("core/no_such_template.html", {})


def panel(name: str) -> Panel:
    return Panel("patient_overview", f"{__name__}.{name}", "", 1)


def drawn(parts, request=None, **context) -> str:
    template = engines["django"].from_string(
        "{% load parts %}{{ secret }}{% for answer in parts %}[{% part answer %}]{% endfor %}"
    )
    return template.render({"parts": parts, **context}, request)


@pytest.mark.parametrize("name", ["broken", "refused", "denied", "undrawable"])
def test_a_part_that_fails_says_so_and_the_others_stay(name, failing_parts, caplog):
    parts = [part for _entry, part in modules.each_part([panel(name), panel("nothing"), panel("good")])]

    html = drawn(parts)

    assert html.count("[") == 2
    assert "z-failed" in html and "data-retry" in html
    assert "Долг 5 000 ₽" in html
    assert [record.name for record in caplog.records] == ["core.parts"]


def test_in_tests_a_broken_part_fails_loudly():
    with pytest.raises(ZeroDivisionError):
        list(modules.each_part([panel("broken")]))


def test_the_failed_card_needs_nothing():
    assert "z-failed" in drawn([Part(FAILED_PART, {})])


def test_a_part_sees_the_request_and_its_own_context_and_nothing_of_the_page(tmp_path, settings):
    (tmp_path / "probe.html").write_text("{{ own }}|{{ secret }}|{{ request.path }}|{% csrf_token %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    html = drawn([Part("probe.html", {"own": "<own>"})], RequestFactory().get("/here/"), secret="seen")

    assert html.startswith("seen[&lt;own&gt;||/here/|<input")
    assert "csrfmiddlewaretoken" in html
