"""The fixture that plugs the dummy module into the running system for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings


@pytest.fixture
def dummy(db: None, settings) -> Iterator[object]:
    """The dummy module, registered and on; its urls and templates answer while the test runs."""
    from core.modules import registry
    from organization.roles import ensure_built_in_roles
    from tests.dummy import joints
    from tests.dummy.module import module

    templates = [dict(django_settings.TEMPLATES[0])]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parents[1] / "dummy" / "templates"]
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.dummy.urls"
    registry.register(module)
    ensure_built_in_roles()
    joints.seen.clear()
    joints.failures.clear()
    yield joints
    registry.unregister("dummy")
