"""The card asks each table once, whatever the history."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import modules
from patients.selectors import PatientCard, card_details
from patients.views.cards import head_context, overview_context
from schedule.enums import AppointmentState
from tests.factories.billing import an_invoice, an_order
from tests.factories.patients import AcquisitionChannelFactory, PatientFactory, PatientNoteFactory, family_of
from tests.factories.schedule import AppointmentFactory

pytestmark = pytest.mark.django_db


def asked_by(actor, patient) -> list[str]:
    """What the first page of the card asks beside the patient's own row."""
    card = PatientCard(actor=actor, patient=patient, with_family=True)
    with modules.remembered_state(), CaptureQueriesContext(connection) as queries:
        head_context(card)
        overview_context(card)
        assert card.facts
        assert card.details
        assert card.members is not None
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("visits", [1, 12])
def test_the_first_page_asks_seven_questions_whatever_the_history(desk, doctor, branch, visits):
    patient = PatientFactory(phone="+79161234567")
    for number in range(visits):
        AppointmentFactory(
            branch=branch,
            doctor=doctor,
            patient=patient,
            on=date(2026, 10, 1) + timedelta(days=number),
            state=AppointmentState.FINISHED,
        )
        an_invoice("100", branch=branch, patient=patient)
        an_order("100", branch=branch, patient=patient)
        PatientNoteFactory(patient=patient)

    # the details, two answers of facts, two for the appointments, two for the money
    assert len(asked_by(desk, patient)) == 7


@pytest.mark.parametrize("others", [1, 3])
def test_relatives_cost_one_question_more_with_all_that_is_known_of_them(desk, others):
    patient = PatientFactory()
    family_of(patient, *PatientFactory.create_batch(others))

    assert len(asked_by(desk, patient)) == 8


def test_details_are_in_the_order_they_are_shown(desk, doctor, chairside, branch):
    patient = PatientFactory(
        phone="+79161234567", attending=doctor, home_branch=branch, channel=AcquisitionChannelFactory()
    )
    first = PatientNoteFactory(patient=patient)
    last = PatientNoteFactory(patient=patient)

    details = card_details(actor=desk, patient_id=patient.pk)

    assert [(phone.text, phone.number) for phone in details.phones] == [("+7 (916) 123-45-67", "+79161234567")]
    assert [entry.doctor for entry in details.attending] == [doctor.short_name]
    assert [note.pk for note in details.notes] == [last.pk, first.pk]
    assert (details.channel, details.home_branch) == (patient.channel.name, branch.name)
    masked = card_details(actor=chairside, patient_id=patient.pk).phones
    assert [(phone.text, phone.number) for phone in masked] == [("••• 45-67", "")]


def test_a_card_with_nothing_beside_it_has_empty_details(desk):
    details = card_details(actor=desk, patient_id=PatientFactory().pk)

    assert (details.phones, details.attending, details.notes, details.channel) == ((), (), (), "")
