"""What a person may see, answered by plain SQL that knows nothing of the code under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from organization.models import Branch, Employee

DOCTORS = """
SELECT %(me)s::bigint UNION SELECT absent_id FROM organization_substitution
WHERE substitute_id = %(me)s AND starts_at <= %(now)s AND %(now)s < ends_at
"""
OWN = f"""
(EXISTS (SELECT FROM patients_attendingdoctor t WHERE t.patient_id = p.id AND t.doctor_id IN ({DOCTORS}))
 OR EXISTS (SELECT FROM schedule_appointment o WHERE o.patient_id = p.id AND o.doctor_id IN ({DOCTORS})
            AND o.state NOT IN ('cancelled', 'voided'))
 OR EXISTS (SELECT FROM patients_cardgrant g WHERE g.content_object_id = p.id AND g.ended_at IS NULL
            AND g.valid_until > %(now)s AND g.user_id = (SELECT user_id FROM organization_employee WHERE id = %(me)s)))
"""
PATIENTS = {
    "own": f"SELECT p.id FROM patients_patient p WHERE {OWN}",
    "branch": f"SELECT p.id FROM patients_patient p WHERE p.home_branch_id = ANY (%(branches)s) OR {OWN}",
    "all": "SELECT id FROM patients_patient",
}
TIMED = {
    "own": """
        SELECT r.id FROM {table} r WHERE r.doctor_id = %(me)s OR EXISTS (
          SELECT FROM organization_substitution s WHERE s.substitute_id = %(me)s AND s.absent_id = r.doctor_id
            AND s.starts_at <= %(now)s AND %(now)s < s.ends_at AND s.starts_at <= r.starts_at AND r.starts_at < s.ends_at)
    """,
    "branch": "SELECT r.id FROM {table} r WHERE r.branch_id = ANY (%(branches)s)",
    "all": "SELECT r.id FROM {table} r",
}
OF_PATIENTS = {
    "own": f"SELECT r.id FROM {{table}} r JOIN patients_patient p ON p.id = r.patient_id WHERE {OWN}",
    "branch": "SELECT r.id FROM {table} r WHERE r.branch_id = ANY (%(branches)s)",
    "all": "SELECT r.id FROM {table} r",
}


@dataclass(frozen=True)
class Viewer:
    """An employee with the branch chosen in the header and the scope of every scoped right; None is no right at all."""

    employee: Employee
    branch: Branch
    scope: str | None = "own"

    def _ids(self, statement: str) -> set[int]:
        if self.scope is None:
            return set()
        asked: dict[str, Any] = {"me": self.employee.pk, "now": timezone.now(), "branches": self._branches()}
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            return {pk for (pk,) in cursor.fetchall()}

    def _branches(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT content_object_id FROM organization_branchgrant WHERE user_id = %s", [self.employee.user_id]
            )
            return [pk for (pk,) in cursor.fetchall()]

    def patients(self) -> set[int]:
        return self._ids(PATIENTS[self.scope or "own"])

    def appointments(self) -> set[int]:
        return self._ids(TIMED[self.scope or "own"].format(table="schedule_appointment"))

    def work_shifts(self) -> set[int]:
        return self._ids(TIMED[self.scope or "own"].format(table="schedule_workshift"))

    def orders(self) -> set[int]:
        return self._ids(OF_PATIENTS[self.scope or "own"].format(table="billing_workorder"))

    def invoices(self) -> set[int]:
        return self._ids(OF_PATIENTS[self.scope or "own"].format(table="billing_invoice"))

    def payments(self) -> set[int]:
        return self._ids(OF_PATIENTS[self.scope or "own"].format(table="billing_payment"))
