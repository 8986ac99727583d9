"""Refusals are readable, small when only a part was asked for, and JSON for the API."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from core import error_pages

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def test_what_is_not_there_is_said_on_a_page_in_a_part_and_over_the_api(client_of, registrar):
    client = client_of(registrar)

    page = client.get("/nowhere/")
    part = client.get("/nowhere/", headers=HTMX)
    api = client.get("/api/v1/nowhere/")

    assert (page.status_code, part.status_code, api.status_code) == (404, 404, 404)
    assert "z-error-code" in page.content.decode()
    assert '"toast"' in part["HX-Trigger"]
    assert "detail" in api.json()


def test_a_right_that_is_missing_is_said_in_words(client_of, registrar):
    response = client_of(registrar).get(reverse("organization:role_list"))

    assert response.status_code == 403
    assert "z-error-code" in response.content.decode()


def test_a_form_older_than_the_session_is_refused_with_what_to_do(registrar):
    client = Client(enforce_csrf_checks=True)

    page = client.post(reverse("organization:login"), {"username": "x", "password": "y"})
    part = client.post(reverse("organization:login"), {"username": "x", "password": "y"}, headers=HTMX)

    assert (page.status_code, part.status_code) == (403, 403)
    assert "data-back" in page.content.decode()
    assert '"toast"' in part["HX-Trigger"]


def test_a_crash_gives_the_person_the_number_the_log_has(caplog):
    request = RequestFactory().get("/patients/")

    page = error_pages.server_error(request).content.decode()

    logged = caplog.records[-1].getMessage().split()[1]
    assert f"№ {logged}" in page
