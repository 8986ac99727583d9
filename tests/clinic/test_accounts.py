"""Folders are opened for the database's user just as far as it must reach, and no further."""

import stat
from pathlib import Path

from clinic.embedded.accounts import Account, make_reachable, make_readable, own_folder

STRANGER = Account(uid=54321, gid=54321)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_closed_folder_on_the_way_can_be_passed_through_and_still_not_be_listed(tmp_path):
    home = tmp_path / "home"
    inner = home / "zubr" / "var"
    inner.mkdir(parents=True)
    home.chmod(0o700)
    inner.parent.chmod(0o755)
    inner.chmod(0o750)

    changed = make_reachable(inner, STRANGER)

    assert {home, inner} <= set(changed)
    assert inner.parent not in changed
    assert (mode(home), mode(inner.parent), mode(inner)) == (0o701, 0o755, 0o751)
    assert make_reachable(inner, STRANGER) == []


def test_programs_installed_under_a_strict_umask_can_be_run_by_the_account(tmp_path):
    tree = tmp_path / "pginstall"
    (tree / "bin").mkdir(parents=True)
    program, data = tree / "bin" / "postgres", tree / "postgres.bki"
    program.touch()
    data.touch()
    for path, private in ((program, 0o700), (data, 0o600), (tree / "bin", 0o700), (tree, 0o700)):
        path.chmod(private)

    make_readable(tree, STRANGER)

    assert mode(program) == 0o705
    assert mode(data) == 0o604
    assert mode(tree / "bin") == 0o705


def test_a_data_folder_is_private_whatever_it_was_before(tmp_path):
    folder = tmp_path / "var" / "postgres"
    folder.mkdir(parents=True, mode=0o777)

    own_folder(folder, None)

    assert mode(folder) == 0o700
