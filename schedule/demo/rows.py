"""Writes shifts, appointments, what happened to them, and their history."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from core import bulk
from core.demo import MINUTE, Run
from organization.demo import Clinic, Person
from patients.models import AttendingDoctor
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState, CancelSide, Confirmation, EventKind
from schedule.models import Appointment, AppointmentEvent, CancelReason, WorkShift
from schedule.placement import Placement

TABLES = (CancelReason, WorkShift, Appointment, AppointmentEvent)
SHIFTS_MADE_BEFORE = timedelta(days=20)  # the month's rota is made in the middle of the one before

REASONS = [
    ("Заболел", CancelSide.PATIENT),
    ("Изменились планы", CancelSide.PATIENT),
    ("Не отпустили с работы", CancelSide.PATIENT),
    ("Лечится в другой клинике", CancelSide.PATIENT),
    ("Дорого", CancelSide.PATIENT),
    ("Боль прошла", CancelSide.PATIENT),
    ("Заболел врач", CancelSide.CLINIC),
    ("Поломка оборудования", CancelSide.CLINIC),
    ("Не готова работа лаборатории", CancelSide.CLINIC),
]
ADMINISTRATOR, DOCTOR = "Администратор", "Врач"


def add_reasons() -> dict[str, list[int]]:
    """Write the cancel reasons and give them by side."""
    for order, (name, side) in enumerate(REASONS, start=1):
        CancelReason.objects.get_or_create(name=name, defaults={"side": side, "order": order * 10})
    return find_reasons()


def find_reasons() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for pk, side in CancelReason.objects.filter(archived_at=None).order_by("pk").values_list("pk", "side"):
        found.setdefault(side, []).append(pk)
    return found


def write_appointments(run: Run, clinic: Clinic, visits: list[Visit]) -> None:
    """Write appointments in the order they were booked, each with its events."""
    appointments = bulk.Copier(
        Appointment, "id", "patient_id", "doctor_id", "branch_id", "chair_id", "starts_at", "ends_at", "state",
        "confirmation", "is_first_visit", "purpose", "comment", "first_starts_at", "moves", "arrived_at", "ready_at",
        "seated_at", "finished_at", "settled_at", "cancelled_at", "cancel_reason_id", "created_at", "created_by_id",
        "version",
    )  # fmt: skip
    events = bulk.Copier(
        AppointmentEvent, "id", "appointment_id", "kind", "at", "employee_id", "role_name", "was", "became", "note"
    )
    reasons = dict(CancelReason.objects.values_list("pk", "name"))
    for number, visit in enumerate(visits):
        happened = list(_events(visit, reasons))
        visit.version += len(happened)
        if not visit.is_stored:
            appointments.add(
                visit.pk, visit.guest.pk, visit.doctor.pk, clinic.branch_id, visit.chair_id, visit.starts_at,
                visit.ends_at, visit.state, visit.confirmation, visit.is_first, visit.kind.purpose_on(visit.tooth),
                visit.comment, visit.first_starts_at, int(visit.moved_at is not None), visit.arrived_at, visit.ready_at,
                visit.seated_at, visit.finished_at, visit.settled_at, visit.cancelled_at, visit.cancel_reason_id,
                visit.booked_at, visit.booked_by.pk, visit.version,
            )  # fmt: skip
        for kind, at, person, role, was, became in happened:
            events.add(events.next_id(), visit.pk, kind, at, person.pk, role, was, became, "")
        if number % 2000 == 0:
            run.report("Appointments", number / len(visits))
    appointments.flush()
    events.flush()


Event = tuple[str, datetime, Person, str, str, str]


def _events(visit: Visit, reasons: dict[int, str]) -> Iterator[Event]:
    """What happened, in order, and is not written yet; each counts the appointment's version up."""
    if not visit.is_stored:
        yield from _before_the_day(visit)
    if visit.confirmed_at is not None:
        none, answer = Confirmation.NONE, visit.confirmation
        yield EventKind.CONFIRMATION, visit.confirmed_at, visit.clerk, ADMINISTRATOR, none, answer
    clerk, planned = visit.clerk, AppointmentState.PLANNED
    if visit.state == AppointmentState.VOIDED and visit.cancelled_at:
        yield EventKind.VOIDED, visit.cancelled_at, visit.booked_by, ADMINISTRATOR, planned, AppointmentState.VOIDED
    elif visit.state == AppointmentState.CANCELLED and visit.cancelled_at:
        reason = reasons[visit.cancel_reason_id or 0]
        yield EventKind.CANCELLED, visit.cancelled_at, clerk, ADMINISTRATOR, planned, reason[:60]
    elif visit.state == AppointmentState.NO_SHOW:
        at = visit.ends_at + 15 * MINUTE
        yield EventKind.STATE, at, clerk, ADMINISTRATOR, planned, AppointmentState.NO_SHOW
    yield from _steps(visit)


def _before_the_day(visit: Visit) -> Iterator[Event]:
    place = Placement(visit.starts_at, visit.minutes, visit.doctor.pk, visit.chair_id)
    first = Placement(visit.first_starts_at, visit.minutes, visit.doctor.pk, visit.chair_id)
    yield EventKind.BOOKED, visit.booked_at, visit.booked_by, ADMINISTRATOR, "", str(first)
    if visit.moved_at is not None:
        yield EventKind.MOVED, visit.moved_at, visit.clerk, ADMINISTRATOR, str(first), str(place)


def _steps(visit: Visit) -> Iterator[Event]:
    """From the door to the desk, beginning where it stood."""
    steps: tuple[tuple[datetime | None, AppointmentState, Person, str], ...] = (
        (visit.arrived_at, AppointmentState.ARRIVED, visit.clerk, ADMINISTRATOR),
        (visit.ready_at, AppointmentState.READY, visit.clerk, ADMINISTRATOR),
        (visit.seated_at, AppointmentState.IN_CHAIR, visit.doctor, DOCTOR),
        (visit.finished_at, AppointmentState.FINISHED, visit.doctor, DOCTOR),
        (visit.settled_at, AppointmentState.SETTLED, visit.clerk, ADMINISTRATOR),
    )
    states = [state for _, state, _, _ in steps]
    taken = states.index(AppointmentState(visit.was)) + 1 if visit.was in states else 0
    was = visit.was
    for at, state, person, role in steps[taken:]:
        if at is not None:
            yield EventKind.STATE, at, person, role, was, state
            was = state


def update_stored(visits: list[Visit]) -> None:
    """Let the rows that were there say what became of them; their history keeps it by itself."""
    for visit in visits:
        if visit.is_stored and (visit.state != visit.was or visit.confirmed_at):
            Appointment.objects.filter(pk=visit.pk).update(
                state=visit.state,
                confirmation=visit.confirmation,
                arrived_at=visit.arrived_at,
                ready_at=visit.ready_at,
                seated_at=visit.seated_at,
                finished_at=visit.finished_at,
                settled_at=visit.settled_at,
                version=visit.version,
            )


def write_attending(visits: list[Visit]) -> None:
    """Whoever treated a patient first is the attending doctor for the speciality."""
    attending = bulk.Copier(AttendingDoctor, "id", "patient_id", "specialty_id", "doctor_id", "since_on")
    done = sorted((visit for visit in visits if visit.is_done), key=lambda visit: visit.starts_at)
    treated = {visit.guest.pk for visit in done}
    known = set(AttendingDoctor.objects.filter(patient_id__in=treated).values_list("patient_id", "specialty_id"))
    for visit in done:
        key = (visit.guest.pk, visit.doctor.specialty_id)
        if key not in known:
            known.add(key)
            attending.add(attending.next_id(), *key, visit.doctor.pk, visit.day)
    attending.flush()


def write_history(run: Run, history: bulk.History, clinic: Clinic) -> None:
    """Appointments as they were booked and as they stand; shifts as the director entered them."""
    by_director = {"by": clinic.director.pk}
    history.write(
        CancelReason, at="%(at)s::timestamptz", by="%(by)s::bigint", parameters={"at": run.opened_at(), **by_director}
    )
    history.write(
        WorkShift,
        at="least(t.starts_at - %(before)s, %(now)s)",
        by="%(by)s::bigint",
        parameters={"before": SHIFTS_MADE_BEFORE, "now": run.now, **by_director},
    )
    begun = dict.fromkeys(("arrived_at", "ready_at", "seated_at", "finished_at", "settled_at", "cancelled_at", "cancel_reason_id"), "NULL")  # fmt: skip
    begun |= {
        "state": f"'{AppointmentState.PLANNED}'",
        "confirmation": f"'{Confirmation.NONE}'",
        "starts_at": "t.first_starts_at",
        "ends_at": "t.first_starts_at + (t.ends_at - t.starts_at)",
        "moves": "0",
        "version": "1",
    }
    history.write(Appointment, at="t.created_at", by="t.created_by_id", instead=begun)
    history.write(
        Appointment,
        at="last.at",
        by="last.employee_id",
        label="update",
        joins="JOIN (SELECT DISTINCT ON (appointment_id) appointment_id, at, employee_id FROM schedule_appointmentevent"
        " ORDER BY appointment_id, id DESC) last ON last.appointment_id = t.id",
        where="t.version > 1",
    )
    _write_openings(history)


# The desk looks when it books, moves, asks, cancels, receives and settles; the doctor before and after the treatment.
_LOOKED = (
    f"e.kind IN ('{EventKind.BOOKED}', '{EventKind.MOVED}', '{EventKind.CONFIRMATION}', '{EventKind.CANCELLED}')"
    f" OR e.became IN ('{AppointmentState.ARRIVED}', '{AppointmentState.IN_CHAIR}', '{AppointmentState.FINISHED}',"
    f" '{AppointmentState.SETTLED}')"
)


def _write_openings(history: bulk.History) -> None:
    """Who opened whose card: some seconds before each step that is not made without it, each at a PC of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO patients_cardopening (patient_id, employee_id, role_name, at, address, page)"  # noqa: S608
            " SELECT a.patient_id, e.employee_id, e.role_name,"
            " greatest(e.at - (5 + e.id %% 50) * interval '1 second', p.created_at) AS looked_at,"
            " '192.168.1.1'::inet + e.employee_id %% 200, 'card'"
            " FROM schedule_appointmentevent e JOIN schedule_appointment a ON a.id = e.appointment_id"
            f" JOIN patients_patient p ON p.id = a.patient_id WHERE e.id > %(after)s AND ({_LOOKED})"
            " ORDER BY looked_at, e.id",
            {"after": history.after(AppointmentEvent)},
        )
