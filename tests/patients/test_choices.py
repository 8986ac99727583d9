"""Options of the card index do what they say: mandatory fields, masked phones, the writing of card numbers."""

from datetime import date

import pytest
from django.urls import reverse

from patients import services
from patients.display import card_number_text, phone_text
from patients.errors import FieldsMissing
from patients.models import Patient
from patients.services import PhoneEntry
from tests.factories.options import choose
from tests.factories.patients import AcquisitionChannelFactory, PatientFactory

pytestmark = pytest.mark.django_db
PHONE = "+7 916 123-45-67"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def demand(registrar):
    """Let the front desk have to fill these in."""
    role = registrar.roles.get()
    return lambda *names: choose("patients.required_fields", {str(role.pk): list(names)})


class TestMandatoryFields:
    def test_all_that_is_missing_is_told_at_once_in_the_order_of_the_card(self, desk, demand):
        demand("snils", "born_on", "phone")

        with pytest.raises(FieldsMissing) as refusal:
            services.add_patient(actor=desk, surname="Иванова")

        assert refusal.value.missing == ("born_on", "phone", "snils")

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("name", {"name": "Анна"}),
            ("patronymic", {"patronymic": "Петровна"}),
            ("born_on", {"born_on": date(1990, 1, 2)}),
            ("sex", {"sex": "f"}),
            ("sex", {"patronymic": "Петровна"}),  # told from the patronymic
            ("phone", {"phone": PHONE}),
            ("phone", {"more_phones": [PhoneEntry(PHONE)]}),
            ("address", {"address": "Ленина, 1"}),
            ("snils", {"snils": "11223344595"}),
            ("email", {"email": "a@example.com"}),
        ],
    )
    def test_each_field_is_asked_for_and_taken(self, desk, demand, name, given):
        demand(name)
        if "born_on" in given:
            from datetime import date

            given = {"born_on": date(1990, 1, 2)}
        with pytest.raises(FieldsMissing):
            services.add_patient(actor=desk, surname="Иванова")

        assert services.add_patient(actor=desk, surname="Иванова", **given).pk

    def test_a_channel_is_asked_for_and_taken(self, desk, demand):
        demand("channel")
        with pytest.raises(FieldsMissing):
            services.add_patient(actor=desk, surname="Иванова")

        assert services.add_patient(actor=desk, surname="Иванова", channel=AcquisitionChannelFactory()).pk

    def test_a_draft_of_a_phone_call_needs_the_surname_alone(self, desk, demand):
        demand("born_on", "phone")

        assert services.add_patient(actor=desk, surname="Иванова", is_draft=True).pk

    def test_another_role_is_not_asked(self, director, as_actor, demand):
        demand("snils")

        assert services.add_patient(actor=as_actor(director), surname="Иванова").pk

    def test_a_change_of_an_incomplete_card_says_what_is_missing(self, desk, demand):
        patient = PatientFactory(address="")
        demand("address")

        with pytest.raises(FieldsMissing):
            services.change_patient(actor=desk, patient=patient, version=patient.version, comment="Звонить после шести")
        services.change_patient(
            actor=desk, patient=patient, version=patient.version, comment="Звонить после шести", is_draft=True
        )

    def test_a_draft_may_lack_but_not_lose(self, desk, demand):
        patient = PatientFactory(address="Ленина, 1")
        demand("address")

        with pytest.raises(FieldsMissing):
            services.change_patient(actor=desk, patient=patient, version=patient.version, address="", is_draft=True)

    def test_phones_alone_ask_for_phones_alone(self, desk, demand):
        patient = PatientFactory(address="")
        demand("address", "phone")

        services.set_phones(actor=desk, patient=patient, version=patient.version, entries=[PhoneEntry(PHONE)])
        patient.refresh_from_db()
        with pytest.raises(FieldsMissing) as refusal:
            services.set_phones(actor=desk, patient=patient, version=patient.version, entries=[])

        assert refusal.value.missing == ("phone",)

    def test_the_form_tells_beside_each_field_and_offers_the_draft(self, client_of, registrar, demand):
        demand("born_on", "address")
        desk = client_of(registrar)

        refused = desk.post(reverse("patients:patient_add"), {"surname": "Иванова"}, headers=HTMX)

        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'id="id_born_on_error"' in page
        assert 'id="id_address_error"' in page
        assert 'name="is_draft"' in page
        desk.post(reverse("patients:patient_add"), {"surname": "Иванова", "is_draft": "on"}, headers=HTMX)
        assert Patient.objects.get().surname == "Иванова"

    def test_an_existing_card_opens_and_refuses_beside_the_field(self, client_of, registrar, demand):
        patient = PatientFactory(address="")
        demand("address")
        desk, url = client_of(registrar), reverse("patients:patient_change", args=[patient.pk])

        opened = desk.get(url, headers=HTMX)
        form = opened.context["form"]
        data = {**form.opened_with(), **{f.html_name: f.value() or "" for f in form}, "version": patient.version}
        refused = desk.post(url, {**data, "is_booking_forbidden": ""}, headers=HTMX)

        assert opened.status_code == 200
        assert refused.status_code == 422
        assert 'id="id_address_error"' in refused.content.decode()

    def test_the_api_asks_the_same_and_takes_drafts(self, client_of, registrar, demand):
        demand("snils")
        desk = client_of(registrar)

        refused = desk.post("/api/v1/patients/", {"surname": "Иванова"}, content_type="application/json")
        taken = desk.post(
            "/api/v1/patients/", {"surname": "Иванова", "is_draft": True}, content_type="application/json"
        )

        assert (refused.status_code, refused.json()["code"]) == (409, "fields_missing")
        assert taken.status_code == 201


@pytest.mark.parametrize(
    ("digits", "shown"), [(0, "•••"), (1, "••• 7"), (2, "••• 67"), (3, "••• 5-67"), (4, "••• 45-67")]
)
def test_how_many_digits_of_a_masked_phone_are_seen(db, digits, shown):
    choose("patients.shown_digits", digits)

    assert phone_text("+79161234567", is_whole=False) == shown


def test_how_a_card_number_is_written(db):
    assert card_number_text(4318) == "004318"

    choose("patients.card_number_form", "К-{number}")
    choose("patients.card_number_digits", 4)

    assert card_number_text(4318) == "К-4318"
