"""Commands over an installation: Django's, with the right environment, and backup and restore.

They work beside a running `make run`; without one, PostgreSQL is started for the time they take.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.embedded.credentials import write_private
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import ROOT, Demo, Instance, var_folder
from clinic.embedded.postgres import SUPERUSER, Postgres

OWNER_COMMANDS = {"migrate", "demo", "flush", "pgtrigger"}
SECRETS = "secrets.json"


@contextmanager
def database_of(instance: Instance) -> Iterator[Postgres | None]:
    """Give the installation's own PostgreSQL, running; None when the environment names another server."""
    postgres = instance.postgres()
    if postgres is None:
        yield None
        return
    instance.var.mkdir(parents=True, exist_ok=True)
    try:
        lock = instance.take("a command")
    except EmbeddedError:  # somebody runs it: its server answers us as well
        yield postgres
        return
    with lock:
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop()


def manage(instance: Instance, arguments: list[str]) -> int:
    """Run a Django command; as the owner of the database where it changes tables or loads the demo clinic."""
    with database_of(instance) as postgres:
        return _django(_environment(instance, postgres), arguments)


def load_demo(instance: Instance, arguments: list[str]) -> int:
    """Make the tables where they are missing and load the demo clinic, unless this is a clinic of one's own.

    Raises: EmbeddedError.
    """
    if instance.demo() is Demo.DECLINED:
        raise EmbeddedError("this is a clinic of its own, started with DEMO=off: no sample patients are loaded into it")
    with database_of(instance) as postgres:
        env = _environment(instance, postgres) | {"DEMO": "on"}
        status = _django(env, ["migrate", "--noinput", "--verbosity", "0"]) or _django(env, ["demo", *arguments])
    if status == 0:
        instance.remember_demo(Demo.LOADED)
    return status


def _environment(instance: Instance, postgres: Postgres | None) -> dict[str, str]:
    redis = instance.redis()
    if redis is not None:
        redis.port = redis.running_port()
    return instance.environment(postgres, redis)


def _django(env: dict[str, str], arguments: list[str]) -> int:
    role = {"ZUBR_DB_ROLE": "owner"} if arguments[:1] and arguments[0] in OWNER_COMMANDS else {}
    return subprocess.run([sys.executable, "manage.py", *arguments], env=env | role, cwd=ROOT, check=False).returncode


def backup(instance: Instance, arguments: list[str]) -> int:
    """Back up a running or stopped installation by `manage.py backup`, into the folder named first or a new one.

    Raises: EmbeddedError.
    """
    options = [f"--to={Path(arguments[0]).resolve()}", *arguments[1:]] if _begins_with_a_name(arguments) else arguments
    with database_of(instance) as postgres:
        return _django(_environment(instance, postgres), ["backup", *options])


def restore(instance: Instance, arguments: list[str]) -> int:
    """Restore a backup into a stopped installation by `manage.py restore`, as the database's superuser.

    Only its files (`--files-only`) are brought back into a running one, too.

    Raises: EmbeddedError when it runs, or when no backup is named.
    """
    if not _begins_with_a_name(arguments):
        raise EmbeddedError("name the backup's folder: make restore FROM=var/backups/…")
    source = Path(arguments[0]).resolve()
    if "--files-only" in arguments:  # asks no database and replaces nothing: the clinic may run
        return _django(_environment(instance, instance.postgres()), ["restore", str(source), *arguments[1:]])
    instance.var.mkdir(parents=True, exist_ok=True)
    with instance.take("a restore"):
        postgres = instance.postgres()
        try:
            if postgres is not None:
                postgres.start()
            env = _environment(instance, postgres)
            if postgres is not None:
                env["DATABASE_ADMIN_URL"] = postgres.url(SUPERUSER, database="postgres")
            status = _django(env, ["restore", str(source), *arguments[1:]])
        finally:
            if postgres is not None:
                postgres.stop()
        if status == 0:
            adopt_secret_key(instance.var / SECRETS, source / SECRETS)
            print("Start with `make run`.")
    return status


def adopt_secret_key(secrets: Path, backed_up: Path) -> None:
    """Take over the key a restored clinic signed with; the passwords stay, they are those of this server's roles."""
    if not backed_up.exists():
        return
    values = json.loads(secrets.read_text())
    key = json.loads(backed_up.read_text())["secret_key"]
    if values["secret_key"] != key:
        write_private(secrets, json.dumps(values | {"secret_key": key}, indent=2) + "\n")


def _begins_with_a_name(arguments: list[str]) -> bool:
    return bool(arguments) and not arguments[0].startswith("-")


def main(arguments: list[str]) -> int:
    instance = Instance(var_folder())
    try:
        if arguments[:1] == ["backup"]:
            return backup(instance, arguments[1:])
        if arguments[:1] == ["restore"]:
            return restore(instance, arguments[1:])
        if arguments[:1] == ["demo"]:
            return load_demo(instance, arguments[1:])
        return manage(instance, arguments)
    except EmbeddedError as error:
        print(f"zubr: {error}", file=sys.stderr)
    except OSError as error:
        print(f"zubr: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
