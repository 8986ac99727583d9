"""Every list, search, counter, export and API route shows a doctor exactly what SQL says, and nowhere anything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Invoice, Payment, WorkOrder
from billing.places import waiting_count
from billing.selectors import account_states
from core.actor import Scope
from patients.models import CardOpening, Patient
from schedule.models import Appointment, WorkShift
from tests.factories.organization import actor_of
from tests.scopes import routes
from tests.scopes.oracle import Viewer
from tests.scopes.world import MONDAY, SHARED, World, appoint, role_of_everything
from tests.structure.test_access import address_of, methods_of

ENDS_THE_SESSION = ("/logout/", "/role/", "/branch/", "/lock/", "/unlock/", "/view-as/", "/profile/", "/login/")


@dataclass
class Seen:
    """A signed-in person, what SQL says they may see, and the words that must not reach them."""

    world: World
    viewer: Viewer
    client: Client

    def get(self, url: str, **query: object) -> str:
        response = self.client.get(url, query)
        assert response.status_code == 200, (url, response.status_code)
        return response.content.decode()

    def ids(self, url: str, **query: object) -> set[int]:
        response = self.client.get(url, {"page_size": 500, **query})
        assert response.status_code == 200, url
        return {row["id"] for row in response.json()["results"]}

    def names_in(self, text: str) -> set[int]:
        """Patients whose surname stands in the text, however it is cut and escaped."""
        plain = re.sub(r"<[^>]+>", "", text)
        plain += unescaped(text)
        return {patient.pk for patient in self.world.patients if patient.surname in plain or patient.surname in text}

    def stamp(self, watched: str) -> str:
        return self.client.get("/live/", {"watch": watched}).content.decode()

    def may_know(self) -> set[int]:
        """Patients whose names may reach the person: cards, and whoever stands in the appointments and documents."""
        v = self.viewer
        known = v.patients()
        for model, pks in (
            (Appointment, v.appointments()),
            (WorkOrder, v.orders()),
            (Invoice, v.invoices()),
            (Payment, v.payments()),
        ):
            known |= set(model.objects.filter(pk__in=pks).values_list("patient_id", flat=True))
        return known


@pytest.fixture(params=["own", "branch"])
def scope(request) -> str:
    return request.param


@pytest.fixture
def everybody(world: World, client_of: Callable[..., Client], scope: str) -> list[Seen]:
    """Each doctor under a role that has every right there is, as far as own data or those of their branch."""
    role = role_of_everything(Scope(scope))
    for patient in world.patients:
        CardOpening.objects.create(patient=patient, employee=world.director, role_name="Директор", page="card")
    Patient.objects.filter(pk__in=[p.pk for p in world.patients]).update(comment="изменено")
    places = {world.anna: world.north, world.boris: world.north, world.vera: world.south}
    for doctor in places:
        appoint(doctor, role)
    return [Seen(world, Viewer(doctor, branch, scope), client_of(doctor)) for doctor, branch in places.items()]


def unescaped(text: str) -> str:
    """JSON inside a page writes Cyrillic letters by their codes."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)


def active(pks: set[int]) -> set[int]:
    return set(Patient.objects.filter(pk__in=pks, archived_at=None).values_list("pk", flat=True))


def test_every_url_stands_in_a_table():
    assert [route for route, _pattern in routes.paths() if not routes.kind_of(route)] == []


def test_every_line_of_the_tables_is_of_a_url():
    known = [route for route, _pattern in routes.paths()]
    assert [route for route in routes.LISTS if route not in known] == []
    assert [prefix for prefix in routes.RECORDS if not any(route.startswith(prefix) for route in known)] == []


def test_lists_of_cards(everybody: list[Seen]):
    for seen in everybody:
        cards = seen.viewer.patients()

        assert seen.ids("/api/v1/patients/", state="all") == cards
        assert seen.ids("/api/v1/patients/") == active(cards)
        assert seen.ids("/api/v1/patients/", state="all", q=SHARED) == cards
        assert seen.names_in(seen.get("/patients/", state="all")) == cards
        assert seen.names_in(seen.get("/patients/", state="all", q=SHARED)) == cards
        found = seen.names_in(seen.get("/patients/suggest/", q=SHARED))
        assert found <= cards and len(found) == min(len(cards), 8)
        found = seen.names_in(seen.get("/patients/pick/", q=SHARED))
        assert found <= active(cards) and len(found) == min(len(active(cards)), 8)
        found = seen.names_in(seen.get("/billing/patients/", q=SHARED))
        assert found <= active(cards) and len(found) == min(len(active(cards)), 8)


def test_the_number_of_cards_is_of_those_that_are_shown(everybody: list[Seen]):
    for seen in everybody:
        text = re.sub(r"<[^>]+>", " ", seen.get("/patients/", state="all"))

        assert re.search(rf"\b{len(seen.viewer.patients())}\s+карт", text)
        assert seen.client.get("/api/v1/patients/", {"state": "all"}).json()["count"] == len(seen.viewer.patients())


def test_lists_of_the_schedule(everybody: list[Seen]):
    for seen in everybody:
        rows = Appointment.objects.filter(pk__in=seen.viewer.appointments())
        assert seen.ids("/api/v1/appointments/") == set(rows.values_list("pk", flat=True))
        assert seen.ids("/api/v1/work-shifts/") == seen.viewer.work_shifts()

        here = rows.filter(branch=seen.viewer.branch).exclude(state__in=["cancelled", "voided"])
        for days in (0, 1, 7):
            day = MONDAY + timedelta(days=days)
            sheet = seen.client.get("/schedule/day.json", {"date": day.isoformat()}).json()
            begins = timezone.make_aware(
                timezone.datetime.combine(day, timezone.datetime.min.time()), seen.viewer.branch.zone
            )
            of_day = here.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
            assert {box["id"] for box in sheet["appointments"]} == set(of_day.values_list("pk", flat=True))
            page = unescaped(seen.get("/schedule/", date=day.isoformat()))
            assert {a.pk for a in seen.world.appointments if a.purpose and a.purpose in page} == set(
                of_day.exclude(purpose="").values_list("pk", flat=True)
            )
            asked = seen.names_in(seen.get("/schedule/confirmations/", date=day.isoformat()))
            planned = of_day.filter(state="planned", starts_at__gte=timezone.now())
            assert asked == set(planned.values_list("patient_id", flat=True))
        waiting = seen.names_in(seen.get("/schedule/waiting/"))
        assert waiting == set(here.filter(state__in=["arrived", "ready"]).values_list("patient_id", flat=True))


def test_the_own_day_is_of_oneself_alone(everybody: list[Seen]):
    for seen in everybody:
        rows = Appointment.objects.filter(doctor=seen.viewer.employee, starts_at__date=MONDAY).exclude(
            state="cancelled"
        )
        assert seen.names_in(seen.get("/schedule/my-day/")) == set(rows.values_list("patient_id", flat=True))


def test_shifts_shown_with_the_day_are_those_of_the_lists(everybody: list[Seen]):
    for seen in everybody:
        sheet = seen.client.get("/schedule/day.json", {"date": MONDAY.isoformat()}).json()
        worked = WorkShift.objects.filter(pk__in=seen.viewer.work_shifts(), branch=seen.viewer.branch)
        assert {c["id"] for c in sheet["doctors"] if c["shifts"]} == set(worked.values_list("doctor_id", flat=True))


def test_lists_of_documents(everybody: list[Seen]):
    for seen in everybody:
        assert seen.ids("/api/v1/orders/") == seen.viewer.orders()
        assert seen.ids("/api/v1/invoices/") == seen.viewer.invoices()
        assert seen.ids("/api/v1/payments/") == seen.viewer.payments()
        shown = seen.names_in(seen.get("/billing/invoices/"))
        invoices = Invoice.objects.filter(pk__in=seen.viewer.invoices())
        assert shown == set(invoices.values_list("patient_id", flat=True))
        total = sum(invoice.total for invoice in invoices)
        assert f"{total:,.2f}".replace(",", "\u00a0").replace(".", ",") in seen.get("/billing/invoices/").replace(
            "\u202f", "\u00a0"
        ).replace("&nbsp;", "\u00a0")


def test_who_waits_at_the_desk_is_counted_as_it_is_listed(everybody: list[Seen]):
    for seen in everybody:
        orders = WorkOrder.objects.filter(branch=seen.viewer.branch, is_invoiced=False, state="closed", total__gt=0)
        waiting = set(orders.values_list("patient_id", flat=True)) & seen.viewer.patients()

        assert (
            seen.names_in(seen.get("/billing/waiting/")) & set(orders.values_list("patient_id", flat=True)) == waiting
        )
        assert waiting_count(actor_of(seen.viewer.employee, branch=seen.viewer.branch)) == len(waiting)


def test_debts_are_told_of_those_whose_money_may_be_seen(everybody: list[Seen]):
    for seen in everybody:
        everybody = [patient.pk for patient in seen.world.patients]
        told = account_states(actor=actor_of(seen.viewer.employee, branch=seen.viewer.branch), patient_ids=everybody)
        with_account = set(Patient.objects.filter(accounts__isnull=False).values_list("pk", flat=True))
        assert set(told) == with_account & seen.viewer.patients()


def test_the_logs_tell_of_one_open_card_at_a_time(everybody: list[Seen]):
    for seen in everybody:
        mine = next(iter(seen.viewer.patients()))
        stranger = next(p.pk for p in seen.world.patients if p.pk not in seen.viewer.patients())
        for page in ("/settings/log/changes/", "/settings/log/views/"):
            assert seen.names_in(seen.get(page)) == set()
            assert seen.names_in(seen.get(page, patient=mine)) == {mine}
            assert seen.names_in(seen.get(page, patient=stranger)) == set()
            assert seen.client.post(f"{page}export/", {"patient": stranger}).status_code == 422
            assert seen.client.post(f"{page}export/").status_code == 422
            file = b"".join(seen.client.post(f"{page}export/", {"patient": mine})).decode("utf-8-sig")
            assert seen.names_in(file) == {mine}


def test_who_could_set_off_is_named_only_where_the_card_is_open(everybody: list[Seen]):
    for seen in everybody:
        for patient in seen.world.patients:
            patient.accounts.update(advance=70)
        owing = set(Patient.objects.filter(accounts__debt__gt=0).values_list("pk", flat=True))

        assert seen.names_in(seen.get("/overview/set-off/")) == owing & seen.viewer.patients()


def test_free_time_is_told_of_those_one_may_book_with(everybody: list[Seen]):
    for seen in everybody:
        branch = seen.viewer.branch
        mates = {d.pk for d in seen.world.doctors if (d == seen.world.vera) == (branch == seen.world.south)}
        bookable = {seen.viewer.employee.pk} if seen.viewer.scope == "own" else mates

        slots = seen.client.get("/api/v1/appointments/free-slots/", {"branch": branch.pk, "minutes": 30}).json()
        assert {slot["doctor"] for slot in slots} == bookable
        other = seen.world.north if branch == seen.world.south else seen.world.south
        asked = {"branch": other.pk, "minutes": 30}
        assert seen.client.get("/api/v1/appointments/free-slots/", asked).status_code == 403
        for doctor in mates:
            times = seen.get("/schedule/book/times/", doctor=doctor, date=MONDAY.isoformat(), minutes=30)
            assert (re.search(r"\d\d:\d\d", times) is not None) == (doctor in bookable)
        found = seen.get("/schedule/find/", minutes=30, list=1)
        names = {d.pk for d in seen.world.doctors if d.short_name in found}
        assert names == bookable


def test_a_version_changes_with_what_is_shown_and_with_nothing_else(everybody: list[Seen]):
    for seen in everybody:
        watched = f"schedule:{seen.viewer.branch.pk}:{MONDAY.isoformat()}"

        rows = Appointment.objects.filter(branch=seen.viewer.branch, starts_at__date=MONDAY)
        visible = seen.viewer.appointments()
        for row in rows:
            before = seen.stamp(watched)
            Appointment.objects.filter(pk=row.pk).update(version=row.version + 1)
            assert (seen.stamp(watched) != before) == (row.pk in visible)


def test_no_page_without_an_id_names_a_stranger(everybody: list[Seen]):
    for seen in everybody:
        known = seen.may_know()
        leaks = {}
        for route, pattern in routes.paths():
            if "<" in route or route.startswith(ENDS_THE_SESSION) or "GET" not in methods_of(pattern):
                continue
            response = seen.client.get(address_of(route), {"q": SHARED, "date": MONDAY.isoformat(), "state": "all"})
            if response.status_code == 200:
                body = b"".join(response) if response.streaming else response.content
                strangers = seen.names_in(body.decode("utf-8", "replace")) - known
                if strangers:
                    leaks[route] = strangers
        assert leaks == {}


WILD = ["%", "_", "\\", "%%", "_____", "Рыб%", "%аб", "\\%", "'", "Р_б"]


def test_wildcards_of_sql_find_nothing(everybody: list[Seen]):
    for seen, typed in product(everybody, WILD):
        boxes = [
            ("/api/v1/patients/", {"state": "all"}),
            ("/patients/", {"state": "all"}),
            ("/patients/suggest/", {}),
            ("/patients/pick/", {}),
            ("/billing/patients/", {}),
            ("/billing/invoices/", {}),
        ]
        for url, query in boxes:
            assert seen.names_in(seen.get(url, q=typed, **query)) <= seen.viewer.patients() & named_by(seen, typed), url


def named_by(seen: Seen, typed: str) -> set[int]:
    """Whose name has a word that begins with the letters typed, once what is no letter is left out."""
    words = re.findall(r"[^\W_]{2,}", typed)
    if not words:
        return set()
    return {p.pk for p in seen.world.patients if all(p.surname.lower().startswith(w.lower()) for w in words)}


def test_the_supplied_role_of_a_doctor_sees_own_cards_day_and_orders_and_no_money(world: World, client_of):
    viewer = Viewer(world.anna, world.north)
    seen = Seen(world, viewer, client_of(world.anna))

    assert seen.ids("/api/v1/patients/", state="all") == viewer.patients()
    assert seen.ids("/api/v1/appointments/") == viewer.appointments()
    assert seen.ids("/api/v1/orders/") == viewer.orders()
    for closed in ("/api/v1/invoices/", "/api/v1/payments/", "/billing/", "/overview/", "/settings/log/changes/"):
        assert seen.client.get(closed).status_code == 403
    order = WorkOrder.objects.get(appointment__patient=world.patients[5])
    page = seen.get(reverse("billing:order", args=[order.appointment_id]))
    assert "аванс" not in page.lower()
