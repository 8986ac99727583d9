"""A clinic served for real, with its own data for each test."""

from pathlib import Path

import pytest
from django.conf import settings

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
from tests.e2e.clinic import Clinic, build_clinic


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    return build_clinic()


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where pictures of the walk are kept."""
    folder = Path(settings.VAR_DIR) / "artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
