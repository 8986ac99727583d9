"""Commands over an installation: Django's, with the right environment, and backup and restore.

They work beside a running `make run`; without one, PostgreSQL is started for the time they take.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import ROOT, Demo, Instance, var_folder
from clinic.embedded.postgres import DATABASE, OWNER, Postgres

OWNER_COMMANDS = {"migrate", "demo", "flush", "pgtrigger"}
DUMP, FILES, SECRETS, CHECKSUMS = "database.dump", "files.tar", "secrets.json", "SHA256SUMS"


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


def backup(instance: Instance, target: Path) -> Path:
    """Write database, files and secrets of a running or stopped installation into a new folder.

    Raises: EmbeddedError, OSError; what was written so far is then removed.
    """
    target.mkdir(parents=True, mode=0o700)
    try:
        with database_of(instance) as postgres, (target / DUMP).open("xb") as dump:
            if postgres is None:
                raise EmbeddedError("the database is a server of your own: back it up with its own pg_dump")
            postgres.run_tool("pg_dump", "--format=custom", env=postgres.access(OWNER), stdout=dump)
        with tarfile.open(target / FILES, "x") as tar:
            files = instance.var / "files"
            if files.exists():
                tar.add(files, arcname="files")
        shutil.copy(instance.var / SECRETS, target / SECRETS)
        (target / CHECKSUMS).write_text(_checksums(target))
        for path in target.iterdir():
            path.chmod(0o600)
    except BaseException:
        shutil.rmtree(target)
        raise
    return target


def restore(instance: Instance, source: Path) -> str:
    """Replace database and files by a backup's; returns the name the former database has been given.

    Nothing is thrown away: the former database and files stay beside the restored ones. A restore that fails
    leaves everything as it was.

    Raises: EmbeddedError, OSError.
    """
    if not (source / CHECKSUMS).is_file():
        raise EmbeddedError(f"{source} is no backup: {CHECKSUMS} is missing")
    if _checksums(source) != (source / CHECKSUMS).read_text():  # pg_restore may take a cut dump for a whole one
        raise EmbeddedError(f"the backup {source} is damaged: its files are not what {CHECKSUMS} says")
    postgres = instance.postgres()
    if postgres is None:
        raise EmbeddedError("the database is a server of your own: restore it with its own pg_restore")
    instance.var.mkdir(parents=True, exist_ok=True)
    former = f"{DATABASE}_{datetime.now():%Y%m%d_%H%M%S}"  # noqa: DTZ005  a name for people, in their own time
    with instance.take("a restore"):
        try:
            postgres.start()
            _replace_database(postgres, source / DUMP, former)
        finally:
            postgres.stop()
        files = instance.var / "files"
        if files.exists():
            files.rename(instance.var / f"files_{former.removeprefix(DATABASE + '_')}")
        _unpack(source / FILES, instance.var)
    return former


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack with tar, which refuses paths that lead out; Debian 12's tarfile has no such filter yet."""
    command = ["tar", "--extract", "--no-same-owner", f"--file={archive}", f"--directory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EmbeddedError(f"cannot unpack {archive}: {done.stderr.strip().splitlines()[-1]}")


def _checksums(folder: Path) -> str:
    """Return what `sha256sum` would print, which anybody can check without us."""
    lines = []
    for name in (DUMP, FILES, SECRETS):
        with (folder / name).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    return "".join(lines)


def _replace_database(postgres: Postgres, dump: Path, former: str) -> None:
    postgres.run_sql(f"ALTER DATABASE {DATABASE} RENAME TO {former};")
    postgres.make_roles()  # makes the empty database anew
    try:
        with dump.open("rb") as file:
            options = ("--single-transaction", "--exit-on-error", f"--dbname={DATABASE}")
            postgres.run_tool("pg_restore", *options, env=postgres.access(OWNER), stdin=file)
    except BaseException:
        postgres.run_sql(f"DROP DATABASE {DATABASE};\nALTER DATABASE {former} RENAME TO {DATABASE};")
        raise


def main(arguments: list[str]) -> int:
    instance = Instance(var_folder())
    try:
        if arguments[:1] == ["backup"]:
            stamp = f"{datetime.now():%Y-%m-%d_%H%M%S}"  # noqa: DTZ005  as above
            target = Path(arguments[1]) if len(arguments) > 1 else instance.var / "backups" / stamp
            print(f"Backup written: {backup(instance, target)}")
            return 0
        if arguments[:1] == ["restore"]:
            if len(arguments) != 2:
                raise EmbeddedError("name the backup's folder: make restore FROM=var/backups/…")
            former = restore(instance, Path(arguments[1]))
            print(f"Restored. The former database is kept as {former}; start with `make run`.")
            return 0
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
