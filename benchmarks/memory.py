"""What the stack takes: proportional set size (PSS) of every process, shared pages counted once among those who share."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
EVERY_SECONDS = 0.5


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):  # gone meanwhile
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def pss_megabytes(pids: Collection[int]) -> float:
    """PSS of these processes together, MB (10⁶ bytes); those that have ended count nothing."""
    total = 0
    for pid in pids:
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
    return round(total * 1024 / 1e6, 1)


@dataclass
class Watch:
    """Looks at the memory while a load runs; ``peaks`` by part, and of all together under ``all``."""

    parts: Callable[[], dict[str, list[int]]]
    peaks: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> dict[str, float]:
        """Megabytes by part now, and of all together."""
        now = {name: pss_megabytes(pids) for name, pids in self.parts().items()}
        now["all"] = round(sum(now.values()), 1)
        for name, megabytes in now.items():
            self.peaks[name] = max(self.peaks.get(name, 0), megabytes)
        return now

    def __enter__(self) -> "Watch":
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.look()
