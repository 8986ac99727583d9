"""Every app's operations, by code."""

from importlib import import_module
from pathlib import Path

from core.bench import Operation

ROOT = Path(__file__).resolve().parents[1]

# What search and schedule read: all there is at scale L, and what ten years of history must not slow.
SCHEDULE_AND_SEARCH = (
    "search_surname",
    "search_phone",
    "card",
    "day",
    "day_data",
    "refresh",
    "free_times",
    "book",
    "move",
    "cancel",
)


def load() -> dict[str, Operation]:
    """The operations of every app that has a ``bench.py``.

    Raises: ValueError when two share a code.
    """
    found: dict[str, Operation] = {}
    for path in sorted(ROOT.glob("*/bench.py")):
        if path.parent.name == "core":
            continue  # it says what an operation is
        for operation in import_module(f"{path.parent.name}.bench").OPERATIONS:
            if operation.code in found:
                raise ValueError(f"two operations are called {operation.code}")
            found[operation.code] = operation
    return found
