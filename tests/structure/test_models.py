"""Every business table keeps its history; clinical and money rows cannot take others with them."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

from core.database_roles import append_only_tables
from tests.structure.source import APPS

WITHOUT_HISTORY = {
    # the kernel's machinery
    "core.PublishedFact", "core.FactDelivery", "core.Counter", "core.Notice", "core.Job",
    # written once and never changed: the row is its own history
    "patients.CardOpening", "schedule.AppointmentEvent", "billing.LedgerEntry", "billing.Payment", "billing.PaymentPart",
    "billing.Allocation", "billing.Refund", "core.LogChain", "core.LogCheck", "core.ExportRecord",
    # secrets: what matters of them is told by the login's own dates
    "organization.Pin", "organization.SecondFactor", "organization.RecoveryCode", "organization.DeskMember",
    # an official directory, loaded from data
    "pricelist.NomenclatureItem",
}  # fmt: skip
MAY_CASCADE = {  # parts that are nothing without their whole
    "organization.BranchHours.branch", "organization.EmployeeSpecialty.employee", "organization.EmployeePosition.employee",
    "organization.EmployeeRole.employee", "organization.RolePermission.role", "organization.EmployeePermission.employee",
    "organization.BranchGrant.content_object", "organization.BranchGrant.user", "organization.BranchGrant.permission",
    "organization.Pin.user", "organization.SecondFactor.user", "organization.RecoveryCode.user",
    "organization.DeskMember.user",
    "organization.ReportGrant.user", "organization.ReportGrant.permission", "patients.CardGrant.user",
    "patients.CardGrant.permission", "billing.CashDeskGrant.user", "billing.CashDeskGrant.permission",
    "organization.ApiToken.employee", "patients.PatientPhone.patient", "patients.AttendingDoctor.patient",
    "patients.PatientNote.patient", "pricelist.ServiceNomenclature.service", "pricelist.Price.service",
    "billing.WorkOrderLine.order", "core.FactDelivery.fact", "core.Notice.user",
}  # fmt: skip


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS and not issubclass(model, Event)]


def test_every_business_table_keeps_its_history():
    tracked = {
        relation.related_model._meta.label
        for event in apps.get_models()
        if issubclass(event, Event)
        for relation in [event._meta.get_field("pgh_obj")]
    }
    untracked = {model._meta.label for model in own_models()} - tracked
    assert untracked - WITHOUT_HISTORY == set()
    assert WITHOUT_HISTORY - untracked == set(), "listed as without history, but it has one"


def test_foreign_keys_protect_unless_the_row_is_a_part_of_its_whole():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and f"{model._meta.label}.{field.name}" not in MAY_CASCADE
    ]
    assert wrong == []


def test_constraints_and_indexes_are_named_after_their_app():
    wrong = [
        constraint.name
        for model in own_models()
        for constraint in [*model._meta.constraints, *model._meta.indexes]
        if not constraint.name.startswith(f"{model._meta.app_label}_")
    ]
    assert wrong == []


@pytest.mark.django_db
def test_every_trigger_is_installed():
    assert [status for status in pgtrigger_statuses() if status != "INSTALLED"] == []


def pgtrigger_statuses() -> list[str]:
    return [trigger.get_installation_status(model)[0] for model, trigger in pgtrigger.registered()]


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_application_role_cannot_change_ledgers_and_logs(verb):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'zubr_app'")
        if cursor.fetchone() is None:
            pytest.skip("an outside server without the application role")
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) t WHERE has_table_privilege('zubr_app', t, %s)",
            [append_only_tables(), verb],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_the_application_role_is_no_superuser_and_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'zubr_app'")
        row = cursor.fetchone()
        if row is None:
            pytest.skip("an outside server without the application role")
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = 'zubr_app'")
        assert (row, cursor.fetchone()[0]) == ((False, False, False), 0)
