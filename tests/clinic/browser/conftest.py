"""A person at the system page in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from organization.models import Branch, Employee
from tests.browser.fixtures import (  # noqa: F401
    browser,
    browser109,
    new_page,
    new_page109,
    page,
    page109,
    playwright,
    pytest_runtest_makereport,
)
from tests.factories.organization import BranchFactory

SignIn = Callable[[Page, Employee], Page]


@pytest.fixture
def branch(transactional_db: None) -> Branch:
    return BranchFactory(name="Ленинский, 42")


@pytest.fixture
def sign_in(live_server, client_of) -> SignIn:
    """Seat an employee at a page: the page carries their session."""

    def sit(page: Page, employee: Employee) -> Page:  # noqa: F811  fixtures are named like what they are
        session = client_of(employee).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return sit


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where pictures are kept."""
    folder = Path(settings.VAR_DIR) / "artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
