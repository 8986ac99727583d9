"""A demo clinic that was loaded on an earlier day is lived on: nothing of its history moves, today is alive again."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from billing.books import differences
from billing.models import CashShift, Payment, WorkOrder
from clinic import demo
from core.clock import branch_day_bounds
from patients.models import Patient
from schedule.models import Appointment, WorkShift
from tests.demo.conftest import MONDAY, at

pytestmark = pytest.mark.django_db
GONE = ["settled", "cancelled", "voided", "no_show"]


def lived() -> dict[str, list[tuple]]:
    """Everything that had happened, as it stands."""
    found = {}
    with connection.cursor() as cursor:
        for table, condition in (
            ("schedule_appointment", f"state IN {tuple(GONE)}"),
            ("schedule_appointmentevent", "true"),
            ("billing_workorder", "is_invoiced"),
            ("billing_invoice", "true"),
            ("billing_payment", "true"),
            ("billing_ledgerentry", "true"),
            ("billing_cashshift", "state = 'closed'"),
            ("patients_patient", "true"),
        ):
            cursor.execute(f"SELECT t.id, to_jsonb(t) FROM {table} t WHERE {condition} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


@pytest.fixture(scope="module", params=["2026-11-24T13:00", "2026-11-27T09:30", "2026-12-23T16:00"])
def refreshed(request, django_db_setup, django_db_blocker):
    """Loaded on a Monday, lived on to another day: what had happened before, and the run."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load("XS", 1, at(MONDAY))
        before = lived()
        yield before, demo.refresh(at(request.param))
        transaction.set_rollback(True)


def test_nothing_that_had_happened_has_moved(refreshed):
    before, _run = refreshed
    after = lived()

    for table, rows in before.items():
        now = dict(after[table])
        assert [pk for pk, row in rows if now[pk] != row] == [], table


def test_the_books_still_agree(refreshed):
    assert differences() == []


@pytest.mark.parametrize("table", ["billing_workorder", "billing_invoice", "billing_payment"])
def test_numbers_go_on_without_gaps(refreshed, rows, table):
    for _year, count, first, last in rows(f"SELECT year, count(*), min(number), max(number) FROM {table} GROUP BY 1"):
        assert (first, last) == (1, count)


def test_today_is_alive(refreshed):
    _before, run = refreshed
    since, until = branch_day_bounds(run.today, run.zone)
    today = Appointment.objects.filter(starts_at__gte=since, starts_at__lt=until)

    assert today.filter(state="in_chair", work_order__state="draft").exists()
    assert today.filter(state__in=["arrived", "ready"]).exists()
    assert today.filter(state="settled").exists()
    assert today.filter(starts_at__gt=run.now, state="planned").exists()
    assert Payment.objects.filter(taken_on=run.today).exists()
    assert CashShift.objects.get(state="open").opened_at >= since


def test_the_days_between_were_lived(refreshed):
    _before, run = refreshed
    since = branch_day_bounds(run.today, run.zone)[0]
    earlier = Appointment.objects.filter(starts_at__lt=since)

    assert set(earlier.values_list("state", flat=True)) <= {*GONE, "finished"}
    assert not WorkOrder.objects.filter(state="draft", served_on__lt=run.today).exists()
    for number in range(run.scale.days):
        first, end = branch_day_bounds(run.first_day + timedelta(days=number), run.zone)
        assert earlier.filter(starts_at__gte=first, starts_at__lt=end, state="settled").count() > 3


def test_the_weeks_ahead_are_booked_again(refreshed):
    _before, run = refreshed
    end_of_today = branch_day_bounds(run.today, run.zone)[1]

    ahead = Appointment.objects.filter(starts_at__gte=end_of_today, state="planned")

    assert (max(ahead.values_list("starts_at", flat=True)) - end_of_today).days >= 14
    assert WorkShift.objects.filter(starts_at__gte=end_of_today).count() > 20


def test_nobody_is_marked_twice_as_a_first_visit(refreshed, rows):
    assert rows("SELECT patient_id FROM schedule_appointment WHERE is_first_visit GROUP BY 1 HAVING count(*) > 1") == []


def test_new_patients_have_come(refreshed):
    before, run = refreshed

    assert Patient.objects.count() == len(before["patients_patient"]) + run.scale.patients
    numbers = list(Patient.objects.order_by("pk").values_list("card_number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_new_rows_have_their_history(refreshed):
    for model in (Appointment, WorkOrder, Patient, WorkShift):
        assert model.history.rel.related_model.objects.filter(pgh_label="insert").count() == model.objects.count()
    lived_on = Appointment.objects.filter(state="settled").order_by("-settled_at").first()
    assert lived_on.history.order_by("-pgh_id").first().state == "settled"


def test_cards_are_opened_once_for_each_step(refreshed, rows):
    assert (
        rows("SELECT employee_id, patient_id, at FROM patients_cardopening GROUP BY 1, 2, 3 HAVING count(*) > 2") == []
    )
    assert rows(
        "SELECT count(*) FROM schedule_appointmentevent WHERE employee_id IS NOT NULL AND (became IN"
        " ('arrived', 'in_chair', 'finished', 'settled') OR kind IN ('booked', 'moved', 'confirmation', 'cancelled'))"
    ) == rows("SELECT count(*) FROM patients_cardopening")


def test_events_stay_in_order_and_counted(refreshed, rows):
    assert (
        rows(
            "SELECT appointment_id FROM (SELECT appointment_id, at,"
            " lag(at) OVER (PARTITION BY appointment_id ORDER BY id) AS before FROM schedule_appointmentevent) e"
            " WHERE at < before"
        )
        == []
    )
    assert (
        rows(
            "SELECT a.id, a.version, count(e.id) FROM schedule_appointment a"
            " JOIN schedule_appointmentevent e ON e.appointment_id = a.id GROUP BY a.id HAVING a.version < count(e.id)"
        )
        == []
    )


def test_most_of_today_and_tomorrow_were_asked_to_confirm(refreshed):
    _before, run = refreshed
    since, until = branch_day_bounds(run.today, run.zone)
    ahead = Appointment.objects.filter(state="planned", starts_at__gte=run.now, starts_at__lt=until + (until - since))

    assert ahead.exclude(confirmation="none").count() >= ahead.count() / 3
