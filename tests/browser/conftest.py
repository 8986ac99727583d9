"""Browsers and the frame served with made-up context."""

from collections.abc import Iterator

import pytest

from tests.browser.fixtures import (  # noqa: F401
    any_page,
    browser,
    browser109,
    new_page,
    new_page109,
    page,
    page109,
    playwright,
    pytest_runtest_makereport,
)
from tests.browser.shell_server import ShellServer, State, running_shell


@pytest.fixture(scope="session")
def shell_running() -> Iterator[tuple[str, ShellServer]]:
    with running_shell() as started:
        yield started


@pytest.fixture
def address(shell_running: tuple[str, ShellServer]) -> str:
    return shell_running[0]


@pytest.fixture
def shell(shell_running: tuple[str, ShellServer]) -> State:
    """The server's state, fresh for every test."""
    shell_running[1].state = State()
    return shell_running[1].state
