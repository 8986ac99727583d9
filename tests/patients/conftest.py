"""The cast as actors, which is what services take."""

import pytest

from core.models import PublishedFact


@pytest.fixture
def desk(registrar, as_actor):
    """The registrar at the desk."""
    return as_actor(registrar)


@pytest.fixture
def chairside(doctor, as_actor):
    """The doctor, who sees own patients only and no whole phones."""
    return as_actor(doctor)


@pytest.fixture
def facts():
    """Names of the facts published so far, without their app."""

    def published() -> list[str]:
        return [name.rsplit(".", 1)[1] for name in PublishedFact.objects.order_by("pk").values_list("name", flat=True)]

    return published
