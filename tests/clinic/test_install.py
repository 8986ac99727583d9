"""What is missing is installed where that is allowed, and otherwise named with the command that brings it."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.embedded import install, system_packages, translations
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.system_packages import SystemPackage

ROOT = Path(__file__).resolve().parents[2]
PANGO = SystemPackage("libpango-9.9", "PDF documents", system_packages.library("libpango-9.9.so"), required=False)
VENV = SystemPackage("python9-venv", "the virtual environment", lambda: False)


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person without root: no apt-get and no sudo in reach."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> list[SystemPackage]:
    packages: list[SystemPackage] = []
    monkeypatch.setitem(install.PURPOSES, "run", packages)
    return packages


def test_what_is_there_is_told_from_what_is_not():
    assert system_packages.library("libc.so.6")() is True
    assert system_packages.library("libno-such.so")() is False
    assert system_packages.program("no-such", "sh")() is True
    assert system_packages.program("no-such")() is False
    assert system_packages.missing([PANGO, SystemPackage("libc6", "everything", lambda: True)]) == [PANGO]


@pytest.mark.usefixtures("powerless")
def test_a_package_that_is_needed_stops_with_its_name_and_the_command(wanted):
    wanted += [VENV, PANGO]

    with pytest.raises(EmbeddedError) as refusal:
        install.install_system_packages("run")

    assert str(refusal.value) == (
        "missing: python9-venv (the virtual environment); this system has no apt-get. "
        "Run as root: apt-get install python9-venv libpango-9.9"
    )


@pytest.mark.usefixtures("powerless")
def test_without_pango_it_goes_on_and_says_so(wanted, capsys):
    wanted += [PANGO]

    install.install_system_packages("run")

    assert capsys.readouterr().out == (
        "Going on without: PDF documents (this system has no apt-get). "
        "To have it, run as root: apt-get install libpango-9.9\n"
    )


def test_missing_packages_are_asked_of_apt_and_a_fresh_machine_gets_its_lists_first(tmp_path, monkeypatch, wanted):
    """apt here is a script that behaves as Debian's does before the first `apt-get update`."""
    calls = tmp_path / "calls"
    for name in ("apt-get", "sudo"):
        script = tmp_path / name
        script.write_text(FRESH_MACHINE[name].format(folder=tmp_path))
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    wanted += [SystemPackage("tool", "a test", (tmp_path / "installed").exists)]

    install.install_system_packages("run")

    assert calls.read_text().splitlines() == [
        "-qq install --yes --no-install-recommends tool",
        "-qq update",
        "-qq install --yes --no-install-recommends tool",
    ]


FRESH_MACHINE = {
    "apt-get": """#!/bin/sh
echo "$*" >> {folder}/calls
case "$*" in
  *update*) touch {folder}/lists ;;
  *) test -e {folder}/lists || {{ echo 'E: Unable to locate package tool' >&2; exit 100; }}; touch {folder}/installed ;;
esac
""",
    "sudo": '#!/bin/sh\nshift\nexec "$@"\n',
}


def test_dependencies_are_installed_when_the_lock_has_changed_and_only_then(tmp_path, monkeypatch, capsys):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    python.chmod(0o755)
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "run.txt"
    lock.write_text("django==5.2\n")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", python)

    install.install_dependencies("run")
    install.install_dependencies("run")
    assert len((tmp_path / "calls").read_text().splitlines()) == 1

    lock.write_text("django==5.2.1\n")
    install.install_dependencies("run")

    calls = (tmp_path / "calls").read_text().splitlines()
    assert len(calls) == 2
    assert all("--require-hashes" in call for call in calls)
    assert (venv / "installed-run").read_text() == hashlib.sha256(b"django==5.2.1\n").hexdigest()


def test_an_installation_that_failed_is_tried_again(tmp_path, monkeypatch):
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin" / "python"
    python.write_text("#!/bin/sh\necho 'ERROR: no matching distribution' >&2\nexit 1\n")
    python.chmod(0o755)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("nothing==0\n")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", python)

    for _ in range(2):
        with pytest.raises(
            EmbeddedError, match=r"cannot install requirements/run\.txt: ERROR: no matching distribution"
        ):
            install.install_dependencies("run")


def test_the_installer_runs_on_a_bare_python():
    """-I and -S leave nothing but the standard library in reach."""
    code = "import sys; sys.path.insert(0, '.'); import clinic.embedded.install"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""


def test_locks_name_every_dependency_by_hash_and_no_address():
    for name in ("base", "run", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = [line for line in text.splitlines() if "==" in line]
        assert pins
        assert all(line.rstrip().endswith("\\") for line in pins)
        assert "://" not in text


def test_translations_are_compiled_when_they_have_changed_and_only_then(tmp_path):
    folder = tmp_path / "locale" / "patients" / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Patient"\nmsgstr "Пациент"\n'
    )

    assert translations.compile_stale(tmp_path) == 1
    assert translations.compile_stale(tmp_path) == 0
    assert "Пациент".encode() in (folder / "django.mo").read_bytes()
