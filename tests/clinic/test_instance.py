"""What an installation's processes find in their environment, and what its folder remembers."""

from pathlib import Path

import pytest

from clinic.embedded import system_packages
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import Demo, Instance
from clinic.embedded.launcher import Options
from clinic.embedded.system_packages import SystemPackage


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DEMO", "ZUBR_PDF"):
        monkeypatch.delenv(name, raising=False)
    return Instance(tmp_path)


def test_own_servers_are_named_for_the_settings(instance):
    postgres, redis = instance.postgres(), instance.redis()

    env = instance.environment(postgres, redis)

    assert env["DATABASE_URL"].startswith("postgresql://zubr_app:")
    assert env["DATABASE_OWNER_URL"].startswith("postgresql://zubr_owner:")
    assert env["REDIS_URL"].startswith("redis://:")
    assert env["SECRET_KEY"] == instance.credentials.secret_key
    assert env["ZUBR_VAR"] == str(instance.var)


def test_servers_named_by_the_environment_are_used_instead(instance, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://zubr_app:x@db.clinic.lan/zubr")
    monkeypatch.setenv("REDIS_URL", "redis://cache.clinic.lan/0")

    assert instance.postgres() is None
    assert instance.redis() is None
    env = instance.environment(None, None)

    assert env["DATABASE_URL"] == env["DATABASE_OWNER_URL"] == "postgresql://zubr_app:x@db.clinic.lan/zubr"
    assert env["REDIS_URL"] == "redis://cache.clinic.lan/0"


def test_without_pango_pdf_is_switched_off_and_nothing_else(instance, monkeypatch):
    missing = SystemPackage("libpango-9.9", "PDF documents", lambda: False, required=False)
    assert "ZUBR_PDF" not in instance.environment(instance.postgres(), instance.redis())

    monkeypatch.setattr(system_packages, "PDF", [missing])

    assert instance.environment(instance.postgres(), instance.redis())["ZUBR_PDF"] == "off"


def test_demo_logins_are_shown_only_where_the_demo_clinic_was_loaded(instance, monkeypatch):
    shown = []
    for demo in (None, Demo.WANTED, Demo.DECLINED, Demo.LOADED):
        if demo is not None:
            instance.remember_demo(demo)
        shown.append(instance.environment(instance.postgres(), instance.redis())["DEMO"])
    monkeypatch.setenv("DEMO", "off")
    shown.append(instance.environment(instance.postgres(), instance.redis())["DEMO"])

    assert shown == ["off", "off", "off", "on", "off"]


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({"DEMO": "off"}, False),
        ({"DATABASE_URL": "postgresql://db.clinic.lan/zubr"}, False),  # somebody else's data may be in it
        ({"DATABASE_URL": "postgresql://db.clinic.lan/zubr", "DEMO": "on"}, True),
    ],
)
def test_the_demo_clinic_is_offered_to_a_fresh_folder_only(instance, monkeypatch, environment, wanted):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert Options.from_environment().demo is wanted


def test_a_folder_is_held_by_one_at_a_time(instance):
    first = instance.take("http://127.0.0.1:8000/")
    with pytest.raises(EmbeddedError, match=r"already runs over .*http://127\.0\.0\.1:8000/"):
        Instance(instance.var).take("http://127.0.0.1:8001/")

    first.close()
    with Instance(instance.var).take("http://127.0.0.1:8001/"):
        assert "8001" in (instance.var / "lock").read_text()


def test_secrets_are_kept_and_not_shown(instance):
    first = instance.credentials

    again = Instance(instance.var).credentials

    assert again.app_password == first.app_password
    assert len({first.secret_key, first.superuser_password, first.owner_password, first.app_password}) == 4
    assert first.app_password not in repr(first)
    assert (instance.var / "secrets.json").stat().st_mode & 0o077 == 0
