from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import ChangedByOther
from patients import errors, services
from patients.models import Patient
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def found_by(text: str) -> set[str]:
    return {patient.short_name for patient in Patient.objects.found_by(text)}


def refreshed(patient: Patient) -> Patient:
    return Patient.objects.get(pk=patient.pk)


def test_a_card_gets_the_next_number_and_tidied_names(desk, facts):
    first = services.add_patient(actor=desk, surname="  ИВАНОВА ", name="анна", patronymic="петровна")
    second = services.add_patient(actor=desk, surname="Петров")

    assert (first.full_name, first.sex) == ("Иванова Анна Петровна", "f")
    assert second.card_number == first.card_number + 1
    assert first.home_branch_id == desk.branch_id
    assert first.created_by_id == desk.employee_id
    assert facts() == ["PatientAdded", "PatientAdded"]


def test_a_refused_card_gives_its_number_back(desk):
    first = services.add_patient(actor=desk, surname="Иванова", phone="89161234567")
    with pytest.raises(errors.PossibleDuplicate):
        services.add_patient(actor=desk, surname="Петрова", phone="+7 916 123-45-67")

    third = services.add_patient(actor=desk, surname="Сидорова")

    assert third.card_number == first.card_number + 1


@pytest.mark.parametrize(
    ("patronymic", "sex"),
    [("Ильинична", "f"), ("Ильич", "m"), ("Гусейн кызы", "f"), ("Гусейн оглы", "m"), ("", ""), ("Ван", "")],
)
def test_sex_is_told_from_the_patronymic(desk, patronymic, sex):
    assert services.add_patient(actor=desk, surname="Ким", patronymic=patronymic).sex == sex


def test_given_sex_is_not_guessed_over(desk):
    assert services.add_patient(actor=desk, surname="Ким", patronymic="Петровна", sex="m").sex == "m"


def test_phone_is_kept_normalised_as_the_main_one(desk):
    patient = services.add_patient(actor=desk, surname="Ким", phone="8 (916) 123-45-67", phone_note=" мама ")

    phone = patient.phones.get()
    assert (phone.number, phone.note, phone.is_main) == ("+79161234567", "мама", True)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_card_needs_a_surname(desk, text):
    with pytest.raises(errors.SurnameMissing):
        services.add_patient(actor=desk, surname=text)


@pytest.mark.parametrize("days", [1, -365 * 140])
def test_an_impossible_birth_date_is_refused(desk, days):
    with pytest.raises(errors.BirthDateImpossible):
        services.add_patient(actor=desk, surname="Ким", born_on=timezone.localdate() + timedelta(days=days))


@pytest.mark.parametrize("fields", [{"surname": "Ким2"}, {"surname": "Ким", "phone": "123"}])
def test_what_is_no_name_or_phone_is_refused(desk, fields):
    with pytest.raises(ValidationError):
        services.add_patient(actor=desk, **fields)
    assert not Patient.objects.exists()


# Duplicates


def test_the_same_phone_names_every_holder(desk):
    mother = PatientFactory(surname="Ким", phone="+79161234567")
    child = PatientFactory(surname="Ким", name="Юля", phone="+79161234567")
    PatientFactory(surname="Ким", name="Олег", phone="+79161234568")

    with pytest.raises(errors.PossibleDuplicate) as refusal:
        services.add_patient(actor=desk, surname="Ли", phone="89161234567")

    assert {found.patient for found in refusal.value.candidates} == {mother, child}


@pytest.mark.parametrize(
    "again",
    [
        {"surname": "Ёлкина", "name": "Анна"},
        {"surname": "ЕЛКИНА", "name": "анна", "patronymic": "Сергеевна"},
        {"surname": "Иванова", "name": "Анна"},
    ],
    ids=["the same", "ё as е, other patronymic", "former surname"],
)
def test_the_same_name_and_birth_date_is_a_possible_duplicate(desk, again):
    PatientFactory(surname="Ёлкина", former_surname="Иванова", name="Анна", born_on=date(1990, 5, 1))

    with pytest.raises(errors.PossibleDuplicate):
        services.add_patient(actor=desk, born_on=date(1990, 5, 1), **again)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Анна", "born_on": date(1990, 5, 2)},
        {"name": "Алла", "born_on": date(1990, 5, 1)},
        {"name": "Анна"},
    ],
    ids=["another day", "a twin", "birth date not known"],
)
def test_another_person_of_that_surname_is_no_duplicate(desk, other):
    PatientFactory(surname="Ёлкина", name="Анна", born_on=date(1990, 5, 1))

    assert services.add_patient(actor=desk, surname="Ёлкина", **other).pk


def test_a_confirmed_namesake_is_saved_and_the_history_says_whom_it_resembled(desk):
    first = PatientFactory(surname="Ким", phone="+79161234567")

    second = services.add_patient(actor=desk, surname="Ким", phone="+79161234567", confirmed_different=True)

    assert second.history.get().pgh_context["similar_to"] == [first.pk]


def test_archived_cards_are_candidates_too(desk):
    PatientFactory(surname="Ким", phone="+79161234567", archived=True)

    with pytest.raises(errors.PossibleDuplicate):
        services.add_patient(actor=desk, surname="Ким", phone="+79161234567")


# Changing


def test_a_woman_who_changed_her_surname_is_found_by_both(desk):
    patient = services.add_patient(actor=desk, surname="Иванова", name="Анна", patronymic="Петровна")

    changed = services.change_patient(actor=desk, patient=patient, version=1, surname="Кузнецова")

    assert changed.former_surname == "Иванова"
    assert found_by("ивано") == found_by("кузн") == {"Кузнецова А. П."}


def test_another_spelling_of_the_surname_is_no_former_one(desk):
    patient = PatientFactory(surname="Королева")

    assert services.change_patient(actor=desk, patient=patient, version=1, surname="Королёва").former_surname == ""


def test_a_former_surname_given_explicitly_stays_as_given(desk):
    patient = PatientFactory(surname="Ивонова", former_surname="Белова")

    changed = services.change_patient(actor=desk, patient=patient, version=1, surname="Иванова", former_surname="")

    assert (changed.surname, changed.former_surname) == ("Иванова", "")


def test_saving_over_a_newer_version_is_refused(desk):
    patient = PatientFactory()
    services.change_patient(actor=desk, patient=patient, version=1, allergy="латекс")

    with pytest.raises(ChangedByOther) as refusal:
        services.change_patient(actor=desk, patient=patient, version=1, allergy="")

    assert refusal.value.theirs.allergy == "латекс"
    assert refreshed(patient).allergy == "латекс"


def test_a_save_without_changes_makes_no_new_version(desk, facts):
    patient = PatientFactory()

    services.change_patient(actor=desk, patient=patient, version=1, surname=patient.surname)

    assert refreshed(patient).version == 1
    assert facts() == []


def test_do_not_book_needs_its_reason(desk):
    patient = PatientFactory()

    with pytest.raises(errors.ForbiddenWithoutReason):
        services.change_patient(actor=desk, patient=patient, version=1, is_booking_forbidden=True)

    assert not refreshed(patient).is_booking_forbidden


def test_allowing_to_book_again_forgets_the_reason(desk):
    patient = PatientFactory(forbidden=True)

    changed = services.change_patient(actor=desk, patient=patient, version=1, is_booking_forbidden=False)

    assert changed.booking_forbidden_reason == ""


def test_the_index_order_follows_a_new_name(desk):
    patient = PatientFactory(surname="Яковлева")

    services.change_patient(actor=desk, patient=patient, version=1, surname="Ёлкина")

    assert refreshed(patient).sort_key.startswith("елкина")


# Phones


def test_phones_are_exactly_those_given_the_first_is_main_and_all_are_found(desk):
    patient = PatientFactory(phone="+79160000001")

    services.set_phones(
        actor=desk,
        patient=patient,
        version=1,
        entries=[services.PhoneEntry("89160002233"), services.PhoneEntry("84951112233", "мама")],
    )

    assert list(patient.phones.values_list("number", "note", "is_main")) == [
        ("+79160002233", "", True),
        ("+74951112233", "мама", False),
    ]
    assert Patient.objects.found_by("111-22-33").get() == patient
    assert not Patient.objects.found_by("9160000001").exists()


def test_the_main_phone_may_change_places(desk):
    patient = PatientFactory(phone="+79160000001")
    entries = [services.PhoneEntry("+79160000002"), services.PhoneEntry("+79160000001")]

    services.set_phones(actor=desk, patient=patient, version=1, entries=entries)
    services.set_phones(actor=desk, patient=patient, version=2, entries=entries[::-1])

    assert [phone.number for phone in patient.phones.all()] == ["+79160000001", "+79160000002"]


def test_one_phone_twice_is_refused(desk):
    entries = [services.PhoneEntry("+79160000001"), services.PhoneEntry("89160000001")]

    with pytest.raises(errors.PhoneTwice, match="916"):
        services.set_phones(actor=desk, patient=PatientFactory(), version=1, entries=entries)


def test_phones_are_not_set_over_a_newer_version(desk):
    patient = PatientFactory(phone="+79160000001")
    services.set_phones(actor=desk, patient=patient, version=1, entries=[])

    with pytest.raises(ChangedByOther):
        services.set_phones(actor=desk, patient=patient, version=1, entries=[])


# Archive


def test_archive_needs_a_reason_and_restore_brings_back(desk, facts):
    patient = PatientFactory()
    with pytest.raises(errors.ArchiveReasonMissing):
        services.archive_patient(actor=desk, patient=patient, reason=" ")

    services.archive_patient(actor=desk, patient=patient, reason="переехала")
    assert (refreshed(patient).is_archived, refreshed(patient).archive_reason) == (True, "переехала")

    services.restore_patient(actor=desk, patient=patient)
    services.restore_patient(actor=desk, patient=patient)
    assert not refreshed(patient).is_archived
    assert facts() == ["PatientArchived", "PatientRestored"]


# Notes


def test_a_note_keeps_its_author_and_is_put_away_not_deleted(desk):
    note = services.add_note(actor=desk, patient=PatientFactory(), text=" звонить после 10 ")
    services.archive_note(actor=desk, note=note)

    note.refresh_from_db()
    assert (note.text, note.created_by_id) == ("звонить после 10", desk.employee_id)
    assert note.archived_at is not None


def test_an_empty_note_is_refused(desk):
    with pytest.raises(errors.NoteEmpty):
        services.add_note(actor=desk, patient=PatientFactory(), text=" \n")


# Openings


def test_an_opening_keeps_who_under_which_role_and_from_where(chairside):
    patient = PatientFactory()

    services.record_opening(actor=chairside, patient_id=patient.pk, page="card", address="10.0.0.7")

    row = patient.openings.get()
    assert (row.employee_id, row.role_name, row.page, row.address) == (
        chairside.employee_id,
        chairside.role_name,
        "card",
        "10.0.0.7",
    )
