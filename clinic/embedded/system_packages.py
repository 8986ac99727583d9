"""Packages of the operating system that pip cannot bring: which are missing, and installing them where allowed.

Standard library only: this runs before the virtual environment exists.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"]


@dataclass(frozen=True)
class SystemPackage:
    """One Debian package, why it is needed, and how to tell that what it brings is there."""

    name: str
    reason: str
    is_there: Callable[[], bool]
    required: bool = True


def library(name: str) -> Callable[[], bool]:
    def is_there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_there


def program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def cyrillic_font() -> bool:
    """Tell whether printed documents have Cyrillic letters to draw with."""
    if any(next(folder.rglob("DejaVuSans.ttf"), None) for folder in FONT_FOLDERS if folder.is_dir()):
        return True
    fc_list = shutil.which("fc-list")
    return bool(fc_list and subprocess.run([fc_list, ":lang=ru"], capture_output=True, check=False).stdout.strip())


def venv_module() -> bool:
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


PDF = [
    SystemPackage("libpango-1.0-0", "PDF documents", library("libpango-1.0.so.0"), required=False),
    SystemPackage("libpangoft2-1.0-0", "PDF documents", library("libpangoft2-1.0.so.0"), required=False),
    SystemPackage("libharfbuzz-subset0", "PDF documents", library("libharfbuzz-subset.so.0"), required=False),
    SystemPackage("fonts-dejavu-core", "Cyrillic letters in PDF documents", cyrillic_font, required=False),
]
RUN = [SystemPackage("python3-venv", "the virtual environment", venv_module), *PDF]
TEST = [
    *RUN,
    SystemPackage("chromium", "browser tests", program("chromium")),
    SystemPackage("libatomic1", "Playwright, whose own Node.js links it", library("libatomic.so.1")),
    SystemPackage("nodejs", "the lint of scripts for old browsers", program("node")),
    SystemPackage("npm", "Chromium 109 and the lint of scripts for old browsers", program("npm")),
    SystemPackage("gettext", "collecting messages for translation", program("xgettext")),
    SystemPackage("docker-compose", "checking docker-compose.yml", program("docker-compose"), required=False),
]


def missing(packages: Sequence[SystemPackage]) -> list[SystemPackage]:
    """Return the packages whose content is not on this machine."""
    return [package for package in packages if not package.is_there()]


def pdf_is_possible() -> bool:
    """Tell whether everything is there that printing to PDF needs."""
    return not missing(PDF)


def install(packages: Sequence[SystemPackage]) -> str:
    """Install with apt as root or by sudo without a password; returns why not, or an empty text."""
    apt = shutil.which("apt-get")
    if apt is None:
        return "this system has no apt-get"
    prefix = _as_root()
    if prefix is None:
        return "neither root nor sudo without a password"
    names = [package.name for package in packages]
    print(f"Installing system packages: {' '.join(names)}", flush=True)
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq"]
    wanted = [*command, "install", "--yes", "--no-install-recommends", *names]
    done = _quietly(wanted)
    if done.returncode != 0:  # a fresh machine has no package lists yet
        _quietly([*command, "update"])
        done = _quietly(wanted)
    complaint = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    return "" if done.returncode == 0 else f"apt-get failed: {complaint[-1] if complaint else done.returncode}"


def how_to_install(packages: Sequence[SystemPackage]) -> str:
    """Return the command a person runs to get them."""
    return f"apt-get install {' '.join(package.name for package in packages)}"


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and _quietly([sudo, "-n", "true"]).returncode == 0:
        return [sudo, "-n"]
    return None


def _quietly(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
