"""Ids of others' records in urls and bodies, rights taken while a page is open, substitutions that ended: all refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import WorkOrderLine
from core.actor import Scope
from organization.enums import Effect
from organization.models import EmployeePermission, EmployeeRole, RolePermission, Substitution
from patients.models import CardGrant, PatientNote
from schedule.models import WorkShift
from tests.scopes import routes
from tests.scopes.world import World, appoint, role_of_everything
from tests.structure.test_access import address_of, methods_of

HTMX = {"HX-Request": "true"}
APPS = ("patients", "schedule", "billing")


def state_of_the_books() -> dict[str, tuple[int, int]]:
    """Number and hash of the rows of every table with patients' data, history included."""
    state = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in APPS and model._meta.managed:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {table} t")
                state[table] = cursor.fetchone()
    return state


@pytest.fixture
def anna(world: World, client_of) -> Client:
    """Anna under a role with every right there is, as far as own data."""
    appoint(world.anna, role_of_everything(Scope.OWN))
    return client_of(world.anna)


def strangers(world: World) -> dict[str, int]:
    """One record of each kind that is not Anna's: of a patient of Vera's, of the other branch."""
    patient = world.patients[7]
    order = next(order for order in world.orders if order.patient_id == patient.pk)
    return {
        "patient": patient.pk,
        "appointment": next(row for row in world.appointments if row.patient_id == patient.pk).pk,
        "visit": order.appointment_id,
        "order": order.pk,
        "line": WorkOrderLine.objects.get(order=order).pk,
        "invoice": next(row for row in world.invoices if row.patient_id == patient.pk).pk,
        "payment": next(row for row in world.payments if row.patient_id == patient.pk).pk,
        "cash_shift": world.shifts[2].pk,
        "desk": world.desks[2].pk,
        "work_shift": WorkShift.objects.get(doctor=world.vera).pk,
        "branch_shift": WorkShift.objects.get(doctor=world.vera).pk,
        "card_grant": CardGrant.objects.get(content_object=world.patients[9]).pk,
    }


def put(route: str, pk: int) -> str:
    """The url with this record's id in its first place."""
    with_id = address_of(route).replace("999999", str(pk), 1)
    return with_id.replace("/x/", "/head/")


def test_a_record_of_somebody_else_is_as_if_there_were_none(world: World, anna: Client):
    others = strangers(world)
    before = state_of_the_books()
    answered = {}
    for route, pattern in routes.paths():
        kind = routes.kind_of(route)
        if kind in ("list", "bare", ""):
            continue
        for method in methods_of(pattern):
            response = anna.generic(method, put(route, others[kind]), content_type="application/json")
            if response.status_code not in (403, 404, 405):
                answered[method, route] = response.status_code
    assert answered == {}
    assert state_of_the_books() == before


def test_the_same_urls_answer_for_ones_own_records(world: World, anna: Client):
    """Without this the test above would be content with urls that are never found."""
    mine = world.patients[1].pk
    invoice, payment, order = world.invoices[0], world.payments[0], world.orders[0]
    for url in (
        reverse("patients:patient_card", args=[mine]),
        reverse("schedule:patient_tab", args=[mine]),
        reverse("billing:order", args=[order.appointment_id]),
        reverse("billing:invoice", args=[invoice.pk]),
        reverse("billing:invoice_print", args=[invoice.pk]),
        reverse("billing:payment_print", args=[payment.pk]),
        reverse("billing:settle", args=[mine]),
        f"/api/v1/patients/{mine}/",
        f"/api/v1/orders/{order.pk}/",
    ):
        assert anna.get(url).status_code == 200, url


def test_a_note_of_a_foreign_card_is_not_put_away_through_an_own_one(world: World, anna: Client):
    foreign = PatientNote.objects.get(patient=world.patients[7])

    answer = anna.post(reverse("patients:note_archive", args=[world.patients[1].pk, foreign.pk]))

    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.archived_at is None


def forged_bodies(world: World) -> list[tuple[str, dict[str, Any], str]]:
    """Acts on the own page or api with a foreign record inside: url, body, how it is sent."""
    own, foreign = world.patients[2], world.patients[7]
    foreign_order = next(order for order in world.orders if order.patient_id == world.patients[8].pk)
    foreign_invoice = next(row for row in world.invoices if row.patient_id == foreign.pk)
    at = {"doctor": world.anna.pk, "branch": world.north.pk, "starts_at": "2026-11-23T14:00+03:00", "minutes": 30}
    wall = {"doctor": world.anna.pk, "date": "2026-11-23", "time": "14:00", "minutes": 30}
    paid = {"shift": world.shifts[0].pk, "parts": [{"means": "cash", "amount": "10.00"}]}
    settled = {"desk": world.desks[0].pk, "cash": "10", "key": "00000000-0000-4000-8000-000000000001"}
    return [
        ("/api/v1/appointments/", {"patient": foreign.pk, **at}, "json"),
        ("/api/v1/invoices/", {"orders": [foreign_order.pk]}, "json"),
        ("/api/v1/orders/", {"appointment": foreign_order.appointment_id}, "json"),
        ("/api/v1/payments/", {"patient": foreign.pk, **paid}, "json"),
        ("/api/v1/payments/", {"patient": own.pk, "invoices": [foreign_invoice.pk], **paid}, "json"),
        ("/api/v1/payments/", {"patient": own.pk, **paid, "shift": world.shifts[2].pk}, "json"),
        (reverse("schedule:appointment_book"), {"patient": foreign.pk, **wall}, "form"),
        (reverse("patients:family_add", args=[own.pk]), {"relative": foreign.pk, "kinship": "child"}, "form"),
        (reverse("billing:settle_pay", args=[own.pk]), {"invoice": [foreign_invoice.pk], **settled}, "form"),
        (reverse("billing:settle_issue", args=[own.pk]), {"order": [foreign_order.pk], **settled}, "form"),
        (reverse("patients:employee_card_open", args=[world.anna.pk]),
         {"patient": foreign.pk, "until": "2026-12-01", "reason": "посмотреть"}, "form"),
    ]  # fmt: skip


def test_a_foreign_record_inside_a_body_changes_nothing(world: World, anna: Client):
    before = state_of_the_books()
    accepted = []
    for url, body, how in forged_bodies(world):
        sent = {"content_type": "application/json"} if how == "json" else {"headers": HTMX}
        response = anna.post(url, body, **sent)
        if response.status_code < 400:
            accepted.append((url, response.status_code))
    assert accepted == []
    assert state_of_the_books() == before


def test_the_booking_form_takes_no_foreign_patient_from_its_url(world: World, anna: Client):
    page = anna.get(reverse("schedule:appointment_book"), {"patient": world.patients[7].pk}, headers=HTMX)

    assert page.status_code == 200
    assert world.patients[7].surname not in page.content.decode()


def test_what_a_payment_paid_is_not_told_by_another_ones_id(world: World, anna: Client):
    foreign = next(row for row in world.payments if row.patient_id == world.patients[7].pk)

    page = anna.get(reverse("billing:settle", args=[world.patients[1].pk]), {"paid": foreign.pk})

    assert reverse("billing:invoice", args=[world.invoices[2].pk]) not in page.content.decode()


def test_a_role_taken_while_the_page_is_open_ends_with_the_next_request(world: World, client_of):
    client = client_of(world.anna)
    card = reverse("patients:patient_card", args=[world.patients[0].pk])
    note = reverse("patients:note_add", args=[world.patients[0].pk])
    assert client.get(card).status_code == 200
    EmployeeRole.objects.filter(employee=world.anna).delete()
    before = state_of_the_books()

    page, act, api = (
        client.get(card),
        client.post(note, {"text": "я здесь"}, headers=HTMX),
        client.get("/api/v1/patients/"),
    )

    assert page.status_code == 302 and page.headers["Location"].startswith(("/role/", "/login/"))
    assert act.status_code in (302, 401, 403) or "/login/" in act.headers.get("HX-Redirect", "")
    assert api.status_code in (401, 403)
    assert state_of_the_books() == before


def test_a_right_taken_while_the_page_is_open_is_refused_in_plain_words(world: World, client_of):
    client = client_of(world.anna)
    card = reverse("patients:patient_card", args=[world.patients[0].pk])
    assert client.get(card).status_code == 200
    RolePermission.objects.filter(role=world.anna.roles.get(), code="patients.view_patient").update(effect=Effect.DENY)

    refused = client.get(card)

    assert refused.status_code == 403
    assert "<h1" in refused.content.decode()
    assert world.patients[0].surname not in refused.content.decode()


def test_a_personal_denial_acts_on_the_next_request(world: World, client_of):
    client = client_of(world.anna)
    assert client.get("/api/v1/orders/").status_code == 200
    EmployeePermission.objects.create(
        employee=world.anna, code="billing.view_order", effect=Effect.DENY, valid_from=timezone.now()
    )

    assert client.get("/api/v1/orders/").status_code == 403


def test_what_a_substitution_opened_is_closed_when_it_ends(world: World, client_of):
    client = client_of(world.anna)
    row = next(row for row in world.appointments if row.patient_id == world.patients[5].pk)
    open_while_it_lasts = [
        reverse("patients:patient_card", args=[world.patients[5].pk]),
        reverse("billing:order", args=[row.pk]),
        f"/api/v1/appointments/{row.pk}/",
        f"/api/v1/patients/{world.patients[5].pk}/",
    ]
    assert [client.get(url).status_code for url in open_while_it_lasts] == [200] * 4

    Substitution.objects.filter(substitute=world.anna).update(ends_at=timezone.now(), ended_at=timezone.now())

    assert [client.get(url).status_code for url in open_while_it_lasts] == [404] * 4


def test_a_substitute_sees_and_does_not_act_in_the_absent_ones_name(world: World, client_of):
    client = client_of(world.anna)
    row = next(row for row in world.appointments if row.patient_id == world.patients[5].pk)
    row.refresh_from_db()
    before = state_of_the_books()

    step = client.post(reverse("schedule:my_day_step", args=[row.pk]), {"to": "in_chair", "version": row.version})
    line = client.post(reverse("billing:line_add", args=[row.pk]), {"service": 1, "version": ""}, headers=HTMX)

    assert (step.status_code, line.status_code >= 400) == (403, True)
    assert state_of_the_books() == before
