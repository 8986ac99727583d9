"""The command refuses what would mix sample patients with real ones, and says so in one line."""

import re

import pytest
from django.core.management import CommandError, call_command

import core.demo
from clinic import demo
from clinic.demo.counts import Count
from patients.models import CardOpening, Patient
from schedule.models import Appointment, AppointmentEvent
from tests.demo.conftest import MONDAY, ZONE, at
from tests.factories.organization import BranchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_installation(settings):
    settings.DEMO = True


def test_loads_and_names_the_logins(capsys):
    call_command("demo", scale="XS", seed=3, today="2026-11-23T11:24")

    captured = capsys.readouterr()
    assert Patient.objects.count() == 150
    assert "director, administrator, doctor, chief; password: demo" in captured.out
    assert captured.err.splitlines()[0] == "Clinic and people"


def test_refuses_when_this_is_no_demo_installation(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("demo", scale="XS")

    assert not Patient.objects.exists()


def test_refuses_a_database_that_has_patients():
    Patient.objects.create(card_number=1, surname="Настоящая")

    with pytest.raises(CommandError, match="already has people or patients"):
        call_command("demo", scale="XS")

    assert Patient.objects.count() == 1


def test_refuses_a_clinic_that_was_set_up_by_somebody():
    BranchFactory()

    with pytest.raises(CommandError, match="already has people or patients"):
        call_command("demo", scale="XS")


def test_scale_l_is_scale_m_fifty_times(monkeypatch):
    asked = []

    def load(scale, seed, now, report, *, branches):
        asked.append((scale, branches))
        return core.demo.Run(core.demo.SCALES["XS"], seed, now, ZONE)

    monkeypatch.setattr(demo, "load", load)

    for options in ({"scale": "L"}, {"scale": "L", "branches": 4}, {"scale": "M"}):
        call_command("demo", today="2026-11-23T11:24", **options)

    assert asked == [("M", 50), ("M", 4), ("M", 1)]


def test_counts_stand_beside_the_wanted_ones(capsys):
    call_command("demo", scale="XS", today="2026-11-23T11:24", counts=True)
    told = dict(re.findall(r"^(\w[\w ,]+?)  +([\d,]+)", capsys.readouterr().out, re.MULTILINE))

    assert told["Patients"] == "150"
    assert int(told["Appointments"].replace(",", "")) == Appointment.objects.count()
    assert int(told["Card openings among them"].replace(",", "")) == CardOpening.objects.count()


def test_counts_of_a_loaded_clinic_load_nothing(capsys):
    demo.load("XS", 1, at(MONDAY))

    call_command("demo", counts=True)

    assert "Patients" in capsys.readouterr().out
    assert Patient.objects.count() == 150


def test_a_count_far_from_what_is_wanted_is_marked():
    assert str(Count("Payments", 100, 125)).endswith("-20 %  !")
    assert str(Count("Payments", 120, 125)).endswith("-4 %")


def test_refuses_a_moment_that_is_none():
    with pytest.raises(CommandError, match="no moment"):
        call_command("demo", scale="XS", today="yesterday")


def test_a_day_that_was_lived_in_is_left_alone(capsys):
    demo.load("XS", 1, at(MONDAY))
    before = list(AppointmentEvent.objects.values_list())

    call_command("demo", refresh_today=True, today="2026-11-23T18:00")

    assert "already" in capsys.readouterr().out
    assert list(AppointmentEvent.objects.values_list()) == before


def test_a_load_that_was_interrupted_after_it_was_written_is_no_error(capsys):
    demo.load("XS", 1, at(MONDAY))

    call_command("demo", scale="XS", or_refresh=True, today="2026-11-24T12:00")

    assert "lives today, 24.11.2026" in capsys.readouterr().out


def test_another_clinic_is_not_touched():
    with pytest.raises(CommandError, match="no demo clinic"):
        call_command("demo", refresh_today=True)
