"""Monday morning in the clinic: the doctor works from nine to three at the first chair."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from billing.enums import OrderState
from billing.models import WorkOrder
from core.actor import Actor
from core.models import PublishedFact
from organization.models import Branch, Chair, Employee
from schedule.models import Appointment, WorkShift
from tests.factories.organization import actor_of
from tests.factories.schedule import BookedPatientFactory, WorkShiftFactory, moment


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock at a moment."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def monday(set_clock, branch: Branch) -> datetime:
    """It is Monday, half past nine."""
    at = moment("09:30", branch)
    set_clock(at)
    return at


@pytest.fixture
def shift(monday, branch: Branch, doctor: Employee, chair: Chair) -> WorkShift:
    return WorkShiftFactory(branch=branch, doctor=doctor, chair=chair)


@pytest.fixture
def patient(db):
    return BookedPatientFactory(surname="Иванова")


@pytest.fixture
def desk(registrar: Employee, branch: Branch) -> Actor:
    return actor_of(registrar, branch=branch)


@pytest.fixture
def head(director: Employee, branch: Branch) -> Actor:
    return actor_of(director, branch=branch)


@pytest.fixture
def chairside(doctor: Employee, branch: Branch) -> Actor:
    return actor_of(doctor, branch=branch)


def refreshed(row: Appointment) -> Appointment:
    return Appointment.objects.get(pk=row.pk)


def facts() -> list[tuple[str, dict]]:
    """What was published, in order, by the facts' short names."""
    return [(fact.name.rpartition(".")[2], fact.payload) for fact in PublishedFact.objects.order_by("pk")]


def written(row: Appointment) -> Appointment:
    """The appointment with its work order closed: only such a visit is finished."""
    WorkOrder.objects.create(
        appointment=row,
        patient=row.patient,
        doctor=row.doctor,
        branch=row.branch,
        legal_entity=row.branch.legal_entity,
        number=row.pk,
        year=row.starts_at.year,
        served_on=row.starts_at.date(),
        state=OrderState.CLOSED,
        closed_at=row.starts_at,
    )
    return row
