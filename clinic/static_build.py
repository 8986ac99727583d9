"""The mark of the static files as they are now; it stands in their addresses."""

import hashlib
from pathlib import Path


def mark_of(folder: Path, *, version: str) -> str:
    """Eight letters that change with the name or the content of any file under ``folder``, and with the release.

    A PC may then keep what it has loaded for a year, and after an update still asks for the new files at once. The mark
    is a folder of the address and not a ``?v=``: styles and scripts that name others beside them lead to new ones, too.
    """
    digest = hashlib.blake2b(version.encode(), digest_size=4)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
