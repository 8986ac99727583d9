"""Ten clerks, one free time. Over HTTP, each with a connection of their own: exactly one of them gets it."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from core import clock
from core.actor import system_actor
from core.errors import DomainError
from organization import services as organization
from organization.errors import HasFutureUse
from schedule import services
from schedule.models import Appointment
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory
from tests.factories.schedule import (
    AppointmentFactory,
    BookedPatientFactory,
    CancelReasonFactory,
    WorkShiftFactory,
    moment,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CLERKS = 10
PER_DAY = 10  # rounds that fit into one shift without touching each other
LENGTHS = (30, 45, 60)  # of the wishes of one round; they begin 0, 5 or 10 minutes after each other


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


class Clerk:
    """A signed-in browser that keeps its connection open."""

    def __init__(self, address: str, client: Client) -> None:
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.cookies["csrftoken"] = "k" * 32
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def post(self, path: str, data: dict, *, as_json: bool) -> Answer:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["csrftoken"],
            "HX-Request": "true",
            "Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded",
        }
        self.connection.request("POST", path, json.dumps(data) if as_json else urlencode(data), headers)
        response = self.connection.getresponse()
        return Answer(response.status, response.read().decode())


@pytest.fixture
def clerks(live_server, client_of, branch):
    registrars = [EmployeeFactory(role="administrator", branch=branch) for _ in range(CLERKS)]
    made = [Clerk(live_server.url, client_of(registrar)) for registrar in registrars]
    yield made
    for clerk in made:
        clerk.connection.close()


@pytest.fixture
def branch(db):
    return BranchFactory()


@pytest.fixture
def patients(db):
    return BookedPatientFactory.create_batch(CLERKS)


@pytest.fixture
def tomorrow(branch):
    return clock.localdate(branch.zone, timezone.now()) + timedelta(days=1)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def race(clerks: list[Clerk], wish: Callable[[int], tuple[str, dict]], *, as_json: bool) -> list[Answer]:
    """All clerks press the button at the same moment."""
    gate = threading.Barrier(len(clerks))

    def press(number: int) -> Answer:
        path, data = wish(number)
        gate.wait()
        return clerks[number].post(path, data, as_json=as_json)

    with ThreadPoolExecutor(len(clerks)) as pool:
        return list(pool.map(press, range(len(clerks))))


def overlapping_pairs() -> int:
    """Unmarked appointments that share a doctor or a chair and a moment."""
    rows = list(Appointment.objects.occupying().order_by("starts_at"))
    return sum(
        one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
        and (one.doctor_id == other.doctor_id or (one.chair_id is not None and one.chair_id == other.chair_id))
        for index, one in enumerate(rows)
        for other in rows[index + 1 : index + 30]
    )


def slot(number: int, clerk: int) -> tuple[str, int]:
    """The round's hour, a start and a length that overlap those of every other clerk."""
    start = 9 * 60 + (number % PER_DAY) * 70 + 5 * (clerk % 3)
    return f"{start // 60}:{start % 60:02d}", LENGTHS[clerk % len(LENGTHS)]


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Every refusal is logged; thousands of them are kept out of the run's memory."""
    caplog.set_level("ERROR", logger="django.request")


@pytest.mark.parametrize("contested", ["doctor", "chair"])
def test_of_ten_bookings_at_one_time_exactly_one_wins_two_hundred_times(contested, clerks, branch, patients, tomorrow):
    rounds = 100  # by doctor, and as many by chair
    chair = ChairFactory(room=RoomFactory(branch=branch))
    doctors = EmployeeFactory.create_batch(1 if contested == "doctor" else CLERKS, branch=branch, specialty=True)
    for day in range(rounds // PER_DAY):
        for doctor in doctors:
            on = tomorrow + timedelta(days=day)
            its_chair = chair if contested == "doctor" else None
            WorkShiftFactory(branch=branch, doctor=doctor, chair=its_chair, on=on, since="08:00", until="22:00")
    before = deadlocks()

    for number in range(rounds):
        on = tomorrow + timedelta(days=number // PER_DAY)

        def wish(clerk: int, number: int = number, on=on) -> tuple[str, dict]:
            at, minutes = slot(number, clerk)
            return "/api/v1/appointments/", {
                "patient": patients[clerk].pk,
                "doctor": doctors[clerk % len(doctors)].pk,
                "branch": branch.pk,
                "chair": chair.pk if contested == "chair" else None,
                "starts_at": moment(at, branch, on).isoformat(),
                "minutes": minutes,
            }

        answers = race(clerks, wish, as_json=True)

        assert sorted(answer.status for answer in answers) == [201] + [409] * (CLERKS - 1), answers
        refusals = [json.loads(answer.body) for answer in answers if answer.status == 409]
        assert {refusal["code"] for refusal in refusals} == {f"{contested}_taken"}
        assert all("–" in refusal["detail"] for refusal in refusals)  # it says from when to when

    assert Appointment.objects.count() == rounds
    assert overlapping_pairs() == 0
    assert deadlocks() == before


def test_at_the_desk_nine_clerks_read_who_was_faster_and_what_is_free(clerks, branch, patients, tomorrow):
    chair = ChairFactory(room=RoomFactory(branch=branch))
    doctor = EmployeeFactory(branch=branch, specialty=True, surname="Аксёнов")
    WorkShiftFactory(branch=branch, doctor=doctor, chair=chair, on=tomorrow, since="08:00", until="22:00")
    wish = {"doctor": doctor.pk, "date": tomorrow.isoformat(), "time": "10:00", "minutes": 30, "purpose": "осмотр"}

    answers = race(clerks, lambda clerk: ("/schedule/book/", {**wish, "patient": patients[clerk].pk}), as_json=False)

    assert sorted(answer.status for answer in answers) == [204] + [422] * (CLERKS - 1)
    winner = Appointment.objects.get().patient.short_name
    for refused in (answer.body for answer in answers if answer.status == 422):
        assert f"занято 10:00–10:30 ({winner})" in refused
        assert 'value="осмотр"' in refused
        assert 'data-set-time="10:30"' in refused


def test_everything_at_once_leaves_no_overlap_no_deadlock_and_one_first_visit(branch, patients, tomorrow):
    """Bookings, moves, cancellations, restorations and steps of one doctor pair and one chair, by ten people."""
    chair = ChairFactory(room=RoomFactory(branch=branch))
    doctors = EmployeeFactory.create_batch(2, role="doctor", branch=branch, specialty=True)
    for doctor in doctors:
        WorkShiftFactory(branch=branch, doctor=doctor, chair=None, on=tomorrow, since="08:00", until="12:00")
    reason = CancelReasonFactory()
    actor = system_actor("race")
    before = deadlocks()

    def act(dice: random.Random) -> None:
        at = moment("08:00", branch, tomorrow) + timedelta(minutes=5 * dice.randrange(44))
        place = {"starts_at": at, "minutes": dice.choice((15, 20, 30)), "doctor": dice.choice(doctors)}
        place["chair"] = chair if dice.random() < 0.7 else None
        rows = list(Appointment.objects.all())
        row = dice.choice(rows) if rows else None
        kind = dice.choice(("book", "book", "move", "move", "cancel", "restore", "confirm"))
        if kind == "book" or row is None:
            services.book_appointment(actor=actor, patient=dice.choice(patients[:3]), branch=branch, **place)
        elif kind == "move":
            services.move_appointment(actor=actor, appointment=row, version=None, **place)
        elif kind == "cancel":
            services.cancel_appointment(actor=actor, appointment=row, reason=reason)
        elif kind == "restore":
            services.restore_appointment(actor=actor, appointment=row)
        else:
            services.set_confirmation(actor=actor, appointment=row, confirmation="confirmed", note="звонок")

    def work(seed: int) -> int:
        dice, done = random.Random(seed), 0
        try:
            for _ in range(40):
                with suppress(DomainError):
                    act(dice)
                    done += 1
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(CLERKS) as pool:
        done = sum(pool.map(work, range(CLERKS)))

    assert done > 40
    assert overlapping_pairs() == 0
    assert deadlocks() == before
    for patient in patients[:3]:
        live = list(Appointment.objects.live().filter(patient=patient).order_by("starts_at", "pk"))
        assert sum(row.is_first_visit for row in live) == min(1, len(live))
        assert not live or min(row.starts_at for row in live) == next(r.starts_at for r in live if r.is_first_visit)


# --- put away in the very moment of a booking


def waits_for_a_lock() -> bool:
    """Whether somebody waits; asked of the locks, as statistics do not change inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def one_after_the_other(first: Callable[[], object], second: Callable[[], object]) -> object:
    """The first act is done but not committed when the second begins; what the second comes to, or its refusal."""

    def act() -> object:
        try:
            return second()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            outcome = pool.submit(act)
            while not (outcome.done() or waits_for_a_lock()):
                time.sleep(0.01)
            assert not outcome.done()  # it looks only after the first is decided
        return outcome.result(timeout=30)


def acts_of(branch, on) -> dict[str, Callable[[], object]]:
    """Acts on a doctor and a chair nothing is planned for yet: to put one away, to plan something."""
    actor = system_actor("race")
    doctor = EmployeeFactory(role="doctor", branch=branch, specialty=True)
    chair = ChairFactory(room=RoomFactory(branch=branch))
    at = moment("10:00", branch, on)
    place = {"doctor": doctor, "chair": chair, "starts_at": at}
    booked = AppointmentFactory(branch=branch, starts_at=at, ends_at=at + timedelta(minutes=30))
    patient = BookedPatientFactory()
    return {
        "doctor": lambda: organization.archive_employee(actor=actor, employee=doctor),
        "chair": lambda: organization.archive_chair(actor=actor, chair=chair),
        "book": lambda: services.book_appointment(actor=actor, patient=patient, branch=branch, minutes=30, **place),
        "move": lambda: services.move_appointment(actor=actor, appointment=booked, version=None, minutes=30, **place),
        "shift": lambda: services.add_shift(actor=actor, branch=branch, ends_at=at + timedelta(hours=4), **place),
    }


REFUSALS = {"doctor": "doctor_unavailable", "chair": "chair_elsewhere"}
PLANS = ("book", "move", "shift")


def test_nothing_is_planned_for_what_is_being_put_away(branch, tomorrow):
    EmployeeFactory(role="director", branch=branch)
    before = deadlocks()

    for what, plan in product(REFUSALS, PLANS):
        acts = acts_of(branch, tomorrow)
        refusal = one_after_the_other(acts[what], acts[plan])
        assert getattr(refusal, "code", refusal) == REFUSALS[what], (what, plan)

    assert deadlocks() == before


def test_nothing_is_put_away_for_which_something_is_being_planned(branch, tomorrow):
    EmployeeFactory(role="director", branch=branch)
    before = deadlocks()

    for what, plan in product(REFUSALS, PLANS):
        acts = acts_of(branch, tomorrow)
        assert isinstance(one_after_the_other(acts[plan], acts[what]), HasFutureUse), (what, plan)

    assert deadlocks() == before
