"""How figures are made, judged and told."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from benchmarks import measure, mix, operations, pace, report, targets
from benchmarks.memory import Watch, family, pss_megabytes
from benchmarks.verdicts import failures, verdicts
from core.bench import Operation, World, WrongAnswer, plain


def world() -> World:
    return World(
        ask=lambda sql, **_: [], rng=random.Random(1), today=date(2026, 11, 27), zone=ZoneInfo("Europe/Moscow")
    )


def operation(code: str, *, weight: float = 1, is_write: bool = False) -> Operation:
    return Operation(
        code,
        code,
        "administrator",
        samples=lambda world, count: [{"number": number} for number in range(count)],
        page=lambda browser, sample: sample,
        shown=lambda answer, world, sample: [[sample["number"]]],
        sql=lambda cursor, sample: [[sample["number"]]],
        wanted=(lambda sample: [[sample["number"]]]) if is_write else None,
        weight=weight,
    )


class Arm:
    """Answers at once; fails for the samples named."""

    def __init__(self, name: str = "ours", fails=()) -> None:
        self.name, self.fails, self.world, self.seen = name, set(fails), world(), []

    def act(self, operation, sample):
        self.seen.append((operation.code, sample["number"]))
        if sample["number"] in self.fails:
            raise WrongAnswer("no such page")
        return sample

    def check(self, operation, sample, answer) -> None:
        assert answer == sample


def test_percentiles_are_those_of_the_times():
    assert measure.percentiles([float(number) for number in range(1, 101)]) == {"p50": 50.5, "p95": 95.05, "p99": 99.01}
    assert measure.percentiles([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0}
    assert measure.percentiles([]) == {"p50": None, "p95": None, "p99": None}


def test_arms_take_turns_over_the_same_samples_and_a_failure_leaves_no_time():
    ours, floor = Arm("ours", fails=[measure.WARM_UP]), Arm("sql")

    figures = measure.alone(operation("read"), [ours, floor], rounds=4)

    assert ours.seen == floor.seen
    assert (len(figures["ours"].times), figures["ours"].failures) == (3, 1)
    assert (len(figures["sql"].times), figures["sql"].failures) == (4, 0)
    assert figures["ours"].summary()["reasons"] == ["WrongAnswer: no such page"]


def test_too_few_samples_are_a_failure_not_a_short_run():
    few = replace(operation("write", is_write=True), samples=lambda world, count: [{"number": 1}] * 2)

    figures = measure.alone(few, [Arm()], rounds=5)

    assert figures["ours"].failures == 1
    assert "only 2 of 8 samples" in figures["ours"].reasons[0]


def test_the_mix_scales_the_weights_of_what_there_is_and_writes_use_each_sample_once():
    reads, writes = operation("read", weight=30), operation("write", weight=10, is_write=True)
    arm = Arm()
    supply = mix.Supply([reads, writes], arm, acts=40)

    result = mix.run([reads, writes], [arm], supply, seconds=0.2, seed="1")

    written = [number for code, number in arm.seen if code == "write"]
    assert written == list(range(10))  # a quarter of all acts, each sample once
    assert result["left_out"] == ["write"]
    assert result["failures"] == 0
    share = sum(code == "read" for code, _ in arm.seen[:40]) / 40
    assert 0.55 < share < 0.95  # three of four, drawn by chance


def test_people_at_their_pace_open_pages_and_every_screen_polls():
    day, poll = operation("day", weight=30), operation("refresh", weight=15)
    arms = [Arm(), Arm()]
    supply = mix.Supply([day, poll], arms[0], acts=0)

    result = pace.run([day, poll], arms, supply, scale="M", seconds=3)

    for arm in arms:
        codes = [code for code, _ in arm.seen]
        assert 1 <= codes.count("refresh") <= 2  # one each two seconds
        assert codes.count("day") >= 1
    assert list(result["groups"]) == ["100"]
    assert result["groups"]["100"]["failures"] == 0
    assert result["groups"]["100"]["count"] == sum(len(arm.seen) for arm in arms)


def test_every_operation_has_its_target_and_the_weights_are_shares_of_a_hundred():
    known = operations.load()

    assert set(known) == set(targets.TARGETS)
    assert set(operations.SCHEDULE_AND_SEARCH) <= set(known)
    assert sum(one.weight for one in known.values()) <= 100
    assert all(one.sql is not None for one in known.values() if one.is_write)


def figures(p50: float, failed: int = 0) -> dict:
    return {"p50": p50, "p95": p50 * 2, "p99": p50 * 3, "count": 9, "failures": failed, "reasons": ["x"] * failed}


def result(scale: str = "M", **p50: float) -> report.Result:
    measured = {
        code: {"code": code, "figures": {"ours": figures(value), "framework": figures(5.0), "sql": figures(1.0)}}
        | {"queries": 8, "bytes": 1000}
        for code, value in p50.items()
    }
    return {
        "scale": scale, "date": "2026-11-27", "limits": "2 of 2 cores", "start_seconds": 4.0, "operations": measured,
        "mix": {
            "ours": [{"clients": 10, "per_second": 50.0, "left_out": [], **figures(30.0)}],
            "framework": [{"clients": 10, "per_second": 100.0, "left_out": [], **figures(15.0)}],
        },
        "memory": {"rest": {"all": 500.0}, "peak": {"all": 2600.0}, "web": 200.0, "framework_web": 100.0},
        "pace": {"clients": 10, "pages_per_second": 1.5, "acts_per_second": 6.0, "groups": {"100": figures(60.0, failed=0)}},
        "race": {"clerks": 10, "rounds": 3, "wrong": 0, "slowest": 400.0, "deadlocks": 0},
    }  # fmt: skip


def missed(found) -> set[str]:
    return {verdict.what for verdict in found if not verdict.is_met}


def test_a_figure_over_its_limit_is_a_miss():
    run = result(search_surname=9.0, search_phone=11.0, day=60.0)

    assert missed(verdicts(run)) == {
        "search_phone: p50 ÷ framework floor",
        "search_phone: p50 ÷ sql floor",
        "day: p50 ÷ framework floor",
        "day: p50 ÷ sql floor",
        "day: p95",
        "10 users at their pace, pages of 100 ms: p95",
        "memory: peak of the whole stack",
    }


def test_a_larger_scale_is_held_against_the_smaller_one():
    small, large = result("S", day=8.0, card=8.0), result("M", day=8.0 * 1.31, card=8.0)
    large["operations"]["card"]["queries"] = 9

    assert {"day: M ÷ S", "card: queries more than at S"} <= missed(verdicts(large, small))
    assert "card: M ÷ S" not in missed(verdicts(large, small))


def test_a_failed_operation_is_told_with_its_reason():
    run = result(day=5.0)
    run["operations"]["day"]["figures"]["ours"] = figures(5.0, failed=2)

    assert failures(run) == 2
    assert "operations that failed" in missed(verdicts(run))
    assert "day, ours: x" in report.told(run)


def test_the_table_shows_ratios_with_their_targets():
    text = report.told(result(search_surname=9.0))

    (row,) = [line for line in text.splitlines() if line.startswith("search_surname ")]
    assert row.split() == [
        "search_surname",
        "9.0",
        "18.0",
        "27.0",
        "8",
        "1.0",
        "5.0",
        "1.80",
        "≤2",
        "1.0",
        "9.00",
        "≤14",
        "6",
        "5",
    ]


def test_two_runs_are_put_side_by_side():
    text = report.compared(result(day=10.0), result(day=5.0))

    assert any(line.split() == ["day", "10.0", "5.0", "0.50"] for line in text.splitlines())


def test_a_run_is_kept_by_its_day_and_scale(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    small, large = result("S", day=5.0), result("M", day=6.0)

    report.write(small)
    path = report.write(large)

    assert path.name == "2026-11-27-M.json"
    assert report.read(path) == large
    assert report.smaller_run("M") == small
    assert report.smaller_run("S") is None


def test_memory_is_counted_over_a_process_and_its_children():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))
        watch = Watch(lambda: {"child": [child.pid], "gone": [2**22 + 1]})
        now = watch.look()
    finally:
        child.kill()
        child.wait()

    assert now["child"] > 0
    assert now["gone"] == 0
    assert watch.peaks["all"] == now["all"] == now["child"]
    assert pss_megabytes([child.pid]) == 0


@pytest.mark.parametrize(("value", "told"), [(1, 1), (None, None), (True, True), (date(2026, 1, 2), "2026-01-02")])
def test_rows_are_plain_json(value, told):
    assert plain([(value,)]) == [[told]]
