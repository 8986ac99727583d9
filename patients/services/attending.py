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


@transaction.atomic
def hand_over_patients(*, actor: Actor, doctor_id: int, specialty_id: int, to: Employee | None) -> int:
    """Give everybody a leaving doctor attends for a speciality to another doctor, or leave them without one.

    Returns how many. The leaving itself was allowed by its own right.
    """
    rows = AttendingDoctor.objects.filter(doctor_id=doctor_id, specialty_id=specialty_id)
    # Held as a booking holds them, which therefore never waits for this; who changes a card does.
    held = list(
        Patient.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=rows.values("patient_id"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    rows = rows.filter(patient_id__in=held)
    if to is None:
        return rows.delete()[0]
    return rows.update(doctor=to, since_on=timezone.localdate())
