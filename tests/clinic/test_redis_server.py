"""The embedded Redis: on loopback, behind a password, keeping nothing."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from clinic.embedded.errors import EmbeddedError
from clinic.embedded.redis_server import RedisServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", "a-password")
    server.start()
    yield server
    server.stop()


def test_server_answers_who_knows_the_password_and_nobody_else(server: RedisServer):
    with redis.Redis.from_url(server.url()) as known, redis.Redis(port=server.port, retry=None) as stranger:
        assert known.ping() is True
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_server_never_drops_a_queued_task_for_lack_of_memory(server: RedisServer):
    with redis.Redis.from_url(server.url()) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
        assert client.config_get("save") == {"save": ""}


def test_server_killed_comes_back_at_the_same_address(server: RedisServer):
    address = server.url()
    assert server._process is not None
    server._process.kill()
    server._process.wait()
    assert server.exit_status() == -9

    server.start()

    assert server.url() == address
    assert server.running_port() == server.port
    with redis.Redis.from_url(address) as client:
        assert client.ping() is True


def test_a_taken_port_is_told_in_one_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = RedisServer(tmp_path / "redis", "a-password", port=taken.getsockname()[1])

        with pytest.raises(EmbeddedError) as refusal:
            server.start()
        server.stop()

    assert "Redis did not start" in str(refusal.value)
    assert "\n" not in str(refusal.value)
