"""History of the demo is dated back and tells the truth: how a row began, and how it stands."""

import pytest

from billing.models import CashShift, Invoice, InvoiceLine, WorkOrder, WorkOrderLine
from clinic.demo import TABLES
from organization.models import Role, RolePermission
from patients.models import CardOpening, Patient
from schedule.models import Appointment

pytestmark = pytest.mark.django_db
TRACKED = [model for model in TABLES if any(field.name == "history" for field in model._meta.get_fields())]


def events_of(model):
    return model._meta.get_field("history").related_model


@pytest.mark.parametrize("model", [model for model in TRACKED if model not in (Role, RolePermission)])
def test_every_row_has_its_beginning(loaded, model):
    begun = events_of(model).objects.filter(pgh_label="insert", pgh_obj_id__in=model._base_manager.values("pk"))

    assert begun.count() == model._base_manager.count() > 0


@pytest.mark.parametrize("model", TRACKED)
def test_no_row_of_history_is_of_the_future_and_updates_come_after_the_beginning(loaded, rows, model):
    table = events_of(model)._meta.db_table

    assert rows(
        f"SELECT count(*) FROM {table} u JOIN {table} i ON i.pgh_obj_id = u.pgh_obj_id AND i.pgh_label = 'insert'"
        " WHERE u.pgh_label = 'update' AND (u.pgh_created_at < i.pgh_created_at OR u.pgh_id < i.pgh_id)"
    ) == [(0,)]
    if model not in (Role, RolePermission):  # made by the migrations of this very run
        assert rows(f"SELECT count(*) FROM {table} WHERE pgh_created_at > %s", loaded.now) == [(0,)]


@pytest.mark.parametrize("model", [Patient, Appointment, WorkOrder, WorkOrderLine, Invoice, InvoiceLine, CashShift])
def test_the_last_row_of_history_is_the_row_as_it_stands(loaded, rows, model):
    events, table = events_of(model), model._meta.db_table
    columns = [field.column for field in events._meta.concrete_fields if not field.name.startswith("pgh_")]
    same = " AND ".join(f'e."{column}" IS NOT DISTINCT FROM t."{column}"' for column in columns)

    differing = rows(
        f"SELECT t.id FROM {table} t JOIN (SELECT DISTINCT ON (pgh_obj_id) * FROM {events._meta.db_table}"
        f" ORDER BY pgh_obj_id, pgh_id DESC) e ON e.pgh_obj_id = t.id WHERE NOT ({same})"
    )

    assert differing == []


def test_an_appointment_began_planned_where_it_was_booked_first(loaded):
    moved = Appointment.objects.filter(moves=1).first()

    began = moved.history.get(pgh_label="insert")

    assert (began.state, began.starts_at, began.version) == ("planned", moved.first_starts_at, 1)
    assert began.pgh_created_at == moved.created_at
    assert began.pgh_context["person"] == moved.created_by.short_name


def test_a_surname_that_changed_was_another_one_before(loaded):
    renamed = Patient.objects.filter(version=2, archived_at=None, is_booking_forbidden=False).first()

    began = renamed.history.get(pgh_label="insert")

    assert (began.surname, began.former_surname) == (renamed.former_surname, "")


def test_the_desk_and_the_doctor_opened_the_cards_of_those_who_came(loaded, rows):
    done = Appointment.objects.filter(state__in=["finished", "settled"]).count()

    assert CardOpening.objects.count() > 4 * done
    assert set(CardOpening.objects.values_list("role_name", "page")) == {("Администратор", "card"), ("Врач", "card")}
    assert CardOpening.objects.filter(at__gt=loaded.now).count() == 0
    assert rows(
        "SELECT count(*) FROM patients_cardopening o JOIN patients_patient p ON p.id = o.patient_id"
        " WHERE o.at < p.created_at"
    ) == [(0,)]
    assert rows("SELECT count(*) FROM (SELECT at < lag(at) OVER (ORDER BY id) AS is_earlier FROM patients_cardopening) o"
                " WHERE is_earlier") == [(0,)]  # fmt: skip
    visit = Appointment.objects.filter(state="settled").order_by("pk").first()
    assert CardOpening.objects.filter(patient=visit.patient, employee=visit.doctor, role_name="Врач").exists()
