"""Everybody at once: clients that do what people do, one act after another without a pause (a closed loop)."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.arms import Arm
from benchmarks.measure import Figures, timed
from core.bench import Operation, Sample

READ_SAMPLES = 60
CHECKED_EVERY = 5  # answers looked through whole; the status of each is looked at anyway
CHANGED_BY_OTHERS = {"free_times"}  # somebody may book between the answer and the look; looked through when alone


class Supply:
    """Samples for all clients: what reads may be read again, what writes is handed out once."""

    def __init__(self, operations: Sequence[Operation], arm: Arm, acts: int) -> None:
        """``acts``: how many all operations together are likely to do."""
        weight = sum(operation.weight for operation in operations)
        self._samples: dict[str, deque[Sample]] = {}
        for operation in operations:
            count = max(10, round(acts * operation.weight / weight)) if operation.is_write else READ_SAMPLES
            self._samples[operation.code] = deque(operation.samples(arm.world, count))
        self._lock = threading.Lock()

    def take(self, operation: Operation) -> Sample | None:
        """The next sample; None when those of a writing operation are used up."""
        with self._lock:
            samples = self._samples[operation.code]
            if not samples:
                return None
            sample = samples.popleft()
            if not operation.is_write:
                samples.append(sample)
            return dict(sample)


def run(
    operations: Sequence[Operation], arms: Sequence[Arm], supply: Supply, seconds: float, seed: str
) -> dict[str, Any]:
    """Let one client per arm work for so long; throughput and times of all of them together.

    An operation whose samples are used up is drawn no more; ``left_out`` names it.
    """
    deadline = time.monotonic() + seconds
    began = time.perf_counter()
    with ThreadPoolExecutor(len(arms)) as pool:
        work: Callable[[tuple[int, Arm]], tuple[Figures, set[str]]] = lambda one: _client(  # noqa: E731
            operations,
            one[1],
            supply,
            deadline,
            random.Random(f"{seed}:{one[0]}"),
        )
        results = list(pool.map(work, enumerate(arms)))
    took = time.perf_counter() - began
    figures = Figures()
    for one, _out in results:
        figures.times += one.times
        figures.failures += one.failures
        figures.reasons = [*figures.reasons, *one.reasons][:3]
    left_out = sorted({code for _one, out in results for code in out})
    return {
        "clients": len(arms),
        "per_second": round(len(figures.times) / took, 1),
        "left_out": left_out,
        **figures.summary(),
    }


def _client(
    operations: Sequence[Operation], arm: Arm, supply: Supply, deadline: float, rng: random.Random
) -> tuple[Figures, set[str]]:
    figures, left_out = Figures(), set()
    known = list(operations)
    number = 0
    while known and time.monotonic() < deadline:
        operation = rng.choices(known, [one.weight for one in known])[0]
        sample = supply.take(operation)
        if sample is None:
            known.remove(operation)
            left_out.add(operation.code)
            continue
        number += 1
        is_checked = number % CHECKED_EVERY == 0 and operation.code not in CHANGED_BY_OTHERS
        timed(figures, arm, operation, sample, is_checked=is_checked)
    return figures, left_out
