from datetime import date

import pytest
from django.core.exceptions import ValidationError

from patients import errors, services
from patients.models import Patient
from tests.factories.organization import EmployeeFactory, SpecialtyFactory
from tests.factories.patients import PatientFactory, family_of

pytestmark = pytest.mark.django_db


def kinship(patient: Patient) -> str:
    return Patient.objects.get(pk=patient.pk).kinship


def is_in_family(patient: Patient) -> bool:
    return Patient.objects.get(pk=patient.pk).family_id is not None


def test_the_first_relative_becomes_the_head(desk, facts):
    mother, child = PatientFactory(), PatientFactory(name="Юля")

    services.join_family(actor=desk, patient=child, relative=mother, kinship="child")

    assert (kinship(mother), kinship(child)) == ("head", "child")
    assert facts() == ["FamilyJoined"]


def test_a_new_head_takes_the_old_ones_place(desk):
    mother, child, father = PatientFactory(), PatientFactory(), PatientFactory()
    family_of(mother, child)

    services.join_family(actor=desk, patient=father, relative=child, kinship="head")

    assert (kinship(father), kinship(mother), kinship(child)) == ("head", "other", "child")


def test_joining_again_changes_only_what_one_is_to_the_head(desk):
    mother, child = PatientFactory(), PatientFactory()
    family = family_of(mother, child)

    joined = services.join_family(actor=desk, patient=child, relative=mother, kinship="other")

    assert (joined.family_id, joined.kinship) == (family.pk, "other")


def test_nobody_belongs_to_two_families(desk):
    one, other = PatientFactory(), PatientFactory()
    family_of(one, PatientFactory())
    family_of(other, PatientFactory())

    with pytest.raises(errors.InAnotherFamily):
        services.join_family(actor=desk, patient=one, relative=other)


def test_nobody_is_a_relative_of_themselves(desk):
    patient = PatientFactory()

    with pytest.raises(errors.NotOwnRelative):
        services.join_family(actor=desk, patient=patient, relative=patient)


def test_when_the_head_leaves_the_longest_known_member_becomes_it(desk, facts):
    mother, son, daughter = PatientFactory(), PatientFactory(), PatientFactory()
    family_of(mother, son, daughter)

    services.leave_family(actor=desk, patient=Patient.objects.get(pk=mother.pk))

    assert not is_in_family(mother)
    assert (kinship(son), kinship(daughter)) == ("head", "child")
    assert facts() == ["FamilyLeft"]


def test_one_alone_is_no_family(desk):
    mother, child = PatientFactory(), PatientFactory()
    family_of(mother, child)

    services.leave_family(actor=desk, patient=Patient.objects.get(pk=child.pk))

    assert not is_in_family(mother)
    assert kinship(mother) == ""


def test_leaving_without_a_family_is_refused(desk):
    with pytest.raises(errors.NotInFamily):
        services.leave_family(actor=desk, patient=PatientFactory())


# Attending doctors


def test_one_attending_doctor_for_each_speciality(desk, doctor, other_doctor):
    patient, specialty = PatientFactory(), doctor.specialties.get()

    services.set_attending(actor=desk, patient=patient, specialty=specialty, doctor=doctor)
    services.set_attending(actor=desk, patient=patient, specialty=specialty, doctor=other_doctor)

    assert [entry.doctor for entry in patient.attending.all()] == [other_doctor]


def test_no_doctor_means_nobody_attends(desk, doctor):
    patient = PatientFactory(attending=doctor)

    services.set_attending(actor=desk, patient=patient, specialty=doctor.specialties.get(), doctor=None)

    assert not patient.attending.exists()


def test_a_doctor_attends_by_a_speciality_they_have(desk, doctor):
    with pytest.raises(errors.DoctorLacksSpecialty):
        services.set_attending(
            actor=desk, patient=PatientFactory(), specialty=SpecialtyFactory(name="Хирург"), doctor=doctor
        )


def test_several_attending_doctors_are_set_all_or_none(desk, doctor, branch):
    patient, surgery = PatientFactory(), SpecialtyFactory(name="Хирург")
    assistant = EmployeeFactory(branch=branch)

    with pytest.raises(errors.DoctorLacksSpecialty):
        services.set_attending_doctors(
            actor=desk, patient=patient, doctors={doctor.specialties.get(): doctor, surgery: assistant}
        )

    assert not patient.attending.exists()


def test_a_child_added_by_the_mothers_phone_comes_into_her_family(desk):
    mother = PatientFactory(phone="+79161234567")

    child = services.add_relative(
        actor=desk, relative=mother, surname="Ким", phone="89161234567", born_on=date(2020, 1, 1)
    )

    assert (kinship(mother), kinship(child)) == ("head", "child")


def test_a_relative_who_cannot_join_is_not_saved_either(desk):
    with pytest.raises(ValidationError):
        services.add_relative(actor=desk, relative=PatientFactory(), surname="Ким2")

    assert Patient.objects.count() == 1
