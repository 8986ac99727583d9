"""The least server a clinic may have: 2 cores and 4 GB for up to 10 users. Source: the seed description's minimum."""

import contextlib
import os
from pathlib import Path

CORES = 2
MEMORY_BYTES = 4 * 1024**3
CGROUP = Path("/sys/fs/cgroup")


class MinimalServer:
    """A memory cgroup of 4 GB and two cores for the processes put into it, as far as this machine lets us."""

    def __init__(self) -> None:
        self.folder = self._make()

    @property
    def limits(self) -> str:
        """In words, for the report."""
        memory = "memory cgroup of 4 GB" if self.folder else "no cgroup to be had: summed PSS alone"
        return f"{CORES} of {os.cpu_count()} cores, {memory}"

    def put(self, pid: int) -> None:
        """Bind a process and whatever it starts from now on."""
        cores = sorted(os.sched_getaffinity(pid))[:CORES]
        os.sched_setaffinity(pid, cores)
        if self.folder:
            (self.folder / "cgroup.procs").write_text(str(pid))

    def remove(self) -> None:
        """Let go of an empty group; one that still holds somebody stays until they end."""
        if self.folder:
            with contextlib.suppress(OSError):
                self.folder.rmdir()

    @staticmethod
    def _make() -> Path | None:
        is_second = (CGROUP / "cgroup.controllers").exists()
        parent, limit = (CGROUP, "memory.max") if is_second else (CGROUP / "memory", "memory.limit_in_bytes")
        folder = parent / f"zubr-bench-{os.getpid()}"
        try:
            folder.mkdir()
            (folder / limit).write_text(str(MEMORY_BYTES))
        except OSError:  # not root, or no such controller here
            with contextlib.suppress(OSError):
                folder.rmdir()
            return None
        return folder
