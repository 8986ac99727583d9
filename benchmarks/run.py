"""One run: the stack started, every operation alone beside its floors, the mix, the memory, the race."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import measure, mix, operations, pace, race, report
from benchmarks.arms import Arm, Framework, Pages, Sql
from benchmarks.browser import Browser
from benchmarks.dataset import Dataset, connect, prepared, world_of
from benchmarks.memory import Watch, family, pss_megabytes
from benchmarks.minimal import MinimalServer
from benchmarks.stack import Server, parts_of_memory, start_floor, start_stack, start_web
from core.bench import Operation

LOGINS = ("administrator", "doctor", "director")
CLIENTS = (1, 4, 10)
SETTLE_SECONDS = 8  # after a start: caches are warm, the worker is connected


@dataclass(frozen=True)
class Effort:
    """How long to look."""

    rounds: int
    mix_seconds: float
    pace_seconds: float
    races: int


QUICK = Effort(rounds=30, mix_seconds=4, pace_seconds=20, races=10)
FULL = Effort(rounds=100, mix_seconds=10, pace_seconds=40, races=40)
EFFORTS = {"XS": QUICK, "S": QUICK, "M": FULL, "L": Effort(rounds=60, mix_seconds=0, pace_seconds=0, races=0)}
ACTS_PER_SECOND = {"ours": 110, "framework": 240}  # of the mix, for having samples enough: what two cores do on average


@dataclass
class Site:
    """The running stack with its floors, and somebody signed in everywhere."""

    dataset: Dataset
    stack: Server
    floor: Server
    ours: Pages
    framework: Framework
    sql: Sql
    young: Pages | None = None

    def arms(self, operation: Operation) -> list[Arm]:
        """What an operation is timed on; the one without a floor on the pages alone."""
        arms: list[Arm] = [self.ours]
        if operation.sql is not None:
            arms += [self.framework, self.sql]
        if self.young is not None and operation.code in operations.SCHEDULE_AND_SEARCH:
            arms.append(self.young)
        return arms


def run(scale: str, *, is_fresh: bool = False, say: Callable[[str], None] = lambda text: None) -> report.Result:
    """Measure one scale from the beginning to the end.

    Raises: EmbeddedError when something does not start.
    """
    chosen = {
        code: operation
        for code, operation in operations.load().items()
        if scale != "L" or code in operations.SCHEDULE_AND_SEARCH
    }
    server, effort = MinimalServer(), EFFORTS[scale]
    result: report.Result = {
        "scale": scale,
        "date": report.stamp(),
        "machine": report.machine(),
        "limits": server.limits,
    }
    say(f"Dataset {scale}")
    try:
        with prepared(scale, is_fresh=is_fresh) as dataset, ExitStack() as stop:
            server.put(dataset.postgres.process_id or 0)
            young = dataset.young() if scale == "M" else ""
            say("Starting the stack")
            stack = start_stack(dataset, server)
            stop.callback(stack.stop)
            time.sleep(SETTLE_SECONDS)
            watch = Watch(lambda: parts_of_memory(dataset, stack))
            result["start_seconds"] = stack.seconds
            rest = watch.look()
            result["memory"] = {"rest": rest}
            with site(dataset, stack, young) as running:
                result["operations"] = each_alone(chosen, running, effort, say)
                if effort.races:  # before the mix takes what is free
                    say("Slot race")
                    result["race"] = _race(chosen["book"], running, effort)
                if effort.mix_seconds:
                    result |= together(chosen, running, effort, watch, scale=scale, say=say)
                    result["memory"] = {"rest": rest, **_memory_under_load(running, watch)}
    finally:
        server.remove()
    return result


@contextmanager
def site(dataset: Dataset, stack: Server, young: str = "") -> Iterator[Site]:
    """Start the floors beside the stack and sign in everywhere."""
    with ExitStack() as stop:
        floor = start_floor(dataset)
        stop.callback(floor.stop)
        url = dataset.url()
        connection = stop.enter_context(connect(url))
        world = world_of(stop.enter_context(connect(url)))
        sql = Sql(connection, world)
        bare = Browser(floor.address)
        bare.get("/login/", status=204)
        running = Site(dataset, stack, floor, Pages(_people(stack), world, sql), Framework(bare, world, sql), sql)
        if young:
            web = start_web(dataset, young)
            stop.callback(web.stop)
            young_url = dataset.url(young)
            young_world = world_of(stop.enter_context(connect(young_url)))
            young_sql = Sql(stop.enter_context(connect(young_url)), young_world)
            running.young = Pages(_people(web), young_world, young_sql, name="young")
        yield running


def each_alone(
    chosen: dict[str, Operation], running: Site, effort: Effort, say: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Every operation alone, interleaved with its floors; then once more to count statements and bytes."""
    found = {}
    counting = _people(running.stack, counts_queries=True)
    for code, operation in chosen.items():
        say(f"{operation.title}")
        figures = measure.alone(operation, running.arms(operation), effort.rounds)
        measured = measure.Measured(code, {name: figure.summary() for name, figure in figures.items()})
        counted = measure.alone(operation, [Pages(counting, running.ours.world, running.sql)], rounds=1)["ours"]
        if counted.times:
            browser = counting[operation.login]
            acts = len(counted.times) + measure.WARM_UP
            measured.queries, measured.bytes = browser.queries // acts, browser.bytes // acts
        for browser in counting.values():
            browser.queries = browser.bytes = 0
        found[code] = measured.plain()
    return found


def together(
    chosen: dict[str, Operation],
    running: Site,
    effort: Effort,
    watch: Watch,
    *,
    scale: str,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """The weighted mix by one, four and ten clients without a pause, the floor after each; then ten at their own pace."""
    weighted = [operation for operation in chosen.values() if operation.weight]
    on_floor = [operation for operation in weighted if operation.sql is not None]
    acts = {name: round(rate * effort.mix_seconds * len(CLIENTS)) for name, rate in ACTS_PER_SECOND.items()}
    ours = mix.Supply(weighted, running.ours, acts["ours"])
    floor = mix.Supply(on_floor, running.ours, acts["framework"])
    slowly = mix.Supply(weighted, running.ours, round(10 * effort.pace_seconds))
    crowd = _crowd(running)
    levels: dict[str, list[dict[str, Any]]] = {"ours": [], "framework": []}
    with watch:
        for count in CLIENTS:
            say(f"Mixed load, {count} clients")
            pages, bare = crowd["ours"][:count], crowd["framework"][:count]
            levels["ours"].append(mix.run(weighted, pages, ours, effort.mix_seconds, f"{count}"))
            levels["framework"].append(mix.run(on_floor, bare, floor, effort.mix_seconds, f"{count}"))
        say("Ten users at their pace")
        paced = pace.run(weighted, crowd["ours"], slowly, scale=scale, seconds=effort.pace_seconds)
    return {"mix": levels, "pace": paced}


def _crowd(running: Site) -> dict[str, list[Arm]]:
    """Ten people, each with a session and a connection of their own."""
    with ThreadPoolExecutor(4) as pool:
        people = list(pool.map(lambda _number: _people(running.stack), range(max(CLIENTS))))
    pages: list[Arm] = [Pages(browsers, running.ours.world, running.sql) for browsers in people]
    bare: list[Arm] = []
    for _ in range(max(CLIENTS)):
        browser = Browser(running.floor.address)
        browser.get("/login/", status=204)
        bare.append(Framework(browser, running.ours.world, running.sql))
    return {"ours": pages, "framework": bare}


def _people(server: Server, *, counts_queries: bool = False) -> dict[str, Browser]:
    return {login: Browser(server.address, counts_queries=counts_queries).sign_in(login) for login in LOGINS}


def _memory_under_load(running: Site, watch: Watch) -> dict[str, Any]:
    parts = parts_of_memory(running.dataset, running.stack)
    floor = family(running.floor.process.pid)
    return {"peak": dict(watch.peaks), "web": pss_megabytes(parts["web"]), "framework_web": pss_megabytes(floor)}


def _race(book: Operation, running: Site, effort: Effort) -> dict[str, Any]:
    with ThreadPoolExecutor(4) as pool:
        sign_in = lambda _number: Browser(running.stack.address).sign_in("administrator")  # noqa: E731
        clerks = list(pool.map(sign_in, range(max(CLIENTS))))
    return race.run(book, clerks, running.ours.world, effort.races)


def say_on_terminal(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
