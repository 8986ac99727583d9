"""Cards of the card index. Minimal, valid, found by the search as real ones are; situations as traits."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.counters import next_number
from core.phones import normalise_phone
from patients.lexemes import card_lexemes
from patients.models import AcquisitionChannel, AttendingDoctor, Family, Patient, PatientNote, PatientPhone


class AcquisitionChannelFactory(DjangoModelFactory):
    class Meta:
        model = AcquisitionChannel
        django_get_or_create = ("name",)

    name = "Рекомендация"


class PatientFactory(DjangoModelFactory):
    """A patient; ``phone="+7 916 123-45-67"`` gives a main phone, ``attending=doctor`` an attending doctor."""

    class Meta:
        model = Patient
        skip_postgeneration_save = True

    class Params:
        archived = factory.Trait(archived_at=factory.LazyFunction(timezone.now), archive_reason="переехал")
        forbidden = factory.Trait(is_booking_forbidden=True, booking_forbidden_reason="три неявки подряд")

    card_number = factory.LazyFunction(lambda: next_number("card"))
    surname = "Иванова"
    name = "Анна"
    patronymic = "Петровна"

    @factory.post_generation
    def phone(self, create, extracted, **kwargs):
        if extracted:
            PatientPhone.objects.create(patient=self, number=normalise_phone(extracted), is_main=True)
        refresh_lexemes(self)

    @factory.post_generation
    def attending(self, create, extracted, **kwargs):
        if extracted:
            AttendingDoctorFactory(patient=self, doctor=extracted, specialty=extracted.specialties.first())


class AttendingDoctorFactory(DjangoModelFactory):
    class Meta:
        model = AttendingDoctor

    since_on = date(2026, 1, 12)


class PatientNoteFactory(DjangoModelFactory):
    class Meta:
        model = PatientNote

    patient = factory.SubFactory(PatientFactory)
    text = "Звонить после десяти."


def refresh_lexemes(patient: Patient) -> None:
    """After a phone was added past the services."""
    numbers = patient.phones.values_list("number", flat=True)
    Patient.objects.filter(pk=patient.pk).update(search=card_lexemes(patient, numbers))


def family_of(head: Patient, *others: Patient) -> Family:
    """One family; the first patient is its head, the others are children."""
    family = Family.objects.create()
    for patient in (head, *others):
        patient.family = family
        patient.kinship = "head" if patient is head else "child"
        patient.save(update_fields=["family", "kinship"])
    return family
