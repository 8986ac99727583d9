"""The logs of changes and of views: who did what to whom, found by what a director asks, and never silently carried away."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Event

from core import journal
from core.models import ExportRecord
from organization.models import Branch
from patients.models import CardOpening, Patient
from patients.services.openings import record_opening
from tests.factories.patients import PatientFactory

CHANGES, VIEWS = "logs:change_log", "logs:opening_log"


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


@pytest.fixture
def page(client_of, director):
    client = client_of(director)

    def ask(route: str, **query: str) -> str:
        response = client.get(reverse(route), query)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return ask


def test_every_history_table_is_in_the_log(actor):
    shown = {source.events for _kind, source in journal.sources(actor)}
    assert {model for model in apps.get_models() if issubclass(model, Event)} - shown == set()


@pytest.mark.django_db
def test_a_change_is_told_with_who_what_and_whose(page, client_of, registrar):
    patient = PatientFactory(surname="Кедрова", name="Анна")
    client_of(registrar).post(
        reverse("patients:note_add", args=[patient.pk]), {"text": "Боится боли"}, headers={"HX-Request": "true"}
    )

    text = page(CHANGES)

    assert "Боится боли" in text
    assert registrar.short_name in text
    assert "127.0.0.1" in text
    assert "Кедрова" in text


@pytest.mark.django_db
def test_the_log_is_found_by_patient_employee_kind_address_and_period(actor, branch):
    one, two = PatientFactory(surname="Первый"), PatientFactory(surname="Второй")
    Branch.objects.filter(pk=branch.pk).update(address="Тверь")

    def subjects(**asked) -> set[str]:
        entries, _following = journal.page(actor, journal.Asked(**asked))
        return {entry.line.subject for entry in entries}

    assert any("Первый" in text for text in subjects(patient_id=one.pk))
    assert not any("Второй" in text for text in subjects(patient_id=one.pk))
    assert any("Второй" in text for text in subjects(patient_id=two.pk))
    assert subjects(kind="places") and not any("Первый" in text for text in subjects(kind="places"))
    assert subjects(employee_id=999_999_999) == subjects(address="10.0.0.1") == set()
    now = timezone.now()
    assert subjects(until=now - timedelta(days=1)) == set()
    assert subjects(since=now - timedelta(days=1), until=now + timedelta(days=1))


@pytest.mark.django_db
def test_pages_follow_one_another_without_gaps_or_doubles(actor, branch):
    for number in range(30):
        Branch.objects.filter(pk=branch.pk).update(address=f"Улица {number}")
        PatientFactory()
    whole, _none = journal.page(actor, journal.Asked(), rows=10_000)

    parts, after = [], None
    while True:
        entries, after = journal.page(actor, journal.Asked(), journal.Place.parse(str(after or "")), rows=7)
        parts += entries
        if after is None:
            break

    assert len(whole) >= 90
    assert parts == whole


@pytest.mark.django_db
def test_the_log_costs_the_same_however_long_it_is(actor, branch):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            journal.page(actor, journal.Asked())
        return len(captured)

    PatientFactory()
    before = queries()
    for number in range(20):
        PatientFactory()
        Branch.objects.filter(pk=branch.pk).update(address=f"Улица {number}")
    assert queries() <= before <= 12


@pytest.mark.django_db
def test_views_are_found_by_patient_employee_and_address(page, director, registrar, as_actor):
    one, two = PatientFactory(surname="Первый"), PatientFactory(surname="Второй")
    record_opening(actor=as_actor(registrar), patient_id=one.pk, page="card", address="10.0.0.7")
    record_opening(actor=as_actor(director), patient_id=two.pk, page="card", address="10.0.0.8")

    assert all(name in page(VIEWS) for name in ("Первый", "Второй", "10.0.0.7"))
    for query in ({"patient": one.pk}, {"employee": registrar.pk}, {"address": "10.0.0.7"}):
        text = page(VIEWS, **query)
        table = text[text.index("<tbody>") :]
        assert "Первый" in table
        assert "Второй" not in table


@pytest.mark.django_db
@pytest.mark.parametrize("route", [CHANGES, VIEWS])
@pytest.mark.parametrize(
    "query",
    [
        {"address": "%"},
        {"address": "' OR 1=1 --"},
        {"patient": "1'"},
        {"patient": "99999999999999999999"},
        {"employee": "x"},
        {"since": "вчера"},
        {"since": "2000-01-01", "until": "2026-01-01"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"after": "~~~"},
        {"after": "2026-01-01T00:00:00~1~x"},
    ],
)
def test_what_cannot_be_asked_is_said_and_breaks_nothing(page, route, query):
    page(route, **query)


@pytest.mark.django_db
def test_an_export_is_logged_with_who_what_and_how_many(client_of, director, page):
    PatientFactory(surname="=CMD()", name="Анна")
    client = client_of(director)

    response = client.post(reverse("logs:change_log_export"), {"kind": "cards"})
    lines = b"".join(response.streaming_content).decode().removeprefix("\ufeff").splitlines()

    record = ExportRecord.objects.get()
    assert (record.person, record.what, record.address) == (director.short_name, "changes", "127.0.0.1")
    assert record.filters["kind"] == "cards"
    assert 0 < record.rows <= len(lines) - 1
    assert "'=CMD()" in "\n".join(lines)
    assert "Кто" in lines[0]
    assert "Выгрузка" in page(CHANGES, kind="kernel")

    CardOpening.objects.create(patient=Patient.objects.first(), employee=director, role_name="Директор", page="card")
    response = client.post(reverse("logs:opening_log_export"))
    assert len(b"".join(response.streaming_content).decode().splitlines()) == 2
    assert ExportRecord.objects.filter(what="openings", rows=1).exists()


@pytest.mark.django_db
def test_a_file_counts_its_day_by_the_clock_of_the_branch(client_of, director, monkeypatch):
    past_midnight = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # 00:30 of the 24th in Moscow
    monkeypatch.setattr(timezone, "now", lambda: past_midnight)
    patient = PatientFactory()
    CardOpening.objects.create(
        patient=patient, employee=director, role_name="Директор", page="card", at=past_midnight - timedelta(minutes=5)
    )

    response = client_of(director).post(reverse("logs:opening_log_export"))

    assert len(b"".join(response.streaming_content).decode().splitlines()) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("route", [CHANGES, VIEWS, "logs:change_log_export", "logs:opening_log_export"])
def test_the_logs_are_the_directors(client_of, registrar, doctor, route):
    for employee in (registrar, doctor):
        client = client_of(employee)
        assert {client.get(reverse(route)).status_code, client.post(reverse(route)).status_code} <= {403, 405}
    assert not ExportRecord.objects.exists()


@pytest.mark.django_db
def test_the_log_speaks_english_too(client_of, director):
    PatientFactory()
    director.user.language = "en"
    director.user.save()
    text = client_of(director).get(reverse(CHANGES)).content.decode()
    assert "Log of changes" in text
    assert not re.search("[а-я]", re.search("<thead>.*</thead>", text, re.S).group())
