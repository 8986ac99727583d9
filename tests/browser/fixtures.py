"""Browsers for tests: import these fixtures and the hook in a conftest (see tests/browser/conftest.py).

``page`` is a fresh page of Debian's Chromium, ``page109`` of Chromium 109; ``new_page`` and ``new_page109`` make more,
each a person of their own (cookies apart). A script error or a breach of the content policy fails the test.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.browser.chromium109 import chromium109

PROGRAM = os.environ.get("ZUBR_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
DESK = (1280, 800)
LAPTOP = (1366, 768)
TIMEOUT_MS = 8000

NewPage = Callable[..., Page]
PHASES = pytest.StashKey[dict[str, pytest.CollectReport]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Remember how each phase went, so that a fixture knows at its end whether the test failed."""
    report = yield
    item.stash.setdefault(PHASES, {})[report.when] = report
    return report


class OnePlaywright:
    """A process can run one Playwright; each conftest that imports these fixtures has fixtures of its own."""

    def __init__(self) -> None:
        self.users = 0
        self.started: Playwright | None = None

    def take(self) -> Playwright:
        if self.started is None:
            # It keeps an event loop in this thread; Django would take it for asynchronous code and refuse the database.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            self.started = sync_playwright().start()
        self.users += 1
        return self.started

    def give_back(self) -> None:
        self.users -= 1
        if self.users == 0 and self.started is not None:
            self.started.stop()
            self.started = None


the_playwright = OnePlaywright()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    yield the_playwright.take()
    the_playwright.give_back()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    started = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser109(playwright: Playwright) -> Iterator[Browser]:
    """Chromium 109, the last one for Windows 7."""
    with chromium109(playwright) as started:
        yield started


class People:
    """Pages opened in one test: their trouble is collected, and a failed test leaves their pictures."""

    def __init__(self, browser: Browser, name: str) -> None:
        self.browser = browser
        self.name = re.sub(r"[^\w.-]+", "_", name)
        self.contexts: list[BrowserContext] = []
        self.pages: list[Page] = []
        self.trouble: list[str] = []

    def open(self, *, size: tuple[int, int] = DESK, theme: str = "light", url: str = "", **options: Any) -> Page:
        """A page of a new person; ``url`` is where the theme's cookie is valid (any address of the site)."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            **options,
        )
        self.contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        if theme != "light":
            context.add_cookies([{"name": "zubr_theme", "value": theme, "url": url}])
        page = context.new_page()
        self.pages.append(page)
        page.on("pageerror", lambda error: self.trouble.append(f"script error: {error.stack or error}"))
        page.on("console", self.listen)
        return page

    def listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.trouble.append(message.text)

    def close(self, *, is_failed: bool) -> None:
        if is_failed:
            folder = Path(settings.VAR_DIR) / "artifacts"
            folder.mkdir(parents=True, exist_ok=True)
            for number, page in enumerate(self.pages):
                if not page.is_closed():
                    page.screenshot(path=folder / f"{self.name}-{number}.png")
        for context in self.contexts:
            context.close()
        assert not self.trouble, "\n".join(self.trouble)


def people_of(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    people = People(browser, request.node.nodeid)
    yield people.open
    phases = request.node.stash.get(PHASES, {})
    people.close(is_failed="call" in phases and phases["call"].failed)


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    yield from people_of(browser, request)


@pytest.fixture
def new_page109(browser109: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    yield from people_of(browser109, request)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def page109(new_page109: NewPage) -> Page:
    return new_page109()


@pytest.fixture(params=["today", "109"])
def any_page(request: pytest.FixtureRequest) -> Page:
    """The test runs twice: in today's Chromium and in Chromium 109."""
    return request.getfixturevalue("page" if request.param == "today" else "page109")
