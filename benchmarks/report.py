"""A run told to people and kept for the next one."""

import json
import platform
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import targets
from benchmarks.operations import ROOT
from benchmarks.verdicts import Result, Verdict, failures, ratio, verdicts

RESULTS = ROOT / "benchmarks" / "results"


def write(result: Result) -> Path:
    """Keep the run as ``<date>-<scale>.json``; a second one of a day takes the first one's place."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result['date']}-{result['scale']}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return path


def read(path: Path) -> Result:
    return json.loads(path.read_text())


def newest(scale: str) -> Result | None:
    """The last run of a scale that was kept."""
    found = sorted(RESULTS.glob(f"*-{scale}.json"))
    return read(found[-1]) if found else None


def smaller_run(scale: str) -> Result | None:
    """The run this scale's is held against: of the next smaller one."""
    smaller = targets.LARGER.get(scale)
    return newest(smaller[0]) if smaller else None


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}


def stamp() -> str:
    return datetime.now().date().isoformat()  # noqa: DTZ005  the operator's own day


def told(result: Result, before: Result | None = None) -> str:
    """The whole run as text: operations, mix, memory, what misses."""
    parts = [_title(result), _operations(result)]
    if result.get("mix"):
        parts.append(_mix(result))
    parts.append(_others(result))
    found = verdicts(result, before)
    parts.append("\n".join(str(verdict) for verdict in found))
    missed = [verdict for verdict in found if not verdict.is_met]
    parts.append(f"{len(found) - len(missed)} of {len(found)} targets met." + _missed(missed))
    if failures(result):
        parts.append(_reasons(result))
    return "\n\n".join(parts)


def compared(old: Result, new: Result) -> str:
    """Two runs side by side: p50 of each operation, the mix, the memory."""
    lines = [f"{'':<20}{_name(old):>16}{_name(new):>16}{'new ÷ old':>12}"]
    for code, measured in new["operations"].items():
        was = old["operations"].get(code, {}).get("figures", {}).get("ours", {}).get("p50")
        now = measured["figures"]["ours"]["p50"]
        lines.append(f"{code:<20}{_ms(was):>16}{_ms(now):>16}{_ratio(now, was):>12}")
    for was, now in zip(old.get("mix", {}).get("ours", []), new.get("mix", {}).get("ours", []), strict=False):
        name = f"mix, {now['clients']} clients"
        figures = f"{was['per_second']:>14}/s{now['per_second']:>14}/s"
        lines.append(f"{name:<20}{figures}{_ratio(now['per_second'], was['per_second']):>12}")
    was, now = (run.get("memory", {}).get("peak", {}).get("all") for run in (old, new))
    if was and now:
        lines.append(f"{'memory, peak':<20}{was:>13} MB{now:>13} MB{_ratio(now, was):>12}")
    return "\n".join(lines)


def _title(result: Result) -> str:
    return (
        f"Zubr, scale {result['scale']}, {result['date']}: {result['limits']}; started in {result['start_seconds']} s"
    )


def _operations(result: Result) -> str:
    head = (
        f"{'operation, ms':<20}{'p50':>8}{'p95':>8}{'p99':>8}{'SQL':>5}{'kB':>7}"
        f"{'fw p50':>9}{'÷ fw':>7}{'want':>6}{'SQL p50':>9}{'÷ SQL':>7}{'want':>6}{'GNU H.':>8}{'pretix':>8}"
    )
    return "\n".join([head, *(_operation(code, measured) for code, measured in result["operations"].items())])


def _operation(code: str, measured: dict[str, Any]) -> str:
    target = targets.TARGETS.get(code) or targets.Target(None, None, {})
    figures = measured["figures"]
    ours, floor, sql = (figures.get(arm, {}) for arm in ("ours", "framework", "sql"))
    kilobytes = "–" if measured["bytes"] is None else f"{measured['bytes'] / 1000:.1f}"
    return (
        f"{code:<20}{_ms(ours.get('p50')):>8}{_ms(ours.get('p95')):>8}{_ms(ours.get('p99')):>8}"
        f"{measured['queries'] or '–':>5}{kilobytes:>7}"
        f"{_ms(floor.get('p50')):>9}{_ratio(ours.get('p50'), floor.get('p50')):>7}{_limit(target.framework):>6}"
        f"{_ms(sql.get('p50')):>9}{_ratio(ours.get('p50'), sql.get('p50')):>7}{_limit(target.sql):>6}"
        f"{target.gnu_health:>8}{target.pretix:>8}"
    )


def _mix(result: Result) -> str:
    lines = [f"{'mix':<20}{'per second':>12}{'p50':>8}{'p95':>8}{'fw per s':>10}{'fw p95':>8}"]
    for ours, floor in zip(result["mix"]["ours"], result["mix"]["framework"], strict=True):
        lines.append(
            f"{str(ours['clients']) + ' clients':<20}{ours['per_second']:>12}{_ms(ours['p50']):>8}{_ms(ours['p95']):>8}"
            f"{floor['per_second']:>10}{_ms(floor['p95']):>8}"
        )
        if ours["left_out"]:
            lines.append(f"  used up before the end: {', '.join(ours['left_out'])}")
    return "\n".join(lines)


def _others(result: Result) -> str:
    lines = []
    for name, megabytes in result.get("memory", {}).items():
        shown = megabytes if isinstance(megabytes, dict) else {"": megabytes}
        lines.append(f"memory, {name:<12} " + ", ".join(f"{part} {value} MB".strip() for part, value in shown.items()))
    if pace := result.get("pace"):
        groups = ", ".join(
            f"pages of {limit} ms: p50 {_ms(group['p50'])}, p95 {_ms(group['p95'])} ({group['count']})"
            for limit, group in pace["groups"].items()
        )
        lines.append(f"at their pace       {pace['clients']} users, {pace['acts_per_second']} acts a second; {groups}")
    if race := result.get("race"):
        lines.append(
            f"slot race           {race['clerks']} clerks × {race['rounds']}, slowest answer {race['slowest']} ms"
        )
    return "\n".join(lines)


def _missed(missed: list[Verdict]) -> str:
    return "" if not missed else " Missed:\n" + "\n".join(f"  {verdict.what}: {verdict.value}" for verdict in missed)


def _reasons(result: Result) -> str:
    told_of = [
        f"  {code}, {arm}: {reason}"
        for code, measured in result["operations"].items()
        for arm, figures in measured["figures"].items()
        for reason in figures["reasons"]
    ]
    told_of += [
        f"  mix of {level['clients']}, {arm}: {reason}"
        for arm, levels in result.get("mix", {}).items()
        for level in levels
        for reason in level["reasons"]
    ]
    told_of += [
        f"  at their pace: {reason}"
        for group in result.get("pace", {}).get("groups", {}).values()
        for reason in group["reasons"]
    ]
    return "Failed:\n" + "\n".join(told_of)


def _name(result: Result) -> str:
    return f"{result['date']} {result['scale']}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _ratio(one: float | None, other: float | None) -> str:
    value = ratio(one, other)
    return "–" if value is None else f"{value:.2f}"


def _limit(value: float | None) -> str:
    return "–" if value is None else f"≤{value:g}"
