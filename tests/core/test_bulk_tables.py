"""Tables put bare for a load come back as they were, and refuse rows that break them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.demo import GROWING, TABLES
from core import bulk, bulk_tables
from patients.models import PatientPhone
from schedule.models import Appointment
from tests.catalogue import structure
from tests.factories.organization import EmployeeFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_tables_are_bare_within_and_as_before_afterwards():
    before = structure()

    with bulk.without_triggers(*TABLES), bulk_tables.bare(*GROWING):
        within = structure()

    tables = {model._meta.db_table for model in GROWING}
    left = {kind for table, _, kind, *_ in within["constraints"] if table in tables}
    assert all(kind.startswith(("PRIMARY KEY", "CHECK", "NOT NULL")) for kind in left)
    assert {row[3] for row in within["triggers"] if row[0] in tables} == {"D"}
    assert structure() == before


def test_the_share_that_is_back_is_told():
    told = []

    with bulk_tables.bare(PatientPhone, report=told.append):
        pass

    assert told[0] == 0
    assert told == sorted(told)
    assert 0.5 < told[-1] < 1


def test_a_number_written_twice_is_refused_at_the_end():
    patient, before = PatientFactory(), structure()

    twice = [PatientPhone(patient=patient, number="+79440000001") for _ in range(2)]

    with (
        pytest.raises(IntegrityError, match="patients_phone_once"),
        transaction.atomic(),
        bulk_tables.bare(PatientPhone),
    ):
        PatientPhone.objects.bulk_create(twice)

    assert structure() == before
    assert not PatientPhone.objects.exists()


def test_two_patients_at_once_with_one_doctor_are_refused_at_the_end(branch):
    patient, doctor, now = PatientFactory(), EmployeeFactory(branch=branch), timezone.now()
    visit = {"patient": patient, "doctor": doctor, "branch": branch, "starts_at": now, "first_starts_at": now}
    twice = [Appointment(**visit, ends_at=now + timedelta(hours=1)) for _ in range(2)]
    refused = pytest.raises(IntegrityError, match="schedule_appointment_doctor_free")

    with refused, transaction.atomic(), bulk_tables.bare(Appointment):
        Appointment.objects.bulk_create(twice)


def test_a_row_that_points_nowhere_is_refused_at_the_end():
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic(), bulk_tables.bare(PatientPhone):
        PatientPhone.objects.bulk_create([PatientPhone(patient_id=404, number="+79440000001")])
