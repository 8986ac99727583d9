"""A small chain: three branches, two of them copies of the one that was made up."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from django.db import transaction

from billing.books import differences
from clinic import demo
from clinic.demo import chain
from core import names
from core.counters import next_number
from core.demo import Run
from organization.models import Branch, Employee, User
from patients.lexemes import card_lexemes
from patients.models import Patient, PatientPhone
from schedule.models import Appointment, WorkShift
from tests.catalogue import structure
from tests.demo.conftest import MONDAY, at
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
BRANCHES = 3


@pytest.fixture(scope="module")
def before(django_db_setup, django_db_blocker) -> dict[str, list[tuple]]:
    with django_db_blocker.unblock(), transaction.atomic():
        return structure()


@pytest.fixture(scope="module")
def loaded(before, django_db_blocker) -> Iterator[Run]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.load("XS", 1, at(MONDAY), branches=BRANCHES)
        transaction.set_rollback(True)


@pytest.fixture
def own(loaded) -> int:
    """Patients of one branch."""
    return loaded.scale.patients


def test_constraints_indexes_and_triggers_are_those_of_before(before, loaded):
    assert structure() == before


@pytest.mark.parametrize("model", chain.TABLES)
def test_every_branch_has_as_many_rows(loaded, model):
    of_copy = Counter(
        (pk - 1) * BRANCHES // model._base_manager.count() for pk in model.objects.values_list("pk", flat=True)
    )

    assert len(of_copy) == BRANCHES
    assert len(set(of_copy.values())) == 1


def test_every_card_is_found_by_the_lexemes_a_form_would_give_it(loaded, rows):
    numbers = defaultdict(list)
    for patient_id, number in PatientPhone.objects.values_list("patient_id", "number"):
        numbers[patient_id].append(number)
    stored = dict(rows("SELECT id, tsvector_to_array(search) FROM patients_patient"))

    for patient in Patient.objects.defer("search"):
        assert sorted(stored[patient.pk]) == card_lexemes(patient, numbers[patient.pk])


def test_people_are_sorted_by_their_names(loaded):
    for model in (Patient, Employee):
        for person in model._base_manager.all():
            assert person.sort_key == names.sort_key(person.surname, person.name, person.patronymic)


def test_surnames_are_as_common_in_each_branch_and_full_names_differ(loaded, own):
    patients = list(Patient.objects.order_by("pk"))
    copies = [patients[number * own : (number + 1) * own] for number in range(BRANCHES)]

    surnames = [Counter(patient.surname for patient in copy) for copy in copies]
    same = sum(one.full_name == other.full_name for one, other in zip(copies[0], copies[1], strict=True))

    assert surnames[0] == surnames[1] == surnames[2]
    assert same < own / 20
    for patient in patients:
        assert not patient.patronymic or patient.patronymic.endswith("на" if patient.sex == "f" else "ич")


def test_phones_differ_and_families_still_share_theirs(loaded, own):
    phones = [
        list(PatientPhone.objects.filter(patient__family__isnull=False, patient_id__gt=first, patient_id__lte=first + own)
             .order_by("pk").values_list("number", flat=True))
        for first in range(0, BRANCHES * own, own)
    ]  # fmt: skip

    assert not set(phones[0]) & set(phones[1])
    assert len(set(phones[0])) == len(set(phones[1])) < len(phones[0])
    assert {len(number) for number in phones[2]} == {12}
    copy = PatientPhone.objects.filter(patient_id__gt=own).select_related("patient").first()
    assert copy.patient in Patient.objects.found_by(copy.number[-7:])


def test_whoever_works_in_a_branch_belongs_to_it(loaded, rows):
    assert (
        rows(
            "SELECT a.id FROM schedule_appointment a JOIN organization_chair c ON c.id = a.chair_id"
            " JOIN organization_room r ON r.id = c.room_id JOIN organization_employee e ON e.id = a.doctor_id"
            " JOIN organization_branchgrant g ON g.user_id = e.user_id JOIN patients_patient p ON p.id = a.patient_id"
            " JOIN organization_employee b ON b.id = a.created_by_id"
            " JOIN organization_branchgrant bg ON bg.user_id = b.user_id"
            " WHERE NOT (a.branch_id = ALL (ARRAY[r.branch_id, g.content_object_id, p.home_branch_id, bg.content_object_id]))"
        )
        == []
    )
    assert Branch.objects.count() == BRANCHES == len(set(Branch.objects.values_list("name", flat=True)))


@pytest.mark.parametrize("model", [Appointment, WorkShift])
def test_times_are_those_of_the_first_branch(loaded, model):
    times = [
        sorted(model.objects.filter(branch_id=branch).values_list("starts_at", "ends_at"))
        for branch in Branch.objects.order_by("pk").values_list("pk", flat=True)
    ]

    assert times[0] == times[1] == times[2]


def test_debts_are_found_in_every_branch_and_only_the_first_has_documents(loaded, own):
    in_debt = Patient.objects.filter(accounts__debt__gt=0)

    assert in_debt.filter(pk__gt=own).count() == 2 * in_debt.filter(pk__lte=own).count() > 0
    assert {difference.what.split(",")[0].split()[0] for difference in differences()} == {"account"}


def test_a_login_opens_its_branch_only(loaded):
    director = User.objects.get(username="director.03")

    assert [grant.content_object.name for grant in director.branchgrant_set.all()] == ["Филиал 3"]
    assert User.objects.get(username="doctor").employee.appointments.exists()


def test_what_is_written_next_follows_on(loaded, own):
    assert next_number("card") == BRANCHES * own + 1
    assert PatientFactory().pk == BRANCHES * own + 1
    assert Patient.history.rel.related_model.objects.filter(pgh_obj_id=BRANCHES * own + 1).exists()


def test_the_first_branch_is_lived_on(loaded, own):
    run = demo.refresh(at("2026-11-25T12:00"))

    assert Appointment.objects.filter(state="in_chair", branch__name="Ленинский, 42").exists()
    assert Patient.objects.count() == BRANCHES * own + run.scale.patients
    assert {difference.what.split(",")[0].split()[0] for difference in differences()} == {"account"}
