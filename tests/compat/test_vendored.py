"""The vendored files are what the packages held, and nothing committed names a registry."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings

COMPAT = Path(__file__).parent


def test_nobody_edited_a_vendored_file():
    done = subprocess.run(
        [sys.executable, "tools/vendor.py", "--check"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_every_vendored_package_brings_its_licence():
    folders = [path for path in (settings.BASE_DIR / "static/vendor").iterdir() if path.is_dir()]

    assert len(folders) >= 6
    assert [path.name for path in folders if not (path / "LICENSE").exists()] == []


def test_lock_file_names_no_registry():
    packages = json.loads((COMPAT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)
