"""Directories modules declare: entries are added, renamed, put away, never deleted."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import journal
from core.modules import registry
from patients.models import AcquisitionChannel
from schedule.models import CancelReason
from tests.factories.patients import AcquisitionChannelFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client_of, director):
    return client_of(director)


def test_every_declared_directory_can_be_put_away_and_has_unique_names():
    for directory in registry.entries("directories"):
        model = apps.get_model(directory.model)
        assert hasattr(model, "archived_at")
        assert model._meta.get_field("name").unique
        assert set(directory.fields) <= {field.name for field in model._meta.fields}


def test_an_entry_is_added_renamed_and_put_away(client):
    client.post(reverse("organization:entry_add", args=["channels"]), {"name": "Карты"}, headers=HTMX)
    entry = AcquisitionChannel.objects.get(name="Карты")
    url = reverse("organization:entry_change", args=["channels", entry.pk])

    client.post(url, {"name": "Яндекс Карты"}, headers=HTMX)
    client.post(reverse("organization:entry_archive", args=["channels", entry.pk]), headers=HTMX)

    entry.refresh_from_db()
    assert entry.name == "Яндекс Карты"
    assert entry.is_archived
    assert "Яндекс Карты" not in client.get("/settings/directories/").content.decode()
    assert "Яндекс Карты" in client.get("/settings/directories/?archived=1").content.decode()


def test_it_can_be_taken_back(client):
    entry = AcquisitionChannelFactory(archived_at="2026-01-01T00:00Z")

    client.post(reverse("organization:entry_archive", args=["channels", entry.pk]), {"restore": "1"}, headers=HTMX)

    entry.refresh_from_db()
    assert not entry.is_archived


def test_a_taken_name_is_told_beside_the_field_and_the_text_kept(client):
    AcquisitionChannelFactory(name="Карты")

    answer = client.post(reverse("organization:entry_add", args=["channels"]), {"name": "Карты"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
    assert 'value="Карты"' in answer.content.decode()


def test_a_reason_of_a_cancellation_says_whose_it_is(client):
    client.post(
        reverse("organization:entry_add", args=["cancel-reasons"]),
        {"name": "Сломалось кресло", "side": "clinic", "order": "10"},
        headers=HTMX,
    )

    assert CancelReason.objects.get(name="Сломалось кресло").side == "clinic"


@pytest.mark.parametrize("code", ["nobody", "specialties"])
def test_an_unknown_directory_is_not_found(client, code):
    assert client.get(f"/settings/directories/{code}/add/", headers=HTMX).status_code == 404


def test_only_who_may_changes_entries(client_of, registrar):
    entry = AcquisitionChannelFactory()
    url = reverse("organization:entry_archive", args=["channels", entry.pk])

    assert client_of(registrar).post(url, headers=HTMX).status_code == 403


def test_the_log_tells_who_put_an_entry_away(client, as_actor, director):
    entry = AcquisitionChannelFactory(name="Карты")
    client.post(reverse("organization:entry_archive", args=["channels", entry.pk]), headers=HTMX)

    entries = journal.page(as_actor(director), journal.Asked(kind="card_directories"))[0]

    assert "Орлова" in entries[0].person
    assert "Карты" in entries[0].line.subject


def test_the_page_costs_the_same_with_few_and_many_entries(client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/directories/")
        return len(queries)

    cost()
    few = cost()
    AcquisitionChannelFactory.create_batch(5)

    assert cost() == few
