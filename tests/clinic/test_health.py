"""GET /healthz/ tells what is down, quickly, whatever is down."""

import contextlib
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from clinic import alive
from core.models import PublishedFact

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def no_nightly_backups(settings) -> None:
    settings.BACKUP_AT = None


@pytest.fixture(autouse=True)
def own_redis_client() -> Iterator[None]:
    alive.connection.cache_clear()
    alive.connection().flushdb()
    yield
    alive.connection().close()
    alive.connection.cache_clear()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word: the worst kind of broken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextlib.contextmanager
def redis_at(address: str) -> Iterator[None]:
    was = settings.REDIS_URL
    settings.REDIS_URL = address
    alive.connection.cache_clear()
    try:
        yield
    finally:
        settings.REDIS_URL = was
        alive.connection.cache_clear()


def ask() -> tuple[int, dict[str, object], float]:
    began = time.monotonic()
    response = Client().get("/healthz/")
    return response.status_code, response.json(), time.monotonic() - began


def everything_lives() -> None:
    alive.say("worker", host="worker@server")
    alive.say("beat", host="server")


@pytest.mark.django_db
def test_all_well():
    everything_lives()

    status, health, _ = ask()

    assert status == 200
    assert health == {
        "status": "ok",
        "database": "up",
        "redis": "up",
        "worker": "up",
        "beat": "up",
        "outbox_lag_seconds": 0.0,
        "version": settings.VERSION,
        "reasons": [],
    }


@pytest.mark.django_db
def test_a_missing_worker_degrades_and_is_named():
    alive.say("beat", host="server")

    status, health, _ = ask()

    assert (status, health["status"], health["worker"], health["beat"]) == (200, "degraded", "down", "up")
    assert health["reasons"] == ["no worker has shown a sign of life"]


@pytest.mark.django_db
def test_a_sign_of_life_is_forgotten_when_it_is_not_renewed():
    everything_lives()

    lives = alive.connection().ttl("zubr:alive:worker:worker@server")

    assert 0 < lives <= alive.FORGOTTEN_AFTER_SECONDS


@pytest.mark.django_db
def test_without_redis_the_page_answers_and_the_worker_is_unknown():
    with redis_at(NOBODY_LISTENS):
        status, health, _ = ask()

    assert (status, health["status"], health["redis"]) == (200, "degraded", "down")
    assert (health["worker"], health["beat"]) == ("unknown", "unknown")
    assert health["reasons"] == ["Redis cannot be reached"]


@pytest.mark.django_db
def test_a_redis_that_never_answers_does_not_hold_the_page(silent_port):
    with redis_at(f"redis://127.0.0.1:{silent_port}/0"):
        status, health, seconds = ask()

    assert (status, health["redis"], health["database"]) == (200, "down", "up")
    assert seconds < 2


@pytest.mark.django_db
def test_without_the_database_the_answer_is_503(monkeypatch):
    everything_lives()
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", {"host": "/nonexistent"})
    monkeypatch.setitem(connections.settings["default"], "HOST", "")

    status, health, _ = ask()

    assert (status, health["status"], health["database"]) == (503, "down", "down")
    assert (health["redis"], health["worker"]) == ("up", "up")
    assert health["outbox_lag_seconds"] is None


@pytest.mark.django_db
def test_a_database_that_never_answers_does_not_hold_the_page(monkeypatch, silent_port):
    options = {"host": "127.0.0.1", "port": silent_port, "connect_timeout": 2}
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)
    monkeypatch.setitem(connections.settings["default"], "HOST", "")
    monkeypatch.setitem(connections.settings["default"], "PORT", "")

    status, health, seconds = ask()

    assert (status, health["reasons"][0]) == (503, "the database does not answer")
    assert seconds < 2


@pytest.mark.django_db(transaction=True)
def test_what_waits_too_long_in_the_outbox_degrades():
    everything_lives()
    PublishedFact.objects.create(name="AppointmentBooked", payload={}, published_at=timezone.now() - timedelta(hours=1))

    status, health, _ = ask()

    assert (status, health["status"]) == (200, "degraded")
    assert 3600 <= health["outbox_lag_seconds"] < 3700
    assert health["reasons"] == [f"something has waited in the outbox for {health['outbox_lag_seconds']:.0f} s"]


@pytest.mark.django_db
def test_nobody_need_sign_in_and_no_secret_is_told():
    response = Client().get("/healthz/", headers={"host": "10.0.0.7"})  # a load balancer asks by address

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert settings.SECRET_KEY not in response.content.decode()
    assert settings.DATABASES["default"]["PASSWORD"] not in response.content.decode()


def test_only_reading_is_allowed():
    assert Client().post("/healthz/").status_code == 405
