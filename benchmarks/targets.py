"""What is wanted. Source: the project's performance plan; docs/performance.md repeats the reasons."""

from dataclasses import dataclass

# Absolute limits of p95, milliseconds, by scale: front desk, order with payment, a report on the screen.
FRONT_DESK = {"XS": 100, "S": 100, "M": 100, "L": 300}
PAYMENT = {"XS": 400, "S": 400, "M": 400, "L": 400}
REPORT = {"XS": 1000, "S": 1000, "M": 1000, "L": 1000}

# Pages at the busiest moment: one each 8 s at reception, one each 60 s at the chair. Every open screen polls besides.
PAGES_PER_SECOND = {"XS": 1.5, "S": 1.5, "M": 4.5}


@dataclass(frozen=True)
class Target:
    """At most so many times the floors. The last two are published ratios of other systems to ours, for reference."""

    framework: float | None
    sql: float | None
    p95: dict[str, int]
    gnu_health: str = "–"
    pretix: str = "–"


TARGETS = {
    "search_surname": Target(2.0, 14, FRONT_DESK, "6", "5"),
    "search_phone": Target(2.0, 10, FRONT_DESK, "10"),
    "day": Target(2.5, 17, FRONT_DESK, "2.2", "20"),
    "day_data": Target(2.5, 17, FRONT_DESK),
    "refresh": Target(None, None, FRONT_DESK),
    "card": Target(3.0, 36, FRONT_DESK, "3.3", "5"),
    "card_most_visits": Target(None, None, FRONT_DESK),
    "free_times": Target(None, None, FRONT_DESK),
    "book": Target(4.0, 25, FRONT_DESK, "0.7", "9"),
    "move": Target(4.0, 25, FRONT_DESK),
    "cancel": Target(4.0, 25, FRONT_DESK),
    "order_line": Target(None, None, FRONT_DESK),
    "order_to_payment": Target(None, 25, PAYMENT, "9", "1.5"),
    "cash_report": Target(None, None, REPORT),
    "overview": Target(None, None, REPORT),
}
MIX_THROUGHPUT_SHARE = 0.4  # of the framework floor's, ten clients
MIX_P95_RATIO = 2.5  # of the framework floor's
MEMORY_RATIO = 2.5  # web of two workers, of the framework floor's
PEAK_MEGABYTES, REST_MEGABYTES = 2500, 900  # of the whole stack at scale S with ten users
SLOWEST_RACE_MS = 1000
MOST_VISITS_RATIO = 1.5  # of the card of twenty visits
REFRESH_OF_PHONE = 1.0  # of the phone search
HISTORY_RATIO = 1.15  # ten years against none: no difference but the noise of a run
LARGER = {"M": ("S", 1.3), "L": ("M", 2.0)}  # by scale: the scale before, and how much slower it may be
