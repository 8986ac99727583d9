"""Makes this folder ready: system packages, the virtual environment, pinned dependencies.

`python3 -m clinic.embedded.install run` (or `test`). Standard library only, any Python from 3.11 (the
Makefile looks at the version).
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from clinic.embedded import system_packages
from clinic.embedded.errors import EmbeddedError

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PURPOSES = {"run": system_packages.RUN, "test": system_packages.TEST}


def install(purpose: str) -> None:
    """Install what the purpose needs; a second time it only looks.

    Raises: EmbeddedError with one line that says what is missing and how to get it.
    """
    install_system_packages(purpose)
    make_environment()
    install_dependencies(purpose)


def install_system_packages(purpose: str) -> None:
    missing = system_packages.missing(PURPOSES[purpose])
    if not missing:
        return
    refused = system_packages.install(missing)
    missing = system_packages.missing(missing)
    required = [package for package in missing if package.required]
    if required:
        reasons = ", ".join(f"{package.name} ({package.reason})" for package in required)
        raise EmbeddedError(f"missing: {reasons}; {refused}. Run as root: {system_packages.how_to_install(missing)}")
    if missing:
        reasons = ", ".join(sorted({package.reason for package in missing}))
        advice = system_packages.how_to_install(missing)
        print(f"Going on without: {reasons} ({refused}). To have it, run as root: {advice}", flush=True)


def make_environment() -> None:
    """Make the virtual environment, or make it anew when its Python no longer runs (a system upgrade)."""
    works = PYTHON.exists() and _run([str(PYTHON), "-m", "pip", "--version"]).returncode == 0
    if works:
        return
    print("Making the virtual environment .venv", flush=True)
    done = _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if done.returncode != 0:
        raise EmbeddedError(f"cannot make {VENV}: {_last_line(done)}")


def install_dependencies(purpose: str) -> None:
    """Install the locked dependencies, unless this very lock is installed already."""
    lock = ROOT / "requirements" / f"{purpose}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{purpose}"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("Installing dependencies (a minute or two, the first time only)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = _run([*pip, "--require-hashes", "--requirement", str(lock)])
    if done.returncode != 0:
        raise EmbeddedError(f"cannot install {lock.relative_to(ROOT)}: {_last_line(done)}")
    stamp.write_text(digest)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or [f"exit {done.returncode}"])[-1]


def main() -> int:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in PURPOSES:
        print(f"usage: python3 -m clinic.embedded.install {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    try:
        install(purpose)
    except (EmbeddedError, OSError) as error:  # OSError: a full disk, a folder that may not be written
        print(f"zubr: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
