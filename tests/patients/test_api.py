import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import CardOpening, Patient
from tests.factories.organization import BranchFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/patients/"


@pytest.fixture
def at_desk(registrar, client_of):
    browser = client_of(registrar)
    browser.get(ROOT)  # the first request writes into the session that somebody is there
    return browser


@pytest.fixture
def at_chair(doctor, client_of):
    return client_of(doctor)


def send(browser, method: str, address: str, data: dict):
    return getattr(browser, method)(address, data, content_type="application/json")


def test_a_card_is_made_with_its_phones(at_desk):
    phones = [{"number": "8 916 123-45-67"}, {"number": "+74951112233", "note": "мама"}]

    response = send(at_desk, "post", ROOT, {"surname": "ким", "phones": phones, "born_on": "1985-03-14"})

    assert response.status_code == 201
    assert response.json()["phones"] == [
        {"number": "+79161234567", "note": "", "is_main": True},
        {"number": "+74951112233", "note": "мама", "is_main": False},
    ]
    assert (response.json()["surname"], response.json()["version"]) == ("Ким", 1)


def test_bad_fields_answer_400_by_name_and_nothing_is_saved(at_desk):
    response = send(at_desk, "post", ROOT, {"surname": "Ким1", "phones": [{"number": "1"}], "snils": "1"})

    assert response.status_code == 400
    assert set(response.json()) == {"surname", "phones", "snils"}
    assert not Patient.objects.exists()


def test_a_possible_duplicate_answers_409_with_the_cards_until_confirmed(at_desk):
    first = PatientFactory(phone="+79161234567")
    card = {"surname": "Ли", "phones": [{"number": "+79161234567"}]}

    refused = send(at_desk, "post", ROOT, card)
    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["candidates"]) == ("possible_duplicate", [first.pk])

    assert send(at_desk, "post", ROOT, {**card, "confirmed_different": True}).status_code == 201


def test_another_phone_of_a_new_card_is_looked_for_too(at_desk):
    PatientFactory(phone="+79161234567")
    phones = [{"number": "+79160000000"}, {"number": "+79161234567"}]

    assert send(at_desk, "post", ROOT, {"surname": "Ли", "phones": phones}).status_code == 409


def test_a_change_over_a_newer_version_answers_412(at_desk):
    patient = PatientFactory()
    address = f"{ROOT}{patient.pk}/"

    assert send(at_desk, "patch", address, {"allergy": "йод", "version": 1}).json()["version"] == 2
    assert send(at_desk, "patch", address, {"allergy": "", "version": 1}).status_code == 412


def test_a_change_touches_only_what_is_given(at_desk):
    patient = PatientFactory(phone="+79161234567", allergy="йод")

    response = send(at_desk, "patch", f"{ROOT}{patient.pk}/", {"patronymic": ""})

    assert response.json()["patronymic"] == ""
    assert response.json()["allergy"] == "йод"
    assert len(response.json()["phones"]) == 1


def test_phones_given_replace_those_of_the_card(at_desk):
    patient = PatientFactory(phone="+79161234567")

    response = send(at_desk, "patch", f"{ROOT}{patient.pk}/", {"phones": [{"number": "+79160000000"}]})

    assert [phone["number"] for phone in response.json()["phones"]] == ["+79160000000"]


def test_a_foreign_branch_is_not_given(at_desk):
    response = send(at_desk, "post", ROOT, {"surname": "Ким", "home_branch": BranchFactory().pk})

    assert response.status_code == 400


def test_the_list_is_searched_and_filtered(at_desk):
    found = PatientFactory(surname="Ёлкина")
    PatientFactory(surname="Петров")
    archived = PatientFactory(surname="Ёжиков", archived=True)

    def ids(**query: str) -> list[int]:
        return [row["id"] for row in at_desk.get(ROOT, query).json()["results"]]

    assert ids(q="ел") == [found.pk]
    assert ids(state="archived") == [archived.pk]
    assert at_desk.get(f"{ROOT}{archived.pk}/").status_code == 200


def test_a_doctor_gets_own_patients_only_with_masked_phones_and_the_count_tells_no_more(at_chair, doctor):
    own = PatientFactory(attending=doctor, phone="+79161234567")
    foreign = PatientFactory()

    listed = at_chair.get(ROOT).json()

    assert (listed["count"], [row["id"] for row in listed["results"]]) == (1, [own.pk])
    assert listed["results"][0]["phones"][0]["number"] == "••• 45-67"
    assert at_chair.get(f"{ROOT}{foreign.pk}/").status_code == 404
    assert send(at_chair, "post", ROOT, {"surname": "Ким"}).status_code == 403
    assert send(at_chair, "patch", f"{ROOT}{own.pk}/", {"allergy": "йод"}).status_code == 403


def test_opening_a_card_by_the_api_is_logged(at_desk):
    patient = PatientFactory()

    at_desk.get(f"{ROOT}{patient.pk}/")
    at_desk.get(ROOT)

    assert list(CardOpening.objects.values_list("patient_id", "page")) == [(patient.pk, "api")]


def test_nobody_signed_in_gets_nothing(client):
    assert client.get(ROOT).status_code in {401, 403}


def test_the_list_costs_the_same_with_one_and_with_three(at_desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at_desk.get(ROOT)
        return len(captured)

    PatientFactory(phone="+79161234567")
    with_one = queries()
    PatientFactory(phone="+79161234568")
    PatientFactory(phone="+79161234569")

    assert queries() == with_one


def test_the_schema_has_no_warnings(capsys):
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)

    assert set(schema["paths"]["/api/v1/patients/"]) == {"get", "post"}
    warnings = [line for line in capsys.readouterr().err.splitlines() if "Patient" in line]
    assert [line for line in warnings if "authenticator" not in line] == []
