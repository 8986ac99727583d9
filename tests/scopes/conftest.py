"""Monday morning, half past nine in Moscow, in a small clinic with its secrets; the clock stands still."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tests.scopes.world import World, build

MONDAY_MORNING = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock at a moment."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def morning(set_clock: Callable[[datetime], None]) -> datetime:
    set_clock(MONDAY_MORNING)
    return MONDAY_MORNING


@pytest.fixture
def world(db: None, morning: datetime) -> World:
    return build()
