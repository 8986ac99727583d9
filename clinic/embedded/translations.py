"""Compiles translations with Babel, so that no gettext tools are needed to run.

`python -m clinic.embedded.translations`.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


def compile_stale(root: Path = ROOT) -> int:
    """Compile each catalogue that has changed since it was compiled; returns how many."""
    compiled = 0
    for source in sorted((root / "locale").glob("*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        compiled += 1
    return compiled


if __name__ == "__main__":
    print(f"{compile_stale()} catalogues compiled")
