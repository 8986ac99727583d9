"""Debian's Chromium for the tests of the tooth chart; a page fails its test when the browser reports an error."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.fixtures import browser, playwright  # noqa: F401
from tests.browser_tooth.chart_page import ChartSite


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811  a fixture asked by its name
    page = browser.new_page(viewport={"width": 1280, "height": 670})
    page.set_default_timeout(5000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def site(page: Page) -> ChartSite:
    return ChartSite(page)
