"""What a loaded demo clinic is: complete, consistent, findable, and going on by itself."""

import uuid

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection
from django.db.utils import ProgrammingError

from billing import services as billing_services
from billing.books import differences
from billing.enums import Means
from billing.models import Account, CashShift, Invoice, LedgerEntry, Payment, WorkOrder, WorkOrderLine
from core.actor import system_actor
from core.counters import next_number
from core.dentition import Tooth, parse_surfaces
from organization.models import Branch, Employee, LegalEntity, User
from patients.models import Patient, PatientPhone
from pricelist.models import Price, Service, ToothArea
from pricelist.selectors import prices_at, service_suggestions
from schedule.models import Appointment, AppointmentEvent, WorkShift

pytestmark = pytest.mark.django_db


def test_every_scale_of_rows_is_there(loaded):
    assert Patient.objects.count() == loaded.scale.patients
    assert Appointment.objects.count() > 2 * loaded.scale.patients
    assert WorkOrder.objects.count() > loaded.scale.patients
    assert Service.objects.count() == 144
    assert Account.objects.filter(debt__gt=0).exists()
    assert Account.objects.filter(advance__gt=0).exists()
    assert Appointment.objects.filter(state="cancelled", cancel_reason__isnull=False).exists()
    assert Appointment.objects.filter(state="no_show").exists()
    assert Appointment.objects.filter(moves=1).exists()


def test_the_books_agree_with_their_documents(loaded, capsys):
    assert differences() == []
    call_command("check_books")
    assert "agree" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["order", "invoice", "payment"])
def test_numbers_have_no_gaps_and_counters_stand_at_the_last(loaded, rows, kind):
    table = {"order": "billing_workorder", "invoice": "billing_invoice", "payment": "billing_payment"}[kind]

    series = rows(f"SELECT legal_entity_id, year, count(*), min(number), max(number) FROM {table} GROUP BY 1, 2")

    assert series
    for entity, year, count, first, last in series:
        assert (first, last) == (1, count)
        assert rows("SELECT value FROM core_counter WHERE series = %s", f"{kind}:{entity}:{year}") == [(last,)]


def test_numbers_of_documents_run_with_time(loaded, rows):
    assert (
        rows(
            "SELECT a.number FROM billing_payment a JOIN billing_payment b ON a.year = b.year AND a.number = b.number + 1"
            " WHERE a.taken_at < b.taken_at"
        )
        == []
    )


def test_the_next_card_follows_without_a_gap(loaded):
    last = Patient.objects.order_by("-card_number").first().card_number

    assert next_number("card") == last + 1 == loaded.scale.patients + 1


def test_the_first_visit_mark_stands_on_the_earliest_live_appointment(loaded, rows):
    assert (
        rows(
            "SELECT a.id FROM schedule_appointment a WHERE a.state NOT IN ('cancelled', 'voided', 'no_show') AND"
            " a.is_first_visit <> NOT EXISTS (SELECT FROM schedule_appointment o WHERE o.patient_id = a.patient_id"
            " AND o.state NOT IN ('cancelled', 'voided', 'no_show')"
            " AND (o.starts_at, o.id) < (a.starts_at, a.id))"
        )
        == []
    )


def test_events_of_an_appointment_are_in_order_and_not_in_the_future(loaded, rows):
    assert AppointmentEvent.objects.filter(at__gt=loaded.now).count() == 0
    assert (
        rows(
            "SELECT appointment_id FROM (SELECT appointment_id, at,"
            " lag(at) OVER (PARTITION BY appointment_id ORDER BY id) AS before FROM schedule_appointmentevent) e"
            " WHERE at < before"
        )
        == []
    )
    assert (
        rows(
            "SELECT a.id FROM schedule_appointment a JOIN patients_patient p ON p.id = a.patient_id"
            " WHERE a.created_at < p.created_at OR a.created_at > a.starts_at"
        )
        == []
    )


def test_a_version_counts_what_happened(loaded, rows):
    assert (
        rows(
            "SELECT a.id, a.version, count(e.id) FROM schedule_appointment a"
            " JOIN schedule_appointmentevent e ON e.appointment_id = a.id GROUP BY a.id HAVING a.version <> count(e.id)"
        )
        == []
    )


def test_appointments_stand_within_shifts_at_the_shifts_chair(loaded):
    live = Appointment.objects.exclude(state__in=["cancelled", "voided"])

    outside = [
        visit.pk
        for visit in live
        if not WorkShift.objects.filter(
            doctor_id=visit.doctor_id,
            chair_id=visit.chair_id,
            starts_at__lte=visit.starts_at,
            ends_at__gte=visit.ends_at,
        ).exists()
    ]

    assert outside == []


def test_lines_say_where_they_were_done(loaded):
    for line in WorkOrderLine.objects.select_related("service"):
        area = line.service.tooth_area
        assert bool(line.teeth) == (area in {ToothArea.TOOTH, ToothArea.SURFACE}), line.name
        assert bool(line.surfaces) == (area == ToothArea.SURFACE), line.name
        for tooth in line.teeth:
            assert not line.surfaces or parse_surfaces(line.surfaces, Tooth(tooth))


def test_lines_cost_what_the_price_list_said_that_day(loaded):
    for order in WorkOrder.objects.order_by("pk")[:40]:
        lines = list(order.lines.all())
        prices = prices_at([line.service_id for line in lines], at=order.appointment.starts_at)
        assert [line.price for line in lines] == [prices[line.service_id] for line in lines]


def test_payments_settle_their_appointments(loaded, rows):
    assert (
        rows(
            "SELECT o.id FROM billing_workorder o JOIN schedule_appointment a ON a.id = o.appointment_id"
            " JOIN billing_workorderline l ON l.order_id = o.id"
            " LEFT JOIN billing_invoiceline il ON il.order_line_id = l.id AND NOT il.is_void"
            " GROUP BY o.id, a.state HAVING (a.state = 'settled')"
            " <> (coalesce(sum(il.amount), 0) > 0 AND coalesce(sum(il.amount - il.paid), 0) = 0)"
        )
        == []
    )


def test_people_are_found_by_the_beginning_of_a_name_and_the_tail_of_a_phone(loaded):
    phone = PatientPhone.objects.filter(is_main=True).select_related("patient").first()

    assert phone.patient in Patient.objects.found_by(phone.number[-5:])
    assert phone.patient in Patient.objects.found_by(f"{phone.patient.surname[:4]} {phone.patient.name[:3]}")
    assert "О-006" in [service.code for service in service_suggestions("металлокерамич кор", at=loaded.now)]


def test_names_are_russian_ones(loaded):
    known = Patient.objects.exclude(patronymic="")

    women, men = known.filter(sex="f"), known.filter(sex="m")

    assert [patient for patient in women if not patient.patronymic.endswith("на")] == []
    assert [patient for patient in men if not patient.patronymic.endswith("ич")] == []
    assert known.filter(surname__contains="ё").exists()


def test_children_stand_in_families_under_a_parents_phone(loaded):
    children = Patient.objects.filter(kinship="child")

    assert children.exclude(family=None).count() == children.count() > 5
    for child in children:
        head = Patient.objects.get(family=child.family_id, kinship="head")
        others = set(child.phones.exclude(note="свой").values_list("number", flat=True))
        assert others <= set(head.phones.values_list("number", flat=True))
    assert [child for child in children if not child.phones.exists()]


def test_people_sign_in_with_the_demo_password(loaded, rf):
    for login in ("director", "administrator", "doctor", "chief"):
        assert authenticate(rf.post("/"), username=login, password="demo") == User.objects.get(username=login)
    chief = Employee.objects.get(user__username="chief")
    assert {role.code for role in chief.roles.all()} == {"director", "doctor"}


def test_requisites_have_right_check_digits(loaded):
    for entity in LegalEntity.objects.all():
        entity.full_clean()
    for branch in Branch.objects.all():
        branch.full_clean()


def test_prices_of_every_service_cover_the_whole_time(loaded):
    began = loaded.midnight(loaded.first_day)

    assert len(prices_at(Service.objects.values_list("pk", flat=True), at=began)) == 144
    assert len(prices_at(Service.objects.values_list("pk", flat=True), at=loaded.now)) == 144
    assert Price.objects.filter(group__is_base=False).exists()


def test_one_patient_comes_far_more_often_than_the_others(loaded, rows):
    (most,) = rows("SELECT count(*) FROM schedule_appointment GROUP BY patient_id ORDER BY 1 DESC LIMIT 1")

    assert most[0] >= loaded.scale.faithful_visits


def test_history_cannot_be_changed_after_the_load(loaded):
    with pytest.raises(ProgrammingError, match="Cannot update"):
        LedgerEntry.objects.update(amount=1)


def test_every_trigger_is_on_again(loaded, rows):
    assert rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == []


def test_the_application_role_goes_on_where_the_demo_ended(loaded):
    """A waiting order is settled as the desk does it, by the role that serves: the numbers follow on."""
    order = WorkOrder.objects.waiting().select_related("patient", "appointment").first()
    last = {model: model.objects.filter(year=2026).order_by("-number").first().number for model in (Invoice, Payment)}

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE zubr_app")
    actor = system_actor("tests")
    invoice = billing_services.issue_invoice(actor=actor, orders=[order])
    payment = billing_services.take_payment(
        actor=actor,
        shift=CashShift.objects.get(state="open"),
        patient=order.patient,
        invoices=[invoice],
        parts={Means.CARD: invoice.total},
        key=uuid.uuid4(),
    )

    assert (invoice.number, payment.number) == (last[Invoice] + 1, last[Payment] + 1)
    order.appointment.refresh_from_db()
    assert order.appointment.state == "settled"
    assert order.appointment.history.order_by("-pgh_id").first().state == "settled"
    assert differences() == []
