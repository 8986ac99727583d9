"""One operation at a time: every arm in turn, round after round, so that whatever disturbs the machine disturbs them alike."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.arms import Arm
from core.bench import Operation, Sample

WARM_UP = 3  # rounds nobody counts
TOLD = 3  # failures whose words are kept


@dataclass
class Figures:
    """What one arm took, milliseconds."""

    times: list[float] = field(default_factory=list, repr=False)
    failures: int = 0
    reasons: list[str] = field(default_factory=list)

    def fail(self, reason: str) -> None:
        self.failures += 1
        if len(self.reasons) < TOLD:
            self.reasons.append(reason)

    def summary(self) -> dict[str, Any]:
        """p50, p95 and p99 of what succeeded; None without any."""
        cuts = percentiles(self.times)
        return {**cuts, "count": len(self.times), "failures": self.failures, "reasons": self.reasons}


@dataclass
class Measured:
    """An operation alone."""

    code: str
    figures: dict[str, dict[str, Any]]
    queries: int | None = None
    bytes: int | None = None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def percentiles(times: Sequence[float]) -> dict[str, float | None]:
    if len(times) < 2:
        only = round(times[0], 2) if times else None
        return {"p50": only, "p95": only, "p99": only}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {name: round(cuts[at - 1], 2) for name, at in (("p50", 50), ("p95", 95), ("p99", 99))}


def alone(operation: Operation, arms: Sequence[Arm], rounds: int) -> dict[str, Figures]:
    """Time every arm ``rounds`` times, in turn; who begins a round changes. Failures are counted, their times are not."""
    total = rounds + WARM_UP
    pools = _pools(operation, arms, total)
    figures = {arm.name: Figures() for arm in arms}
    gc.collect()
    gc.disable()
    try:
        for number in range(min(total, *(len(pool) for pool in pools.values()))):
            turn = number % len(arms)
            for arm in (*arms[turn:], *arms[:turn]):
                figure = figures[arm.name] if number >= WARM_UP else Figures()
                timed(figure, arm, operation, pools[arm.name][number])
    finally:
        gc.enable()
    for arm in arms:
        if len(pools[arm.name]) < total:
            figures[arm.name].fail(f"only {len(pools[arm.name])} of {total} samples could be found")
    return figures


def timed(figure: Figures, arm: Arm, operation: Operation, sample: Sample, *, is_checked: bool = True) -> None:
    """One act of one arm: its time, if the answer is right."""
    clock: Callable[[], int] = time.perf_counter_ns
    try:
        began = clock()
        answer = arm.act(operation, sample)
        took = (clock() - began) / 1e6
        if is_checked:
            arm.check(operation, sample, answer)
    except Exception as error:  # whatever it is, it is a failure of this act and not of the run
        figure.fail(f"{type(error).__name__}: {error}")
    else:
        figure.times.append(took)


def _pools(operation: Operation, arms: Sequence[Arm], count: int) -> dict[str, Sequence[Sample]]:
    """Samples by arm: what writes gets its own, what reads the same world reads the same."""
    if operation.is_write:
        return {arm.name: operation.samples(arm.world, count) for arm in arms}
    of_world = {id(arm.world): operation.samples(arm.world, count) for arm in arms}
    return {arm.name: of_world[id(arm.world)] for arm in arms}
