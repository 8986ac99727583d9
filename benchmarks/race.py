"""Ten clerks, one free time, over HTTP: who wins is proved by the tests, how long the slowest waits is measured here."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from benchmarks.browser import Browser
from core.bench import Operation, Sample, World

WON, LOST = 204, 422
_BOOKABLE = """
SELECT id FROM patients_patient WHERE archived_at IS NULL AND NOT is_booking_forbidden ORDER BY id LIMIT %(n)s
"""


def run(book: Operation, clerks: Sequence[Browser], world: World, rounds: int) -> dict[str, Any]:
    """Each round every clerk books another patient into the same time.

    ``wrong`` counts rounds that did not end with exactly one winner, also those that found no free time to race for;
    ``slowest`` is in milliseconds.
    """
    deadlocks = _deadlocks(world)
    patients = [row[0] for row in world.ask(_BOOKABLE, n=len(clerks))]
    wishes = book.samples(world, rounds)
    slowest, wrong = 0.0, 0
    with ThreadPoolExecutor(len(clerks)) as pool:
        for wish in wishes:
            gate = threading.Barrier(len(clerks))
            pressed = [
                pool.submit(_press, clerk, gate, _form(wish, patient))
                for clerk, patient in zip(clerks, patients, strict=True)
            ]
            answers = [future.result() for future in pressed]
            slowest = max(slowest, *(took for _status, took in answers))
            wrong += sorted(status for status, _took in answers) != [WON, *[LOST] * (len(clerks) - 1)]
    return {
        "clerks": len(clerks),
        "rounds": len(wishes),
        "wrong": wrong + rounds - len(wishes),
        "slowest": round(slowest, 1),
        "deadlocks": _deadlocks(world) - deadlocks,
    }


def _form(wish: Sample, patient: int) -> dict[str, Any]:
    on, _, at = wish["wall"].partition("T")
    place = {"patient": patient, "doctor": wish["doctor"], "date": on, "time": at, "minutes": 30}
    return {**place, "chair": "", "purpose": "", "comment": ""}


def _press(clerk: Browser, gate: threading.Barrier, form: dict[str, Any]) -> tuple[int, float]:
    """Status (0: no answer) and milliseconds."""
    gate.wait()
    began = time.perf_counter()
    try:
        status = clerk.send("/schedule/book/", form).status_code
    except httpx.HTTPError:
        status = 0
    return status, (time.perf_counter() - began) * 1e3


def _deadlocks(world: World) -> int:
    world.ask("SELECT pg_stat_force_next_flush()")
    return world.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0]
