"""The schedule under load: a day, the poll that finds nothing new, free time, booking, moving, cancelling."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

from core.bench import Answer, Browser, Cursor, Operation, Rows, Sample, World, WrongAnswer

ROWS_OF_A_DAY = 32  # PERFORMANCE: a day's schedule
MINUTES = 30
SEARCHED_DAYS = 14  # schedule.constants.SEARCH_DAYS
_DATA = re.compile(r'<script id="[\w-]+" type="application/json">(.*?)</script>', re.DOTALL)
_FREE = re.compile(r"doctor=(\d+)&date=([\d-]+)&time=([\d:]+)")
_NOT_OCCUPYING = "('cancelled', 'voided')"
_BUSY = f"""
  a.state NOT IN {_NOT_OCCUPYING} AND a.starts_at < %(until)s AND a.ends_at > %(since)s
  AND a.starts_at > %(since)s::timestamptz - interval '24 hours'
"""

_DAY = f"""
SELECT a.id, a.starts_at, a.ends_at, a.state, a.confirmation, a.purpose, a.is_first_visit, a.chair_id,
  p.surname, p.name, p.allergy, p.alert, e.id, e.surname, e.name, e.patronymic
FROM schedule_appointment a
JOIN patients_patient p ON p.id = a.patient_id
JOIN organization_employee e ON e.id = a.doctor_id
WHERE a.branch_id = %(branch)s AND {_BUSY}
ORDER BY a.starts_at, a.id
"""  # noqa: S608
_SHIFTS = """
SELECT s.doctor_id, s.chair_id, s.starts_at, s.ends_at FROM schedule_workshift s
WHERE s.branch_id = %(branch)s AND s.cancelled_at IS NULL AND s.starts_at < %(until)s AND s.ends_at > %(since)s
  AND s.starts_at > %(since)s::timestamptz - interval '24 hours'
"""


def branch_of_desk(world: World) -> int:
    """The branch the demo's administrator works in."""
    return world.once(
        "branch",
        lambda: world.ask(
            "SELECT g.content_object_id FROM organization_branchgrant g JOIN organization_user u ON u.id = g.user_id"
            " WHERE u.username = 'administrator' ORDER BY 1 LIMIT 1"
        )[0][0],
    )


def _bounds(world: World, on: date) -> dict[str, str]:
    since = datetime.combine(on, time.min, world.zone)
    until = datetime.combine(on + timedelta(days=1), time.min, world.zone)
    return {"since": since.astimezone(UTC).isoformat(), "until": until.astimezone(UTC).isoformat()}


def _days(world: World, count: int) -> list[Sample]:
    """Days gone by with 32 boxes in the grid, or as near to it as there are."""
    rows = world.once(
        "days",
        lambda: world.ask(
            "SELECT (starts_at AT TIME ZONE %(zone)s)::date AS day FROM schedule_appointment"  # noqa: S608
            f" WHERE branch_id = %(branch)s AND state NOT IN {_NOT_OCCUPYING} AND starts_at < %(until)s"
            " GROUP BY day ORDER BY abs(count(*) - %(rows)s), day DESC LIMIT 40",
            zone=world.zone.key,
            branch=branch_of_desk(world),
            until=_bounds(world, world.today)["since"],
            rows=ROWS_OF_A_DAY,
        ),
    )
    days = [world.rng.choice(rows)[0] for _ in range(count)]
    return [{"on": day.isoformat(), "branch": branch_of_desk(world), **_bounds(world, day)} for day in days]


def _open_day(browser: Browser, sample: Sample) -> Answer:
    return browser.get("/schedule/", date=sample["on"])


def _day_shown(answer: Answer, world: World, sample: Sample) -> Rows:
    for text in _DATA.findall(answer.text):
        data = json.loads(text)
        if "appointments" in data:
            return [[box["id"], box["name"], box["start"]] for box in data["appointments"]]
    raise WrongAnswer("no data of the grid in the page")


def _fetch_day(browser: Browser, sample: Sample) -> Answer:
    return browser.get("/schedule/day.json", date=sample["on"])


def _fetched(answer: Answer, world: World, sample: Sample) -> Rows:
    return [[box["id"], box["name"], box["start"]] for box in answer.json()["appointments"]]


def _day(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_SHIFTS, sample)
    cursor.fetchall()
    cursor.execute(_DAY, sample)
    since = datetime.fromisoformat(sample["since"])
    midnight = datetime.combine(date.fromisoformat(sample["on"]), time.min)
    rows = cursor.fetchall()
    # the day's bounds are midnights of the branch: what lies between is the same by its clock unless that was set
    return [[row[0], f"{row[8]} {row[9]}".strip(), _wall(midnight + (row[1] - since))] for row in rows]


def _wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


_STAMP = """
SELECT concat_ws('.', count(*), sum(version), sum(id)) FROM schedule_appointment a
WHERE branch_id = %(branch)s AND starts_at > %(since)s::timestamptz - interval '24 hours' AND starts_at < %(until)s
  AND ends_at > %(since)s
"""


def _poll(browser: Browser, sample: Sample) -> Answer:
    """As an open screen does every two seconds; the first time there is nothing to compare with."""
    watched = [f"schedule:{sample['branch']}:{sample['on']}", "notices"]
    tag = browser.memory.get(f"etag {sample['on']}", "")
    answer = browser.get("/live/", status=304 if tag else 200, etag=tag, watch=watched)
    browser.memory[f"etag {sample['on']}"] = answer.headers["ETag"]
    if answer.status_code != 304:
        browser.memory[f"stamp {sample['on']}"] = answer.json()[watched[0]]
    sample["stamp"] = browser.memory[f"stamp {sample['on']}"]
    return answer


def _stamp_known(answer: Answer, world: World, sample: Sample) -> Rows:
    return [[sample["stamp"].partition("-")[0]]]


def _stamp(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_STAMP, sample)
    return [[row[0]] for row in cursor.fetchall()]


_FREE_PARTS = f"""
WITH worked AS (
  SELECT s.id, s.doctor_id, s.chair_id, greatest(s.starts_at, %(since)s) AS since, least(s.ends_at, %(until)s) AS until
  FROM schedule_workshift s
  WHERE s.doctor_id = %(doctor)s AND s.branch_id = %(branch)s AND s.cancelled_at IS NULL
    AND s.starts_at < %(until)s AND s.ends_at > %(since)s AND s.starts_at > %(since)s::timestamptz - interval '24 hours'
), busy AS (
  SELECT a.doctor_id, a.chair_id, tstzrange(a.starts_at, a.ends_at) AS during FROM schedule_appointment a
  WHERE {_BUSY} AND (a.doctor_id = %(doctor)s OR a.chair_id IN (SELECT chair_id FROM worked))
), free AS (
  SELECT unnest(tstzmultirange(tstzrange(w.since, w.until)) - coalesce(
    (SELECT range_agg(b.during) FROM busy b WHERE b.doctor_id = w.doctor_id OR b.chair_id = w.chair_id),
    '{{}}'::tstzmultirange)) AS part
  FROM worked w
)
SELECT starts_at AT TIME ZONE %(zone)s FROM free, generate_series(
  lower(part), upper(part) - %(minutes)s * interval '1 minute', %(minutes)s * interval '1 minute') AS starts_at
ORDER BY 1 LIMIT 60
"""  # noqa: S608


def _doctors(world: World, count: int) -> list[Sample]:
    """A doctor with shifts in the two weeks from tomorrow on, and a length."""
    on = world.today + timedelta(days=1)
    since = _bounds(world, on)["since"]
    until = (datetime.fromisoformat(since) + timedelta(days=SEARCHED_DAYS)).isoformat()
    place = {"branch": branch_of_desk(world), "since": since, "until": until}
    doctors = world.ask(
        "SELECT DISTINCT doctor_id FROM schedule_workshift WHERE branch_id = %(branch)s AND cancelled_at IS NULL"
        " AND starts_at >= %(since)s AND starts_at < %(until)s ORDER BY 1",
        **place,
    )
    return [
        {
            **place,
            "on": on.isoformat(),
            "zone": world.zone.key,
            "doctor": world.rng.choice(doctors)[0],
            "minutes": minutes,
        }
        for minutes in world.rng.choices((30, 45, 60), k=count)
    ]


def _find_time(browser: Browser, sample: Sample) -> Answer:
    query = {"list": 1, "doctor": sample["doctor"], "minutes": sample["minutes"], "since": sample["on"]}
    return browser.get("/schedule/find/", part=True, **query)


def _times_shown(answer: Answer, world: World, sample: Sample) -> Rows:
    return [[f"{on}T{at}"] for _doctor, on, at in _FREE.findall(unescape(answer.text))]


def _free_times(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_FREE_PARTS, sample)
    return [[_wall(row[0])] for row in cursor.fetchall()]


_SLOTS = f"""
SELECT s.doctor_id, s.chair_id, at FROM schedule_workshift s,
  generate_series(s.starts_at, s.ends_at - interval '{MINUTES} minutes', interval '{MINUTES} minutes') AS at
WHERE s.branch_id = %(branch)s AND s.cancelled_at IS NULL AND s.chair_id IS NOT NULL AND s.starts_at > %(since)s
  AND NOT EXISTS (
    SELECT FROM schedule_appointment a WHERE (a.doctor_id = s.doctor_id OR a.chair_id = s.chair_id)
      AND a.state NOT IN {_NOT_OCCUPYING} AND a.starts_at < at + interval '{MINUTES} minutes' AND a.ends_at > at
      AND a.starts_at > at - interval '24 hours')
  AND NOT EXISTS (
    SELECT FROM schedule_workshift o WHERE o.chair_id = s.chair_id AND o.id <> s.id AND o.cancelled_at IS NULL
      AND o.starts_at < at + interval '{MINUTES} minutes' AND o.ends_at > at)
ORDER BY md5(s.id::text || at || %(seed)s)
"""  # noqa: S608
# Of people who have been here: a first visit's mark would pass between the run's own appointments and change them.
_REGULARS = """
SELECT p.id FROM patients_patient p
WHERE p.archived_at IS NULL AND NOT p.is_booking_forbidden AND p.id <= 20000 AND EXISTS (
  SELECT FROM schedule_appointment a WHERE a.patient_id = p.id AND a.is_first_visit AND a.starts_at < now())
ORDER BY md5(p.id::text || %(seed)s) LIMIT %(n)s
"""
_PLANNED = """
INSERT INTO schedule_appointment (patient_id, doctor_id, branch_id, chair_id, starts_at, ends_at, first_starts_at, state,
  confirmation, is_overbooked, is_first_visit, purpose, comment, moves, created_at, version)
VALUES (%(patient)s, %(doctor)s, %(branch)s, %(chair)s, %(start)s, %(end)s, %(start)s, 'planned', 'none', false, false,
  'Осмотр', '', 0, now(), 1)
RETURNING id, patient_id, doctor_id, starts_at
"""


def _wishes(world: World, count: int) -> list[Sample]:
    """Free places from tomorrow on, each given out once, and patients for them."""
    slots = world.once("slots", lambda: _free_slots(world))
    patients = world.ask(
        _REGULARS,
        seed=str(world.rng.random()),
        n=count,
    )
    taken = [slots.pop() for _ in range(min(count, len(slots)))]
    return [
        {
            "patient": world.rng.choice(patients)[0],
            "doctor": doctor,
            "chair": chair,
            "branch": branch_of_desk(world),
            "start": start.astimezone(UTC).isoformat(),
            "end": (start + timedelta(minutes=MINUTES)).astimezone(UTC).isoformat(),
            "wall": _wall(start.astimezone(world.zone)),
        }
        for doctor, chair, start in taken
    ]


def _free_slots(world: World) -> list[tuple[int, int, datetime]]:
    tomorrow = _bounds(world, world.today)["until"]
    return world.ask(_SLOTS, branch=branch_of_desk(world), since=tomorrow, seed=str(world.rng.random()))


def _planned(world: World, count: int) -> list[Sample]:
    """Appointments to be moved or cancelled, made for it."""
    wishes = _wishes(world, count)
    return [{**wish, "appointment": world.ask(_PLANNED, **wish)[0][0]} for wish in wishes]


def _to_move(world: World, count: int) -> list[Sample]:
    """An appointment of its own and a free place for each move."""
    rows = _planned(world, count)
    return [
        {**wish, "patient": row["patient"], "appointment": row["appointment"]}
        for row, wish in zip(rows, _wishes(world, len(rows)), strict=False)
    ]


def _to_cancel(world: World, count: int) -> list[Sample]:
    reason = world.ask("SELECT id FROM schedule_cancelreason WHERE archived_at IS NULL ORDER BY id LIMIT 1")[0][0]
    return [{**row, "reason": reason} for row in _planned(world, count)]


def _book(browser: Browser, sample: Sample) -> int:
    on, _, at = sample["wall"].partition("T")
    form = {"patient": sample["patient"], "doctor": sample["doctor"], "date": on, "time": at, "minutes": MINUTES}
    answer = browser.post("/schedule/book/", {**form, "chair": "", "purpose": "Осмотр", "comment": ""}, status=204)
    undo = json.loads(answer.headers["HX-Trigger"])["undoOffered"]["url"]
    return int(undo.split("/")[2])


def _move(browser: Browser, sample: Sample) -> int:
    form = {"start": sample["wall"], "minutes": MINUTES, "doctor": sample["doctor"], "chair": sample["chair"]}
    browser.post(f"/schedule/{sample['appointment']}/drag/", {**form, "version": 1}, status=204)
    return sample["appointment"]


def _cancel(browser: Browser, sample: Sample) -> int:
    form = {"reason": sample["reason"], "note": "", "version": 1}
    browser.post(f"/schedule/{sample['appointment']}/cancel/", form)
    return sample["appointment"]


def _became(appointment_id: int, world: World, sample: Sample) -> Rows:
    rows = world.ask(
        "SELECT patient_id, doctor_id, chair_id, starts_at, state FROM schedule_appointment WHERE id = %(id)s",
        id=appointment_id,
    )
    return [[*row[:3], row[3].astimezone(UTC).isoformat(), row[4]] for row in rows]


def _wanted(state: str) -> Any:
    return lambda sample: [[*(sample[name] for name in ("patient", "doctor", "chair", "start")), state]]


_HOLD = "SELECT pg_advisory_xact_lock(301, %(doctor)s), pg_advisory_xact_lock(302, %(chair)s)"
_RETURNED = "RETURNING patient_id, doctor_id, chair_id, starts_at, state"


def _written(cursor: Cursor, statement: str, sample: Sample) -> Rows:
    cursor.execute(_HOLD, sample)
    cursor.execute(f"{statement} {_RETURNED}", sample)
    return [[*row[:3], row[3].astimezone(UTC).isoformat(), row[4]] for row in cursor.fetchall()]


def _insert(cursor: Cursor, sample: Sample) -> Rows:
    return _written(cursor, _PLANNED.partition("RETURNING")[0], sample)


def _update_place(cursor: Cursor, sample: Sample) -> Rows:
    statement = (
        "UPDATE schedule_appointment SET doctor_id = %(doctor)s, chair_id = %(chair)s, starts_at = %(start)s,"
        " ends_at = %(end)s, version = version + 1 WHERE id = %(appointment)s AND version = 1"
    )
    return _written(cursor, statement, sample)


def _update_state(cursor: Cursor, sample: Sample) -> Rows:
    statement = (
        "UPDATE schedule_appointment SET state = 'cancelled', cancelled_at = now(), cancel_reason_id = %(reason)s,"
        " version = version + 1 WHERE id = %(appointment)s AND version = 1"
    )
    return _written(cursor, statement, sample)


DESK = "administrator"
OPERATIONS = [
    Operation("day", "Day schedule, 32 appointments", DESK, _days, _open_day, _day_shown, _day, weight=30),
    Operation("day_data", "Day schedule, its data alone", DESK, _days, _fetch_day, _fetched, _day),
    Operation("refresh", "Refresh, nothing changed", DESK, _days, _poll, _stamp_known, _stamp, weight=15),
    Operation("free_times", "Free times of a doctor, 14 days", DESK, _doctors, _find_time, _times_shown, _free_times, weight=4),
    Operation("book", "Book", DESK, _wishes, _book, _became, _insert, _wanted("planned"), weight=2),
    Operation("move", "Move", DESK, _to_move, _move, _became, _update_place, _wanted("planned"), weight=2),
    Operation("cancel", "Cancel", DESK, _to_cancel, _cancel, _became, _update_state, _wanted("cancelled"), weight=2),
]  # fmt: skip
