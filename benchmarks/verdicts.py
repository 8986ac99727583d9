"""Holds the figures of a run against what is wanted."""

from dataclasses import dataclass
from typing import Any

from benchmarks import targets
from benchmarks.operations import SCHEDULE_AND_SEARCH

Result = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One figure beside its limit."""

    what: str
    value: float | None
    limit: float
    is_least: bool = False  # the limit is the least that is wanted, not the most
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.limit if self.is_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.is_least else "≤"
        value = "–" if self.value is None else f"{self.value:g}"
        return f"{'ok  ' if self.is_met else 'MISS'}  {self.what:<58} {value:>8} {self.unit}  (wanted {sign} {self.limit:g})"


def verdicts(result: Result, before: Result | None = None) -> list[Verdict]:
    """Every target this run can be held against; ``before`` is a run of the next smaller scale."""
    found = [Verdict("operations that failed", failures(result), 0, unit="")]
    for code, measured in result["operations"].items():
        found += _of_operation(result["scale"], code, measured)
    found += _between_operations(result)
    found += _of_mix(result)
    found += _of_memory(result)
    if pace := result.get("pace"):
        for limit, group in pace["groups"].items():
            what = f"{pace['clients']} users at their pace, pages of {limit} ms: p95"
            found.append(Verdict(what, group["p95"], int(limit), unit="ms"))
    if race := result.get("race"):
        found.append(Verdict("slot race: slowest answer", race["slowest"], targets.SLOWEST_RACE_MS, unit="ms"))
        found.append(Verdict("slot race: rounds without exactly one winner", race["wrong"], 0, unit=""))
        found.append(Verdict("slot race: deadlocks", race["deadlocks"], 0, unit=""))
    if before is not None:
        found += _between_scales(result, before)
    return found


def failures(result: Result) -> int:
    """Acts that went wrong, in all parts of the run."""
    alone = [arm["failures"] for measured in result["operations"].values() for arm in measured["figures"].values()]
    mixed = [level["failures"] for levels in result.get("mix", {}).values() for level in levels]
    paced = [group["failures"] for group in result.get("pace", {}).get("groups", {}).values()]
    return sum(alone) + sum(mixed) + sum(paced)


def ratio(one: float | None, other: float | None) -> float | None:
    return round(one / other, 2) if one and other else None


def _p50(result: Result, code: str, arm: str = "ours") -> float | None:
    return result["operations"].get(code, {}).get("figures", {}).get(arm, {}).get("p50")


def _of_operation(scale: str, code: str, measured: dict[str, Any]) -> list[Verdict]:
    target, figures = targets.TARGETS.get(code), measured["figures"]
    if target is None:
        return []
    ours = figures["ours"]
    found = []
    for arm, limit in (("framework", target.framework), ("sql", target.sql)):
        if limit is not None and arm in figures:
            found.append(Verdict(f"{code}: p50 ÷ {arm} floor", ratio(ours["p50"], figures[arm]["p50"]), limit))
    if scale in target.p95:
        found.append(Verdict(f"{code}: p95", ours["p95"], target.p95[scale], unit="ms"))
    if "young" in figures and code in SCHEDULE_AND_SEARCH:
        found.append(
            Verdict(
                f"{code}: p50 ÷ without history", ratio(ours["p50"], figures["young"]["p50"]), targets.HISTORY_RATIO
            )
        )
    return found


def _between_operations(result: Result) -> list[Verdict]:
    most = ratio(_p50(result, "card_most_visits"), _p50(result, "card"))
    refresh = ratio(_p50(result, "refresh"), _p50(result, "search_phone"))
    found = []
    if most is not None:
        found.append(Verdict("card of most visits ÷ card of twenty", most, targets.MOST_VISITS_RATIO))
    if refresh is not None:
        found.append(Verdict("refresh ÷ phone search", refresh, targets.REFRESH_OF_PHONE))
    return found


def _of_mix(result: Result) -> list[Verdict]:
    mix = result.get("mix", {})
    if not mix.get("ours") or not mix.get("framework"):
        return []
    ours, floor = mix["ours"][-1], mix["framework"][-1]
    name = f"mix, {ours['clients']} clients"
    return [
        Verdict(
            f"{name}: throughput ÷ framework floor",
            ratio(ours["per_second"], floor["per_second"]),
            targets.MIX_THROUGHPUT_SHARE,
            is_least=True,
        ),
        Verdict(f"{name}: p95 ÷ framework floor", ratio(ours["p95"], floor["p95"]), targets.MIX_P95_RATIO),
    ]


def _of_memory(result: Result) -> list[Verdict]:
    memory = result.get("memory", {})
    found = []
    if "web" in memory and "framework_web" in memory:
        share = ratio(memory["web"], memory["framework_web"])
        found.append(Verdict("memory: web, 2 workers ÷ framework floor", share, targets.MEMORY_RATIO))
    if "peak" in memory:
        found.append(
            Verdict("memory: peak of the whole stack", memory["peak"]["all"], targets.PEAK_MEGABYTES, unit="MB")
        )
        found.append(Verdict("memory: whole stack at rest", memory["rest"]["all"], targets.REST_MEGABYTES, unit="MB"))
    return found


def _between_scales(result: Result, before: Result) -> list[Verdict]:
    smaller, limit = targets.LARGER[result["scale"]]
    found = []
    for code in ("search_surname", "search_phone", "day", "card", "book"):
        value = ratio(_p50(result, code), _p50(before, code))
        if value is not None:
            found.append(Verdict(f"{code}: {result['scale']} ÷ {smaller}", value, limit))
        queries = [run["operations"].get(code, {}).get("queries") for run in (result, before)]
        if all(queries):
            more = queries[0] - queries[1]
            found.append(Verdict(f"{code}: queries more than at {smaller}", more, 0, unit=""))
    return found
