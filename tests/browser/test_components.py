"""What the house's templates are built of, looked at without a browser."""

import re
from pathlib import Path

import django_tables2 as tables
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.templatetags.icons import icon, icon_names
from tests.browser.shell_server import SampleForm

TEMPLATES = Path(settings.TEMPLATES[0]["DIRS"][0])


class PriceTable(tables.Table):
    name = tables.Column()
    price = tables.Column(orderable=False, attrs={"th": {"class": "z-n"}, "td": {"class": "z-n"}})


def drawn_table(query: str, rows: int) -> BeautifulSoup:
    request = RequestFactory().get(f"/prices/?{query}")
    table = PriceTable([{"name": f"service {n:03}", "price": n} for n in range(rows)])
    tables.RequestConfig(request, paginate={"per_page": 10}).configure(table)
    return BeautifulSoup(render_to_string("core/table.html", {"table": table}, request), "html.parser")


def test_table_sorts_by_htmx_and_in_the_url():
    head = drawn_table("sort=name&page=2&q=x", rows=35).find("th")

    link = head.find("a")
    assert head["aria-sort"] == "ascending"
    assert link["href"] == link["hx-get"] == "?sort=-name&q=x"
    assert (link["hx-target"], link["hx-push-url"]) == ("#table", "true")


def test_table_pages_keep_order_and_filter():
    pages = drawn_table("sort=name&page=2&q=x", rows=35).find("nav")

    assert [link.text for link in pages.find_all("a")] == ["1", "2", "3", "4"]
    assert pages.find("a", {"aria-current": "page"}).text == "2"
    assert pages.find_all("a")[2]["href"] == "?sort=name&page=3&q=x"
    assert "11–20" in pages.text and "35" in pages.text


def test_short_table_has_no_pages_and_an_empty_one_says_so():
    assert drawn_table("", rows=3).find("nav") is None
    assert drawn_table("", rows=0).find("td", class_="z-table-empty").text.strip() != ""


def test_refused_field_shows_its_error_beside_it():
    form = SampleForm({"phone": "1"})
    drawn = BeautifulSoup(render_to_string("core/_field.html", {"field": form["surname"]}), "html.parser")

    field, error = drawn.find("input"), drawn.find(class_="z-error")
    assert {"form-control", "is-invalid"} <= set(field["class"])
    assert field["aria-invalid"] == "true"
    assert error["id"] in field["aria-describedby"].split()
    assert drawn.find("label")["for"] == field["id"]


def test_icon_with_a_title_is_an_image_and_without_one_is_decoration():
    named = BeautifulSoup(icon("star", title="first visit <1>"), "html.parser").svg
    plain = BeautifulSoup(icon("star"), "html.parser").svg

    assert (named["role"], named["aria-label"]) == ("img", "first visit <1>")
    assert plain["aria-hidden"] == "true"
    assert plain.use["href"].endswith("sprite.svg#star")


def test_every_icon_named_in_a_template_is_in_the_sprite():
    named = {
        (path.name, name)
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""{%\s*icon\s+["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }

    assert len(named) > 30
    assert {(path, name) for path, name in named if name not in icon_names()} == set()


@pytest.mark.parametrize("pattern", [r"<script(?![^>]*\bsrc=)", r"\son[a-z]+\s*=", r"\shx-on", r"javascript:"])
def test_no_template_holds_a_script(pattern: str):
    broken = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if re.search(pattern, path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]

    assert broken == []
