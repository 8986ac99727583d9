"""How many rows the demo clinic has, beside how many a clinic of its scale should have."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from pghistory.models import Event

from clinic.demo.chain import BRANCHES
from core.demo import SCALES
from patients.models import CardOpening
from schedule.models import AppointmentEvent

TOLERANCE_PERCENT = 15


@dataclass(frozen=True)
class Count:
    """``wanted`` is None where nothing says how many there should be."""

    title: str
    found: int
    wanted: int | None = None

    @property
    def deviation_percent(self) -> int:
        return round(100 * (self.found / self.wanted - 1)) if self.wanted else 0

    @property
    def is_far_off(self) -> bool:
        return abs(self.deviation_percent) > TOLERANCE_PERCENT

    def __str__(self) -> str:
        if self.wanted is None:
            return f"{self.title:<34}{self.found:>12,}"
        mark = "  !" if self.is_far_off else ""
        return f"{self.title:<34}{self.found:>12,}{self.wanted:>12,}{self.deviation_percent:>+6} %{mark}"


# What is counted, and how many there should be by scale. Source: PERFORMANCE, dataset scales.
_AUDIT = "audit"
_COUNTED: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("Users", "organization_user", {"S": 10, "M": 25, "M0": 25, "L": 1_250}),
    ("Patients", "patients_patient", {"S": 3_500, "M": 20_000, "L": 1_000_000}),
    (
        "Patients of the last year",
        "(SELECT DISTINCT patient_id FROM schedule_appointment WHERE finished_at > now() - interval '1 year') a",
        {"M": 5_000, "L": 250_000},
    ),
    ("Appointments", "schedule_appointment", {"S": 12_500, "M": 190_000, "L": 9_500_000}),
    (
        "Visits done",
        "schedule_appointment WHERE state IN ('finished', 'settled')",
        {"S": 10_800, "M": 162_000, "L": 8_100_000},
    ),
    ("Orders", "billing_workorder", {"S": 9_700, "M": 146_000}),
    ("Order lines", "billing_workorderline", {"S": 29_000, "M": 440_000}),
    ("Payments", "billing_payment", {"S": 10_700, "M": 160_000}),
    ("Audit records", _AUDIT, {"S": 330_000, "M": 4_900_000}),
    ("Card openings among them", "patients_cardopening", {}),
    ("Appointments cancelled", "schedule_appointment WHERE state = 'cancelled'", {}),
    ("Appointments missed", "schedule_appointment WHERE state = 'no_show'", {}),
    ("Appointments moved", "schedule_appointment WHERE moves > 0", {}),
    ("Families", "patients_family", {}),
    ("Invoices voided", "billing_invoice WHERE state = 'voided'", {}),
    ("Refunds", "billing_refund", {}),
    ("Accounts with a debt", "billing_account WHERE debt > 0", {}),
    ("Accounts with an advance", "billing_account WHERE advance > 0", {}),
)
_MOST_VISITS = "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM schedule_appointment GROUP BY patient_id) v"


def counts() -> Iterator[Count]:
    """The tables that exist today, one after another: some seconds at scale M."""
    scale = _scale_code()
    for title, rows, wanted in _COUNTED:
        yield Count(title, _audit_records() if rows is _AUDIT else _count(rows), wanted.get(scale))
    yield Count("Visits of one patient, at most", _ask(_MOST_VISITS))


def _scale_code() -> str:
    """The scale this clinic is nearest to by its patients; "" for a chain of another length than that of scale L."""
    branches = _count("organization_branch")
    if branches > 1:
        return "L" if branches == BRANCHES else ""
    patients = _count("patients_patient")
    return min(SCALES, key=lambda code: abs(SCALES[code].patients - patients))


def _audit_records() -> int:
    """History of every table, what happened to appointments, and who looked at which card."""
    models = (model for model in apps.get_models() if issubclass(model, (Event, AppointmentEvent, CardOpening)))
    return sum(_count(f'"{model._meta.db_table}"') for model in models)


def _count(rows: str) -> int:
    return _ask(f"SELECT count(*) FROM {rows}")  # noqa: S608  names of our own tables


def _ask(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
