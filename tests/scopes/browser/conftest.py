"""The small clinic served for real, by today's clock."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from organization.models import Employee
from tests.browser.fixtures import (  # noqa: F401
    browser,
    new_page,
    page,
    playwright,
    pytest_runtest_makereport,
)
from tests.scopes.world import World, build


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def seat(live_server, client_of) -> Callable[[Page, Employee], Page]:
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
