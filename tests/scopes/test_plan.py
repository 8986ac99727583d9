"""Own patients at size: two doctors with ten thousand cards each are entered by indexes, with and without a substitution."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from core.actor import Actor, Scope
from patients.lexemes import card_lexemes
from patients.models import AttendingDoctor, Patient
from patients.selectors import patient_suggestions
from schedule.models import Appointment
from tests.factories.organization import BranchFactory, EmployeeFactory, SpecialtyFactory
from tests.scopes.world import stand_in

CARDS = 20_000


@pytest.fixture
def doctors(db):
    """Two doctors, every second card is the other one's: half by an appointment, a few by attending."""
    branch, specialty = BranchFactory(), SpecialtyFactory()
    pair = [EmployeeFactory(role="doctor", branch=branch, specialty=specialty) for _each in range(2)]
    cards = [Patient(card_number=n, surname=f"Карта{n:05d}", sort_key=f"карта{n:05d}") for n in range(1, CARDS + 1)]
    for card in cards:
        card.search = card_lexemes(card, ())
    Patient.objects.bulk_create(cards, batch_size=2000)
    began = timezone.now() - timedelta(days=400)
    Appointment.objects.bulk_create(
        (
            Appointment(
                patient=card,
                doctor=pair[n % 2],
                branch=branch,
                starts_at=began + timedelta(minutes=20 * n),
                ends_at=began + timedelta(minutes=20 * n + 15),
                first_starts_at=began,
                state="settled",
            )
            for n, card in enumerate(cards)
        ),
        batch_size=2000,
    )
    AttendingDoctor.objects.bulk_create(
        AttendingDoctor(patient=card, doctor=pair[n % 2], specialty=specialty, since_on=began.date())
        for n, card in enumerate(cards[:200])
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE patients_patient, patients_attendingdoctor, schedule_appointment")
    return pair


def viewer(doctor) -> Actor:
    rights = {"patients.view_patient": Scope.OWN, "schedule.view_appointment": Scope.OWN}
    return Actor(employee_id=doctor.pk, user_id=doctor.user_id, role_id=None, rights=rights)


def read_whole(rows: QuerySet) -> tuple[set[str], float]:
    """Tables a statement reads from end to end, and the milliseconds it took."""
    statement, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        answer = cursor.fetchone()[0]
    [explained] = answer if isinstance(answer, list) else json.loads(answer)
    nodes, whole = [explained["Plan"]], set()
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            whole.add(node["Relation Name"])
    return whole, explained["Execution Time"]


@pytest.mark.slow
def test_own_patients_are_entered_by_indexes(doctors):
    actor = viewer(doctors[0])
    stand_in(doctors[1], doctors[0], timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1))
    lonely = viewer(doctors[1])

    assert Patient.objects.visible_to(actor).count() == CARDS
    assert Patient.objects.visible_to(lonely).count() == CARDS // 2
    for who in (actor, lonely):
        own = Patient.objects.visible_to(who)
        one, took_one = read_whole(own.filter(pk=Patient.objects.last().pk))
        yesterday = timezone.now() - timedelta(days=1)
        day, took_day = read_whole(Appointment.objects.visible_to(who).starting_within(yesterday, timezone.now()))
        assert (one | day) & {"patients_patient", "schedule_appointment"} == set()
        assert max(took_one, took_day) < 50
        assert len(patient_suggestions(actor=who, text="карта0")) == 8
