"""docker-compose.yml: read by Debian's docker-compose, no secret inside, every service cared for, one set of settings."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = {
    "SECRET_KEY": "a-key",
    "POSTGRES_PASSWORD": "superuser-password",
    "ZUBR_OWNER_PASSWORD": "owner-password",
    "ZUBR_APP_PASSWORD": "app-password",
    "ZUBR_BACKUP_PASSWORD": "backup-password",
    "REDIS_PASSWORD": "redis-password",
    "ZUBR_HOST": "zubr.clinic.lan",
}
READ_BY = [
    "clinic/settings.py",
    "deploy/gunicorn.conf.py",
    "clinic/embedded/launcher.py",
    "clinic/embedded/instance.py",
]
OPTIONAL = {"SECRET_KEY_FALLBACKS"}  # may stay empty
SECRET_NAME = re.compile(r"PASSWORD|SECRET|AUTH|_KEY$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def example() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}


def config(values: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    filled_in = folder / "env"
    filled_in.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    command = [program, "--file", str(ROOT / "docker-compose.yml"), "--env-file", str(filled_in), "config", *arguments]
    return subprocess.run(command, env=bare, capture_output=True, text=True, check=False)


def test_docker_compose_reads_it(tmp_path):
    done = config(REQUIRED, tmp_path)

    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert services["web"]["environment"]["DATABASE_URL"] == "postgresql://zubr_app:app-password@postgres:5432/zubr"
    assert services["caddy"]["environment"]["ZUBR_HOST"] == "zubr.clinic.lan"


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_to_start_without_a_secret_of_ones_own(name, tmp_path):
    done = config({key: value for key, value in REQUIRED.items() if key != name}, tmp_path, "--quiet")

    assert done.returncode != 0
    assert "see .env.example" in done.stderr or "clinic PCs type" in done.stderr


def test_it_has_the_services_of_a_clinic(compose):
    running = {name for name, service in compose["services"].items() if not service.get("profiles")}

    assert running == {"postgres", "archivist", "redis", "migrate", "web", "worker", "beat", "caddy"}
    assert set(compose["services"]) - running == {"restore"}


def test_every_service_is_watched_and_comes_back(compose):
    for name, service in compose["services"].items():
        if name == "migrate":  # runs once, and again when it failed
            assert service["restart"] == "on-failure"
            assert service["healthcheck"] == {"disable": True}
        elif service.get("profiles"):  # never by itself
            assert service["restart"] == "no"
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
        assert service["logging"]["options"]["max-size"], name


def test_nothing_is_open_to_the_network_but_the_proxy(compose):
    published = {name for name, service in compose["services"].items() if service.get("ports")}

    assert published == {"caddy"}


def test_the_database_volume_is_where_postgres_18_wants_it(compose):
    postgres = compose["services"]["postgres"]

    assert postgres["image"] == "postgres:18"
    assert "database:/var/lib/postgresql" in postgres["volumes"]


def test_no_secret_is_written_down(compose):
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if SECRET_NAME.search(variable):
                wanted = rf"\$\{{{variable}:-\}}" if variable in OPTIONAL else r"\$\{\w+:\?[^}]+\}"
                assert re.fullmatch(wanted, value), f"{name}: {variable}"
            without_variables = re.sub(r"\$\{[^}]+\}", "", str(value))
            assert not re.search(r"://[^/@]*:[^/@]+@", without_variables), f"{name}: {variable} holds a password"


def test_only_migrations_know_the_owners_password(compose):
    knowing = {name for name, service in compose["services"].items() if "ZUBR_OWNER_PASSWORD" in str(service)}

    assert knowing == {"postgres", "migrate"}


def test_only_the_worker_may_back_up_and_only_the_restore_is_superuser(compose):
    def know(secret: str) -> set[str]:
        return {name for name, service in compose["services"].items() if secret in str(service)}

    assert know("ZUBR_BACKUP_PASSWORD") == {"postgres", "worker"}
    assert know("POSTGRES_PASSWORD") == {"postgres", "restore"}
    assert know(":/var/backups/zubr") == {"worker", "restore"}


def test_a_lost_server_loses_five_minutes_at_most(compose):
    settings = dict(part.split("=", 1) for part in compose["services"]["postgres"]["command"] if "=" in part)

    assert settings["archive_mode"] == "on"
    assert int(settings["archive_timeout"]) <= 300


def test_nobody_serves_before_the_tables_are_there(compose):
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert compose["services"]["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_every_variable_of_the_file_is_explained(compose, example):
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    caddy = set(re.findall(r"\{\$(\w+)\}", (ROOT / "deploy/Caddyfile").read_text()))

    assert asked | caddy <= example


def test_every_setting_is_explained_and_nothing_else_is(compose, example):
    read = set()
    for path in READ_BY:
        text = (ROOT / path).read_text()
        read |= set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", text))
        read |= set(re.findall(r"""environ(?:\.get\(|\[)\s*"([A-Z_]+)\"""", text))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

    assert read - example == set()
    assert example - read - asked - {"DATABASE_URL", "DATABASE_OWNER_URL"} == set()


def test_containers_get_the_settings_the_single_command_has(compose, example):
    given = set(compose["services"]["web"]["environment"])

    assert given <= example
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"} <= given
    assert compose["services"]["web"]["environment"]["SECURE_COOKIES"] == "on"
    worker = compose["services"]["worker"]["environment"]
    assert worker == compose["services"]["web"]["environment"] | {"BACKUP_DATABASE_URL": worker["BACKUP_DATABASE_URL"]}


def test_scripts_mounted_into_containers_exist(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), volume


def test_the_image_installs_what_the_lock_names_and_does_not_run_as_root():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "--require-hashes --requirement requirements/base.txt" in dockerfile
    assert re.search(r"^USER zubr$", dockerfile, re.MULTILINE)
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
