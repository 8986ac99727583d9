"""The log of looks at cards."""

from core.actor import Actor
from patients.models import CardOpening


def record_opening(*, actor: Actor, patient_id: int, page: str, address: str | None = None) -> CardOpening:
    """Write that somebody looked at a card: who, under which role, when, from which address, at which page."""
    return CardOpening.objects.create(
        patient_id=patient_id,
        employee_id=actor.employee_id,
        role_name=actor.role_name or actor.name,
        address=address or None,
        page=page,
    )
