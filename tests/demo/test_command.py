"""The command refuses what would mix sample patients with real ones, and says so in one line."""

import pytest
from django.core.management import CommandError, call_command

from clinic import demo
from patients.models import Patient
from schedule.models import AppointmentEvent
from tests.demo.conftest import MONDAY, at
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
    assert captured.err.splitlines()[0] == "Cards of patients"


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


def test_refuses_the_scale_that_is_not_made_yet():
    with pytest.raises(CommandError, match="comes with the benchmark"):
        call_command("demo", scale="L")


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
