"""The clinic's files in a backup: copied once, then linked from backup to backup, each listed with size and SHA-256.

The list has one line a file: SHA-256, bytes, time of the last change in ns, path; parted by tabs.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1024 * 1024
OnBytes = Callable[[int], None]
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


@dataclass(frozen=True)
class Listed:
    """One file as the list names it."""

    path: str
    bytes: int
    changed_ns: int
    sha256: str

    def line(self) -> str:
        return f"{self.sha256}\t{self.bytes}\t{self.changed_ns}\t{self.path.translate(_ESCAPES)}\n"


@dataclass
class Copied:
    """What a copy came to."""

    files: int = 0
    bytes: int = 0
    linked: int = 0


def files_under(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every regular file with its path inside the folder, sorted; linked folders are gone into, once each."""
    seen: set[tuple[int, int]] = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        state = os.stat(root)
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        folders.sort()
        for name in sorted(names):
            path = os.path.join(root, name)
            with suppress(FileNotFoundError):  # a temporary one, gone meanwhile
                yield os.path.relpath(path, folder), os.stat(path)


def read_list(path: Path) -> dict[str, Listed]:
    """Raises: OSError; ValueError when the list is not one of ours."""
    found = {}
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for line in lines:
            sha256, size, changed, name = line.rstrip("\n").split("\t")
            listed = Listed(_unescaped(name), int(size), int(changed), sha256)
            found[listed.path] = listed
    return found


@dataclass(frozen=True)
class Former:
    """An earlier copy, to which unchanged files are linked."""

    folder: Path
    listed: dict[str, Listed]

    def unchanged(self, path: str, state: os.stat_result) -> Listed | None:
        known = self.listed.get(path)
        if known is None or (known.bytes, known.changed_ns) != (state.st_size, state.st_mtime_ns):
            return None
        return known


def bytes_under(source: Path, former: Former | None = None) -> int:
    """Bytes of a folder's files, less those the former copy has."""
    return sum(
        state.st_size for path, state in files_under(source) if former is None or former.unchanged(path, state) is None
    )


def copy(source: Path, target: Path, list_path: Path, *, former: Former | None, on_bytes: OnBytes) -> Copied:
    """Copy a folder of files and write their list; what has not changed since the former copy is linked to it.

    Where links are impossible (another disk, a network folder), everything is copied.
    """
    done = Copied()
    target.mkdir(mode=0o700)
    with list_path.open("x", encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for path, state in files_under(source):
            place = target / path
            _make_private(place.parent)
            listed = former.unchanged(path, state) if former is not None else None
            if former is not None and listed is not None and _link(former.folder / path, place, listed.bytes):
                done.linked += 1
                on_bytes(listed.bytes)
            else:
                try:
                    listed = _copy_one(source / path, path, place, state.st_mtime_ns, on_bytes)
                except FileNotFoundError:  # as above
                    continue
            lines.write(listed.line())
            done.files += 1
            done.bytes += listed.bytes
    return done


def problems(folder: Path, listed: dict[str, Listed], *, on_bytes: OnBytes) -> list[str]:
    """One line for each file that is missing, changed, or was never listed."""
    lines = []
    for path, entry in listed.items():
        place = folder / path
        try:
            if place.stat().st_size != entry.bytes:
                lines.append(f"the file {path} has {place.stat().st_size} bytes instead of {entry.bytes}")
            elif digest(place, on_bytes) != entry.sha256:
                lines.append(f"the file {path} is damaged")
        except FileNotFoundError:
            lines.append(f"the file {path} is missing")
        except OSError as error:  # a bad sector
            lines.append(f"the file {path} cannot be read: {error.strerror}")
    if folder.is_dir():
        lines += [f"the file {path} is in no list" for path, _ in files_under(folder) if path not in listed]
    return lines


def bring_back(folder: Path, listed: dict[str, Listed], target: Path, *, on_bytes: OnBytes) -> int:
    """Copy the listed files that the target lacks or has with another content; nothing there is removed.

    Returns how many were copied.
    """
    count = 0
    for path, entry in listed.items():
        place = target / path
        if place.is_file() and place.stat().st_size == entry.bytes and digest(place, on_bytes) == entry.sha256:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f"{place.name}.new")
        shutil.copyfile(folder / path, fresh)
        os.utime(fresh, ns=(entry.changed_ns, entry.changed_ns))
        fresh.replace(place)
        on_bytes(entry.bytes)
        count += 1
    return count


def digest(path: Path, on_bytes: OnBytes = lambda count: None) -> str:
    """SHA-256 of a file's content."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            sha256.update(chunk)
            on_bytes(len(chunk))
    return sha256.hexdigest()


def _copy_one(source: Path, path: str, place: Path, changed_ns: int, on_bytes: OnBytes) -> Listed:
    """The sum and the size are those of what was written, whatever happens to the source meanwhile."""
    sha256, size = hashlib.sha256(), 0
    with source.open("rb") as file, open(place, "xb", opener=_private) as copied:
        while chunk := file.read(CHUNK_BYTES):
            copied.write(chunk)
            sha256.update(chunk)
            size += len(chunk)
            on_bytes(len(chunk))
    os.utime(place, ns=(changed_ns, changed_ns))
    return Listed(path, size, changed_ns, sha256.hexdigest())


def _link(former: Path, place: Path, size: int) -> bool:
    try:
        if former.stat().st_size != size:
            return False
        os.link(former, place)
    except OSError:  # another disk, a file system without links, a copy that is gone
        return False
    return True


def _make_private(folder: Path) -> None:
    """Like mkdir with its parents, which do not get the mode by themselves."""
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unescaped(name: str) -> str:
    if "\\" not in name:
        return name
    parts = name.split("\\\\")
    return "\\".join(part.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r") for part in parts)
