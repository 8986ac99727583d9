"""HTML and JavaScript in every text: kept as it was typed, shown as text, run nowhere."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from core import exports
from organization import services
from organization.models import Role
from tests.factories.billing import CashDeskFactory
from tests.factories.organization import ChairFactory, EmployeeFactory, RoomFactory, actor_of
from tests.factories.patients import PatientFactory, PatientNoteFactory
from tests.factories.pricelist import ServiceFactory
from tests.factories.schedule import AppointmentFactory, WorkShiftFactory
from tests.structure.source import APPS
from tests.structure.test_access import routes

pytestmark = pytest.mark.django_db

MARK = '"><img src=x onerror=p()>{{7*7}}'
RUNS = "<img src=x"  # what a browser would act on, even when the text was cut to the field's length
SHORTEST = len('"><img src=x>')
MEANT_FOR_PROGRAMS = {
    "code", "time_zone", "language", "theme", "password", "digest", "sealed_secret", "desk", "effect", "scope", "state",
    "number", "phone", "inn", "kpp", "ogrn", "colour", "color", "kind", "status", "currency", "template", "format",
    "name_of_file", "session_key", "username",
}  # fmt: skip


@pytest.fixture
def clinic(director, registrar, doctor, branch) -> None:
    """One row at least of whatever people name, describe and note."""
    chair = ChairFactory(room=RoomFactory(branch=branch))
    patient = PatientFactory(phone="+7 916 123-45-67", attending=doctor)
    PatientNoteFactory(patient=patient)
    WorkShiftFactory(branch=branch, doctor=doctor)
    AppointmentFactory(branch=branch, doctor=doctor, patient=patient, chair=chair)
    ServiceFactory()
    CashDeskFactory(branch=branch)
    Role.objects.create(name="Куратор")
    EmployeeFactory(branch=branch, role="doctor", specialty=True)
    services.issue_token(actor=actor_of(director), employee=registrar, role=registrar.roles.get(), label="сайт")
    poison()


def poison() -> None:
    """Put the payload into every text field of every row, past every form."""
    written = set()
    for model in apps.get_models():
        if model._meta.app_label not in APPS or issubclass(model, Event) or getattr(model, "append_only", False):
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.primary_key:
                continue
            longest = field.max_length or 200
            if field.name in MEANT_FOR_PROGRAMS or longest < SHORTEST:
                continue
            for pk in list(model._default_manager.values_list("pk", flat=True)[:20]):
                text = MARK[:longest] if not field.unique else f"{MARK[: longest - 6]}{str(pk)[-6:]}"
                try:
                    with transaction.atomic():
                        model._default_manager.filter(pk=pk).update(**{field.name: text})
                except Error:
                    continue  # a rule of the database takes no such text here
                written.add(f"{model._meta.label}.{field.name}")
    must = {
        "organization.Employee.surname",
        "organization.Branch.name",
        "patients.Patient.surname",
        "organization.Role.name",
    }
    assert must <= written
    assert len(written) > 30


def argument(name: str) -> object:
    """A row that exists for an argument of the url table."""
    by_name = {"patient": "patients.Patient", "entity": "organization.LegalEntity", "order": "billing.WorkOrder"}
    stem = name.removesuffix("_id")
    label = by_name.get(stem)
    for model in apps.get_models():
        if model._meta.label == label or (
            model._meta.app_label in APPS and model.__name__.lower() == stem.replace("_", "")
        ):
            row = model._default_manager.order_by("pk").first()
            return row.pk if row is not None else 1
    return 1


def pages() -> Iterator[str]:
    for route, _pattern in routes():
        if any(part in route for part in ("logout", "/logo/")):
            continue
        filled = re.sub(r"<int:(\w+)>", lambda found: str(argument(found[1])), route)
        filled = re.sub(r"\(\?P<pk>[^)]*\)", "1", filled)
        if "<" in filled or "(" in filled:
            continue
        yield filled.replace("^", "").replace("$", "").replace("\\Z", "")


def test_no_page_runs_what_somebody_typed(clinic, client_of, director):
    client = client_of(director)
    shown, wrong, opened = 0, [], 0
    for address in pages():
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(address, headers=headers)
            if response.status_code != 200:
                continue
            opened += 1
            text = b"".join(response).decode() if response.streaming else response.content.decode("utf-8", "replace")
            kind = response.headers["Content-Type"]
            if kind.startswith("text/html"):
                shown += "&lt;img src=x" in text
                if RUNS in text:
                    wrong.append(address)
            else:
                assert response.headers["X-Content-Type-Options"] == "nosniff", address
    assert wrong == []
    assert opened > 60, "the crawl reached the program"
    assert shown > 15, "and the payload was on its pages"


def test_a_toast_carries_text_not_markup(clinic, client_of, director, registrar):
    response = client_of(director).post(reverse("organization:login_unlock", args=[registrar.pk]))

    assert response["HX-Trigger"].isascii()
    assert RUNS not in response.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")', "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1", "\r=1",
        "+7+8+HYPERLINK(1)",
    ],
)  # fmt: skip
def test_no_exported_cell_becomes_a_formula(text):
    cell = b"".join(exports.csv_answer("x", ["h"], [[text]])).decode().splitlines()[-1]

    assert b"".join(exports.csv_answer("x", ["h"], [[text]])).decode().split("\n", 1)[1].lstrip('"').startswith("'")
    assert cell


@pytest.mark.parametrize("text", ["+7 916 123-45-67", "+7 (916) 123-45-67", "-1 200,50", "-5", "Иванова", "5 % → 10 %"])
def test_phones_and_numbers_are_exported_as_they_are(text):
    assert b"".join(exports.csv_answer("x", ["h"], [[text]])).decode().split("\n", 1)[1].strip() == text


def test_every_answer_says_what_a_browser_may_do_with_it(client_of, client, director):
    inside, wrong = client_of(director), []
    for address in pages():
        for browser in (inside, client):
            response = browser.get(address)
            headers = response.headers
            policy = headers.get("Content-Security-Policy", "")
            scripts = policy.partition("script-src")[2].partition(";")[0]
            is_right = (
                headers.get("X-Content-Type-Options") == "nosniff"
                and headers.get("X-Frame-Options") == "SAMEORIGIN"
                and headers.get("Referrer-Policy") == "same-origin"
                and "'self'" in scripts
                and "unsafe" not in scripts
                and "frame-ancestors 'self'" in policy
                and "object-src 'none'" in policy
            )
            if not is_right:
                wrong.append((address, response.status_code))
    assert wrong == []


def test_what_is_secret_is_in_no_history_no_page_and_no_export(client_of, client, director, registrar):
    import time

    import pyotp

    from organization.models import ApiToken, Pin, RecoveryCode, SecondFactor
    from organization.services.second_factor import secret_to_show
    from tests.factories.organization import PASSWORD

    actor = actor_of(registrar)
    services.set_pin(actor=actor, pin="48163")
    services.begin_second_factor(actor=actor)
    secret = secret_to_show(registrar.user)
    codes = services.confirm_second_factor(actor=actor, code=pyotp.TOTP(secret).at(int(time.time())))
    _token, key = services.issue_token(
        actor=actor_of(director), employee=registrar, role=registrar.roles.get(), label="сайт"
    )
    boss: Client = client_of(director)
    boss.post(
        reverse("organization:employee_login", args=[registrar.pk]),
        {"username": "registrar", "password": "told-to-the-person-1", "must_change_password": "on"},
        headers={"HX-Request": "true"},
    )
    registrar.user.refresh_from_db()
    hidden = [
        PASSWORD, "told-to-the-person-1", registrar.user.password, "48163", Pin.objects.get().digest, secret, *codes, key,
        SecondFactor.objects.get().sealed_secret, ApiToken.objects.get().digest, boss.session.session_key,
        *RecoveryCode.objects.values_list("digest", flat=True),
    ]  # fmt: skip

    seen = [
        b"".join(response).decode() if response.streaming else response.content.decode()
        for address in (
            reverse("organization:employee_detail", args=[registrar.pk]),
            reverse("organization:employee_history", args=[registrar.pk]),
            *(path for path in pages() if path.startswith("/settings/log/")),
        )
        for response in [boss.get(address)]
        if response.status_code == 200
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE '%event' AND schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            seen.append(cursor.fetchone()[0] or "")

    assert len(seen) > len(tables) + 3
    assert [word for word in hidden for text in seen if word in text] == []
