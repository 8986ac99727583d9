"""Notes on the card."""

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from patients.errors import NoteEmpty
from patients.models import Patient, PatientNote


@transaction.atomic
def add_note(*, actor: Actor, patient: Patient, text: str) -> PatientNote:
    """Write a note that is read while talking to the patient. Raises: NoteEmpty."""
    if not text.strip():
        raise NoteEmpty
    return PatientNote.objects.create(patient=patient, text=text.strip(), created_by_id=actor.employee_id)


@transaction.atomic
def archive_note(*, actor: Actor, note: PatientNote) -> PatientNote:
    """Put a note away; the history keeps it and who did it. Does nothing twice."""
    note = PatientNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if note.archived_at is None:
        note.archived_at = timezone.now()
        note.save(update_fields=["archived_at"])
    return note
