"""The log of looks at cards."""

from core.actor import Actor
from patients.models import CardOpening


def record_opening(
    *, actor: Actor, patient_id: int, page: str, address: str | None = None, reason: str = ""
) -> CardOpening:
    """Write that somebody looked at a card: who, under which role, when, from where, at which page; why, of a foreign one.

    While somebody looks through other eyes it is they who are named, and their role says whose eyes.
    """
    return CardOpening.objects.create(
        patient_id=patient_id,
        employee_id=actor.witness.employee_id,
        role_name=actor.witness.role_name or actor.name,
        address=address or None,
        page=page,
        reason=reason,
    )
