"""Ten people at their own pace: pages as often as at the busiest hour, and every open screen polling every two seconds.

The mix without a pause shows what the server can bear; this shows what people wait for on the least server.
"""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from benchmarks import targets
from benchmarks.arms import Arm
from benchmarks.measure import Figures, timed
from benchmarks.mix import CHANGED_BY_OTHERS, Supply
from core.bench import Operation

POLL_SECONDS = 2.0
POLL = "refresh"
Groups = dict[int, Figures]  # by the limit of p95, milliseconds


def run(
    operations: Sequence[Operation], arms: Sequence[Arm], supply: Supply, *, scale: str, seconds: float
) -> dict[str, Any]:
    """Pages come by chance (exponential pauses) at the scale's busiest rate, shared by one client per arm.

    ``groups`` holds what pages of one limit took together; a writing operation whose samples are used up is skipped.
    """
    rate = targets.PAGES_PER_SECOND[scale]
    began = time.perf_counter()
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(len(arms)) as pool:
        people = [
            _Person(operations, arm, supply, scale, rate / len(arms), random.Random(f"pace:{number}"))
            for number, arm in enumerate(arms)
        ]
        results = list(pool.map(lambda person: person.work(deadline), people))
    took = time.perf_counter() - began
    groups: Groups = {}
    for result in results:
        for limit, figures in result.items():
            group = groups.setdefault(limit, Figures())
            group.times += figures.times
            group.failures += figures.failures
            group.reasons = [*group.reasons, *figures.reasons][:3]
    acts = sum(len(group.times) for group in groups.values())
    return {
        "clients": len(arms),
        "pages_per_second": rate,
        "acts_per_second": round(acts / took, 1),
        "groups": {str(limit): group.summary() for limit, group in sorted(groups.items())},
    }


@dataclass
class _Person:
    """One of them, with a share of the pages and a screen of their own."""

    operations: Sequence[Operation]
    arm: Arm
    supply: Supply
    scale: str
    rate: float  # pages a second
    rng: random.Random

    def work(self, deadline: float) -> Groups:
        pages = [operation for operation in self.operations if operation.code != POLL]
        polls = [operation for operation in self.operations if operation.code == POLL]
        groups: Groups = {}
        next_page = time.monotonic() + self.rng.expovariate(self.rate)
        next_poll = time.monotonic() + self.rng.uniform(0, POLL_SECONDS)
        while (now := min(next_page, next_poll)) < deadline:
            time.sleep(max(now - time.monotonic(), 0))
            if now == next_poll:
                next_poll += POLL_SECONDS
                self._do(polls, groups)
            else:
                next_page += self.rng.expovariate(self.rate)
                self._do(pages, groups)
        return groups

    def _do(self, among: Sequence[Operation], groups: Groups) -> None:
        if not among:
            return
        operation = self.rng.choices(among, [one.weight for one in among])[0]
        sample = self.supply.take(operation)
        if sample is not None:
            limit = targets.TARGETS[operation.code].p95[self.scale]
            is_checked = operation.code not in CHANGED_BY_OTHERS
            timed(groups.setdefault(limit, Figures()), self.arm, operation, sample, is_checked=is_checked)
