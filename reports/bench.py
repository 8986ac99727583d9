"""The director's overview under load: revenue, receipts, debts and load of the year so far."""

import re

from core.bench import Answer, Browser, Operation, Rows, Sample, World

_TILE = re.compile(r'id="tile-([\w-]+)"')


def _years(world: World, count: int) -> list[Sample]:
    """The year so far, and the one before."""
    days = (world.today, world.today.replace(year=world.today.year - 1, month=12, day=31))
    return [{"period": "year", "on": world.rng.choice(days).isoformat()} for _ in range(count)]


def _look(browser: Browser, sample: Sample) -> Answer:
    return browser.get("/overview/", **sample)


def _tiles(answer: Answer, world: World, sample: Sample) -> Rows:
    return [[code] for code in _TILE.findall(answer.text)]


OPERATIONS = [Operation("overview", "Director's overview of a year", "director", _years, _look, _tiles, weight=0.5)]
