"""Two clerks at once, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from core.errors import ChangedByOther
from patients import errors, services
from patients.models import Patient
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, act: Callable[[int], object]) -> list[object]:
    """What each of the parallel acts gave or was refused with."""
    barrier = Barrier(number)

    def run(position: int) -> object:
        try:
            barrier.wait(timeout=30)
            return act(position)
        except (errors.PossibleDuplicate, errors.InAnotherFamily, ChangedByOther) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.parametrize(
    "person",
    [
        {"surname": "Ким", "phone": "89161234567"},
        {"surname": "Ким", "name": "Юля", "born_on": date(2015, 5, 1)},
    ],
    ids=["by phone", "by name and birth date"],
)
def test_the_same_person_added_by_several_clerks_at_once_is_saved_once(desk, person):
    outcomes = at_once(5, lambda _: services.add_patient(actor=desk, **person).pk)

    assert outcomes.count(errors.PossibleDuplicate) == 4
    assert Patient.objects.count() == 1


def test_each_clerk_who_confirms_saves(desk):
    outcomes = at_once(
        3,
        lambda _: services.add_patient(actor=desk, surname="Ким", phone="89161234567", confirmed_different=True).pk,
    )

    assert errors.PossibleDuplicate not in outcomes
    assert sorted(Patient.objects.values_list("card_number", flat=True)) == [1, 2, 3]


def test_different_people_added_at_once_get_numbers_without_gaps(desk):
    at_once(6, lambda position: services.add_patient(actor=desk, surname="Ким", phone=f"8916123450{position}"))

    assert sorted(Patient.objects.values_list("card_number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_of_two_changes_of_one_version_one_is_refused(desk):
    patient = PatientFactory()

    outcomes = at_once(
        2,
        lambda position: (
            services.change_patient(actor=desk, patient=patient, version=1, allergy=("йод", "латекс")[position]).pk
        ),
    )

    assert outcomes.count(ChangedByOther) == 1


def test_two_cards_joined_crosswise_at_once_are_one_family_without_a_deadlock(desk):
    one, other = PatientFactory(), PatientFactory()
    pairs = [(one, other), (other, one)]

    at_once(
        2, lambda position: services.join_family(actor=desk, patient=pairs[position][0], relative=pairs[position][1])
    )

    families = set(Patient.objects.values_list("family_id", flat=True))
    assert len(families) == 1
    assert None not in families
