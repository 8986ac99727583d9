"""Refresh the vendored front-end files from npm.

    python tools/vendor.py            fetch every package and rewrite the vendored folders
    python tools/vendor.py --check    only compare the files in the repository with the manifest

A clinic PC loads nothing from the internet, so whatever a page needs is committed. The npm client
does the fetching and verifies each package against the registry's checksum; this file names no
registry. Versions are pinned here and nowhere else.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path("static/vendor")
MANIFEST = Path("tools/vendor.lock.json")
ICON_NAMES = Path("tools/vendor_icons.txt")
ICON_FOLDER = STATIC / "tabler-icons"

# Served files must not point at maps we do not ship: the hashed static storage refuses them.
SOURCE_MAP = re.compile(rb"\s*(/\*|//)[#@] sourceMappingURL=\S+(\s*\*/)?\s*$")


@dataclass(frozen=True)
class Package:
    """One npm package and the files taken from it, as path in the package to name in the folder."""

    name: str
    version: str
    licence: str
    why: str
    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    licence_text: Path | None = None  # for a package published without its licence file


PACKAGES = (
    Package(
        name="@tabler/core",
        version="1.0.0",
        licence="MIT",
        why="the look (Bootstrap 5 inside). Pinned: later releases need color-mix and :has, which Chrome 109 lacks",
        folder=STATIC / "tabler",
        files={
            "dist/css/tabler.min.css": "tabler.min.css",
            "dist/js/tabler.min.js": "tabler.min.js",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        name="@tabler/icons",
        version="3.51.0",
        licence="MIT",
        why="icons, as one SVG sprite of the symbols we use (the list is `tools/vendor_icons.txt`)",
        folder=ICON_FOLDER,
        files={"LICENSE": "LICENSE"},
    ),
    Package(
        name="@event-calendar/build",
        version="4.7.1",
        licence="MIT",
        why="the schedule's resource grid. Pinned: later releases need subgrid and :has, which Chrome 109 lacks",
        folder=STATIC / "event-calendar",
        files={
            "dist/event-calendar.min.css": "event-calendar.min.css",
            "dist/event-calendar.min.js": "event-calendar.min.js",
        },
        licence_text=Path("tools/licences/event-calendar.txt"),
    ),
    Package(
        name="echarts",
        version="6.1.0",
        licence="Apache-2.0",
        why="charts (the common build: line, bar, pie, scatter, tooltip, legend, marks, zoom)",
        folder=STATIC / "echarts",
        files={"dist/echarts.common.min.js": "echarts.common.min.js", "LICENSE": "LICENSE", "NOTICE": "NOTICE"},
    ),
    Package(
        name="tom-select",
        version="2.6.2",
        licence="Apache-2.0",
        why="pickers with search in long lists",
        folder=STATIC / "tom-select",
        files={
            "dist/js/tom-select.popular.min.js": "tom-select.popular.min.js",
            "dist/css/tom-select.bootstrap5.min.css": "tom-select.bootstrap5.min.css",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        name="@fontsource-variable/inter",
        version="5.3.0",
        licence="OFL-1.1",
        why="the typeface: Cyrillic, Latin, and Latin extended for the rouble sign",
        folder=STATIC / "inter",
        files={
            "files/inter-cyrillic-wght-normal.woff2": "inter-cyrillic-wght-normal.woff2",
            "files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        name="axe-core",
        version="4.14.1",
        licence="MPL-2.0",
        why="accessibility checks of the browser tests; never served",
        folder=Path("tests/browser/vendor/axe-core"),
        files={"axe.min.js": "axe.min.js", "LICENSE": "LICENSE"},
    ),
)


class VendorError(Exception):
    """The refresh cannot be done; the message says why."""


def fetch_package(package: Package, into: Path) -> tarfile.TarFile:
    """Download one package through the npm client and open its archive."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(into)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError as error:
        raise VendorError("npm is not installed (Debian: apt install npm)") from error
    if done.returncode != 0:
        raise VendorError(f"npm could not fetch {package.name}@{package.version}:\n{done.stderr.strip()}")
    return tarfile.open(into / done.stdout.strip().splitlines()[-1])


def read_member(archive: tarfile.TarFile, path: str) -> bytes:
    """Read one file of an npm archive (its root folder is ``package/``)."""
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise VendorError(f"{path} is not in the package")
    return member.read()


def without_source_map(content: bytes) -> bytes:
    """Cut the trailing pointer to a source map."""
    return SOURCE_MAP.sub(b"\n", content)


def build_sprite(archive: tarfile.TarFile) -> str:
    """Join the listed icons (filled ones end in ``-filled``) into one sprite; a page draws ``sprite.svg#name``."""
    names = sorted(set((ROOT / ICON_NAMES).read_text().split()))
    symbols = [icon_symbol(archive, name) for name in names]
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def icon_symbol(archive: tarfile.TarFile, name: str) -> str:
    """One icon as a ``<symbol>``: outline icons inherit their stroke, filled ones say so themselves."""
    filled = name.endswith("-filled")
    path = f"icons/filled/{name.removesuffix('-filled')}.svg" if filled else f"icons/outline/{name}.svg"
    try:
        source = read_member(archive, path).decode()
    except KeyError as error:
        raise VendorError(f"there is no icon called {name}") from error
    inner = source.partition(">")[2].rpartition("</svg>")[0]
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inner)
    shapes = re.sub(r"\s+", " ", shapes).replace(" />", "/>").replace("> <", "><").strip()
    paint = ' fill="currentColor" stroke="none"' if filled else ""
    return f'<symbol id="{name}" viewBox="0 0 24 24"{paint}>{shapes}</symbol>'


def collect(package: Package, scratch: Path) -> dict[Path, bytes]:
    """Every file this package contributes, by its path in the repository."""
    with fetch_package(package, scratch) as archive:
        try:
            files = {
                package.folder / target: without_source_map(read_member(archive, source))
                for source, target in package.files.items()
            }
        except KeyError as error:
            raise VendorError(f"{package.name}@{package.version}: {error}") from error
        if package.folder == ICON_FOLDER:
            files[ICON_FOLDER / "sprite.svg"] = build_sprite(archive).encode()
    if package.licence_text:
        files[package.folder / "LICENSE"] = (ROOT / package.licence_text).read_bytes()
    return files


def versions_page() -> str:
    """The human-readable list of what is vendored and why."""
    rows = [
        f"| `{package.folder}/` | {package.name} | {package.version} | {package.licence} | {package.why} |"
        for package in PACKAGES
    ]
    head = [
        "# Vendored front-end packages",
        "",
        "Written by `tools/vendor.py`; change versions there and run it. Checksums are in `tools/vendor.lock.json`.",
        "htmx is not here: it comes with `django-htmx`.",
        "",
        "| folder | package | version | licence | why |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def refresh() -> int:
    """Fetch everything first, then replace the folders, so that a failure leaves the tree as it was."""
    files: dict[Path, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            files |= collect(package, Path(scratch))
    for package in PACKAGES:
        shutil.rmtree(ROOT / package.folder, ignore_errors=True)
    for path, content in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_bytes(content)
    (ROOT / STATIC / "VERSIONS.md").write_text(versions_page())
    sums = {str(path): hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    (ROOT / MANIFEST).write_text(json.dumps(sums, indent=1) + "\n")
    print(f"{len(files)} files of {len(PACKAGES)} packages")
    return 0


def changed_files() -> list[str]:
    """Vendored files that differ from the manifest, are missing, or are not in it."""
    sums: dict[str, str] = json.loads((ROOT / MANIFEST).read_text())
    present = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package.folder).rglob("*")
        if path.is_file()
    }
    differing = [
        path
        for path, digest in sums.items()
        if path not in present or hashlib.sha256((ROOT / path).read_bytes()).hexdigest() != digest
    ]
    return sorted({*differing, *(present - sums.keys())})


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the manifest, fetch nothing")
    if not parser.parse_args().check:
        return refresh()
    changed = changed_files()
    for path in changed:
        print(f"differs from the manifest: {path}")
    return 1 if changed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except VendorError as error:
        sys.exit(f"vendor: {error}")
