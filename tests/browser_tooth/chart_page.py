"""A page that holds nothing but a tooth chart, served to the browser from memory under the product's own CSP.

It needs no database and no server: the drawing lives in the browser, and the rest of the product is tested elsewhere.
"""

import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.utils import translation
from playwright.sync_api import Page, Route

from core.dentition.chart import chart_context

ORIGIN = "http://chart.test"
PAGE = Template(
    """{% load dentition static django_htmx %}<!doctype html>
<html lang="{{ language }}" data-bs-theme="{{ theme }}"><head><meta charset="utf-8"><title>Tooth chart</title>
<meta name="htmx-config" content='{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"defaultSettleDelay":0}'>
<link rel="stylesheet" href="{% static 'vendor/tabler/tabler.min.css' %}">
<link rel="stylesheet" href="{% static 'core/css/tokens.css' %}">
<link rel="stylesheet" href="{% static 'core/css/controls.css' %}">
{% htmx_script version=2 %}
{% include "core/_tooth_chart_assets.html" %}
</head><body><main><h1 class="visually-hidden">Tooth chart</h1>
<form id="order" class="card" style="width: {{ width }}px; margin: 8px">{{ chart }}</form>
<button type="button" id="reload" hx-get="/data" hx-swap="none">Reload the data</button>
<button type="button" id="swap" hx-get="/chart" hx-target="#order" hx-swap="innerHTML">Swap the chart</button>
</main></body></html>"""
)
CHART = Template("{% load dentition %}{% include 'core/_tooth_chart.html' %}")
DATA = Template("{% include 'core/_tooth_chart_data.html' with oob=True %}")


@dataclass
class ChartSite:
    """Answers the browser's requests; change ``options`` and the next answer shows it."""

    page: Page
    options: dict[str, Any] = field(default_factory=dict)
    language: str = "ru"
    theme: str = "light"
    width: int = 792

    def open(self, **options: Any) -> Page:
        self.options = options
        self.page.route(f"{ORIGIN}/**", self._answer)
        self.page.goto(f"{ORIGIN}/")
        self.page.wait_for_selector("svg [data-tooth]")
        return self.page

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(settings.STATIC_URL):
            self._answer_static(route, path.removeprefix(settings.STATIC_URL))
            return
        with translation.override(self.language):
            body = self._body(path)
        policy = "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        )
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})

    def _body(self, path: str) -> str:
        context = Context(chart_context("chart", **self.options))
        if path == "/data":
            return DATA.render(context)
        chart = CHART.render(context)
        if path == "/chart":
            return chart
        return PAGE.render(
            Context({"chart": chart, "language": self.language, "theme": self.theme, "width": self.width})
        )

    def _answer_static(self, route: Route, name: str) -> None:
        found = finders.find(name)
        if not isinstance(found, str):
            route.fulfill(status=404)
            return
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        route.fulfill(body=Path(found).read_bytes(), content_type=kind or "application/octet-stream")
