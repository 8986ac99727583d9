"""What the built-in roles start with: the one table of defaults, of rights still to come, too.

The director has every right and stands in no column. Administrator and doctor start with what the terms of reference say
of them, word for word (``SEED``), and with what that cannot be done without, each for the reason its row gives. A right in no
row is the director's alone until somebody gives it; a module of somebody else's brings its defaults in ``Permission.defaults``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.actor import Scope
from core.modules import Permission
from organization.enums import BuiltInRole

ALL, OWN = Scope.ALL, Scope.OWN

SEED = {
    "administrator": (
        "card index",
        "appointments in the schedule",
        "settlement of patients",
        "price list view",
        "CRM",
        "reports: patients, invoices and payments, services rendered, cash flow",
    ),
    "doctor": (
        "medical history of own patients",
        "treatment plans of own patients",
        "images of own patients",
        "work orders",
        "price list view",
    ),
}


@dataclass(frozen=True)
class Start:
    """How far a right reaches for a role at first, and how much of it is given; no limit where there is none."""

    scope: Scope
    limit: int | None = None


@dataclass(frozen=True)
class Row:
    """One right. ``why``: the words of ``SEED`` a role has it by, or what makes it implied by them."""

    code: str
    administrator: Start | Scope | None = None
    doctor: Start | Scope | None = None
    why: str = ""

    def of(self, role_code: str) -> Start | None:
        """What a built-in role starts with; None when it does not have the right."""
        if role_code == BuiltInRole.DIRECTOR:
            return Start(ALL)
        given = {"administrator": self.administrator, "doctor": self.doctor}.get(role_code)
        return Start(given) if isinstance(given, Scope) else given


def director_only(*codes: str) -> tuple[Row, ...]:
    return tuple(Row(code) for code in codes)


TABLE = (
    Row("patients.view_patient", ALL, OWN, "card index; implied: a doctor's history, plans and images hang on the card"),
    Row("patients.add_patient", ALL, None, "card index"),
    Row("patients.change_patient", ALL, None, "card index"),
    Row("patients.archive_patient", ALL, None, "card index"),
    Row("patients.view_phone", ALL, None, "card index"),
    Row("patients.write_note", ALL, OWN, "card index; implied: who reads a card tells the colleagues what to mind"),
    Row("patients.break_glass", None, ALL, "implied: an emergency does not wait; the director is told of each"),
    *director_only("patients.grant_card", "patients.view_openings", "patients.export_patient"),
    Row(
        "schedule.view_appointment", ALL, OWN, "appointments in the schedule; implied: a doctor has a day of their own"
    ),
    Row("schedule.book_appointment", ALL, None, "appointments in the schedule"),
    Row("schedule.mark_arrival", ALL, None, "appointments in the schedule"),
    Row("schedule.run_appointment", None, OWN, "work orders; implied: one is written for who was invited to the chair"),
    *director_only("schedule.overbook", "schedule.back_date", "schedule.change_shift"),
    Row("pricelist.view_service", ALL, ALL, "price list view"),
    *director_only("pricelist.change_service", "pricelist.view_cost"),
    Row("billing.view_order", ALL, OWN, "settlement of patients; work orders"),
    Row("billing.write_order", None, OWN, "work orders"),
    Row("billing.reopen_order", None, OWN, "work orders; implied: a slip is mended before the desk has invoiced it"),
    Row("billing.view_invoice", ALL, None, "settlement of patients"),
    Row("billing.issue_invoice", ALL, None, "settlement of patients"),
    Row("billing.take_payment", ALL, None, "settlement of patients"),
    Row("billing.give_discount", Start(ALL, limit=10), None, "settlement of patients; more than 10 % is asked for"),
    Row("billing.run_shift", ALL, None, "settlement of patients; implied: money is taken in an open shift"),
    Row(
        "billing.close_shift_with_difference",
        Start(ALL, limit=100),
        None,
        "settlement of patients; implied: an evening's small change must not keep the shift open",
    ),
    *director_only(
        "billing.refund_payment", "billing.void_invoice", "billing.void_payment", "billing.change_desk"
    ),
    Row("reports.view_patients", ALL, None, "reports: patients, invoices and payments, services rendered, cash flow"),
    Row("reports.view_invoices", ALL, None, "reports: patients, invoices and payments, services rendered, cash flow"),
    Row("reports.view_services", ALL, None, "reports: patients, invoices and payments, services rendered, cash flow"),
    Row("reports.view_cash_flow", ALL, None, "reports: patients, invoices and payments, services rendered, cash flow"),
    *director_only("reports.view_dashboard"),
    Row("crm.view_lead", ALL, None, "CRM"),
    Row("crm.write_lead", ALL, None, "CRM"),
    Row("crm.view_call", ALL, None, "CRM"),
    Row("crm.view_task", ALL, None, "CRM"),
    Row("crm.write_task", ALL, None, "CRM"),
    Row("medical_records.view_record", None, OWN, "medical history of own patients"),
    Row("medical_records.write_record", None, OWN, "medical history of own patients"),
    Row("treatment_plans.view_plan", None, OWN, "treatment plans of own patients"),
    Row("treatment_plans.write_plan", None, OWN, "treatment plans of own patients"),
    Row("xray.view_image", None, OWN, "images of own patients"),
    Row("xray.add_image", None, OWN, "images of own patients"),
    *director_only(
        "insurance.view_register", "insurance.write_register", "lab.view_order", "lab.write_order",
        "payroll.view_accrual", "payroll.write_accrual", "materials.view_stock", "materials.write_stock",
        "marketing.view_campaign", "marketing.write_campaign", "branches.view_comparison",
    ),
    *director_only(
        "core.switch_module", "core.view_history", "core.view_system", "core.retry_fact", "core.export_log",
        "clinic.make_backup", "clinic.set_up", "clinic.remove_sample_data",
        "organization.view_employee", "organization.change_employee", "organization.dismiss_employee",
        "organization.view_clinic", "organization.change_clinic", "organization.change_rights",
        "organization.issue_token", "organization.change_substitution", "organization.change_options",
        "organization.view_as", "organization.end_sessions",
    ),
)  # fmt: skip

ROWS: Mapping[str, Row] = {row.code: row for row in TABLE}


def start_of(permission: Permission, role_code: str) -> Start | None:
    """What a built-in role starts with of a right; None when it does not have it."""
    row = ROWS.get(permission.code)
    if row is not None:
        return row.of(role_code)
    scope = permission.defaults.get(role_code)
    if scope is None:
        return None
    return Start(scope, permission.limit.defaults.get(role_code) if permission.limit else None)
