"""Attending doctors (лечащие врачи)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from organization.models import Employee, EmployeeSpecialty, Specialty
from patients.errors import DoctorLacksSpecialty
from patients.models import AttendingDoctor, Patient
from patients.services.cards import locked


@transaction.atomic
def set_attending_doctors(*, actor: Actor, patient: Patient, doctors: Mapping[Specialty, Employee | None]) -> None:
    """Set several specialities at once, all or none. Raises: DoctorLacksSpecialty."""
    for specialty, doctor in doctors.items():
        set_attending(actor=actor, patient=patient, specialty=specialty, doctor=doctor)


@transaction.atomic
def set_attending(
    *, actor: Actor, patient: Patient, specialty: Specialty, doctor: Employee | None, since_on: date | None = None
) -> AttendingDoctor | None:
    """Make a doctor the attending one for a speciality, or nobody when ``doctor`` is None (the history keeps who was).

    Raises: DoctorLacksSpecialty.
    """
    patient = locked(patient)
    current = patient.attending.filter(specialty=specialty).first()
    if doctor is None:
        if current:
            current.delete()
        return None
    if current and current.doctor_id == doctor.pk:
        return current
    if not EmployeeSpecialty.objects.filter(employee=doctor, specialty=specialty).exists():
        raise DoctorLacksSpecialty
    since = since_on or timezone.localdate()
    if current is None:
        return AttendingDoctor.objects.create(patient=patient, specialty=specialty, doctor=doctor, since_on=since)
    current.doctor, current.since_on = doctor, since
    current.save(update_fields=["doctor", "since_on"])
    return current
