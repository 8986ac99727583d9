"""The overview's figures for other programs."""

import pytest

from tests.factories.organization import BranchFactory
from tests.factories.schedule import WorkShiftFactory

URL = "/api/v1/overview/"


@pytest.fixture
def api(client_of, director, branch):
    client = client_of(director, branch=branch)
    return lambda **query: client.get(URL, query)


def test_the_figures_are_those_of_the_documents(api, clinic, branch, doctor, patient):
    WorkShiftFactory(branch=branch, doctor=doctor, since="09:00", until="15:00")
    clinic.pay(clinic.invoice(clinic.order("5000.50", "3000")), cash="4000")
    clinic.advance(patient, card="700")
    clinic.refund(patient, "200", means="card")

    found = api().json()

    assert {name: found[name] for name in ("revenue", "received", "refunded", "receipts", "debt", "advance")} == {
        "revenue": "8000.50",
        "received": "4700.00",
        "refunded": "200.00",
        "receipts": "4500.00",
        "debt": "4000.50",
        "advance": "500.00",
    }
    assert (found["since"], found["until"], found["branches"]) == ("2026-11-01", "2026-11-23", [branch.pk])
    assert (found["finished"], found["load_percent"]) == (1, 8)
    assert found["debt_by_age"][0] == {"from_days": 0, "up_to_days": 30, "amount": "4000.50"}
    assert [row["means"] for row in found["means"]] == ["cash", "card", "qr", "transfer"]
    assert found["means"][1] == {"means": "card", "received": "700.00", "refunded": "200.00"}
    assert found["doctors"] == [
        {
            "doctor_id": doctor.pk,
            "name": doctor.short_name,
            "revenue": "8000.50",
            "finished": 1,
            "load_percent": 8,
        }
    ]
    assert found["new_patients"] == {"booked": 1, "came": 1, "booked_again": 0, "came_again": 0}


@pytest.mark.parametrize("query", [{"period": "decade"}, {"on": "23.11.2026"}, {"branch": "x"}])
def test_wrong_parameters_are_refused(api, now, query):
    response = api(**query)

    assert response.status_code == 400
    assert list(response.json()) == list(query)


def test_a_branch_that_is_not_ones_own_is_refused(client_of, director, registrar, api, now):
    assert api(branch="999999").status_code == 400
    other = BranchFactory()
    assert api(branch=str(other.pk)).json()["branches"] == [other.pk]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_for_reading_only(client_of, director, method):
    assert getattr(client_of(director), method)(URL).status_code in (403, 405)
