"""What every app's demo generator is given: how large, which seed, what time it is, and where to report progress."""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import TextIO

from core import clock

MINUTE = timedelta(minutes=1)
Report = Callable[[str, float], None]  # told what is being done, and which share of it is


@dataclass(frozen=True)
class Scale:
    """The size of a demo clinic. Source: PERFORMANCE, dataset scales."""

    code: str
    chairs: int
    doctors: int
    administrators: int
    others: int
    days: int
    patients: int
    load: float  # share of a shift that is booked, before seasons and days of the week
    faithful_visits: int  # of the one patient who comes more often than anybody


SCALES = {
    # for tests: two months of a small clinic
    "XS": Scale("XS", 2, 4, 2, 0, days=60, patients=150, load=0.6, faithful_visits=12),
    "S": Scale("S", 4, 7, 2, 0, days=365, patients=3_500, load=0.62, faithful_visits=64),
    "M": Scale("M", 6, 15, 5, 4, days=3652, patients=20_000, load=0.68, faithful_visits=1_010),
    # the clinic of M without its ten years: opened a month ago, its days as full
    "M0": Scale("M0", 6, 15, 5, 4, days=30, patients=1_500, load=0.68, faithful_visits=8),
}


@dataclass
class Run:
    """One load of the demo clinic: the same scale, seed and ``now`` always give the same rows."""

    scale: Scale
    seed: int
    now: datetime
    zone: tzinfo
    report: Report = field(default=lambda title, share: None)

    def rng(self, purpose: str) -> random.Random:
        """Randomness of one purpose, so that a change in one generator leaves the others' rows alone."""
        return random.Random(f"zubr:{self.seed}:{self.scale.code}:{purpose}")

    @cached_property
    def today(self) -> date:
        return clock.localdate(self.zone, self.now)

    @cached_property
    def first_day(self) -> date:
        return self.today - timedelta(days=self.scale.days)

    @cached_property
    def minute_now(self) -> int:
        """Minutes of the branch's day gone by."""
        return int((self.now - self.midnight(self.today)) / MINUTE)

    @cached_property
    def unknown_birth(self) -> date:
        """Taken for the birthday of whose card has none: a grown-up's."""
        return self.today - timedelta(days=35 * 365)

    @property
    def share_of_today(self) -> float:
        """How much of a usual working day, 9 to 21, has gone by."""
        return min(max(self.minute_now / 60 - 9, 0) / 12, 1.0)

    def midnight(self, day: date) -> datetime:
        return clock.wall_moment(day, time.min, self.zone)

    def opened_at(self) -> datetime:
        """When the clinic and its price list were set up: before the first patient."""
        return self.midnight(self.first_day - timedelta(days=30)) + timedelta(hours=10)


class Progress:
    """Says how far the load is: one line drawn over and over on a terminal, one plain line a step elsewhere."""

    WIDTH = 28

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._title = ""

    def __call__(self, title: str, share: float) -> None:
        is_new = title != self._title
        self._title, was = title, self._title
        if not self._is_terminal:
            if is_new:
                self._stream.write(f"{title}\n")
        else:
            end = "\n" if is_new and was else ""
            filled = round(self.WIDTH * min(share, 1.0))
            bar = "█" * filled + "░" * (self.WIDTH - filled)
            self._stream.write(f"{end}\r{bar} {share:4.0%}  {title:<44}")
        self._stream.flush()

    def finish(self) -> None:
        if self._is_terminal and self._title:
            self._stream.write("\n")
