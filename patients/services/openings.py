"""The log of looks at cards."""

from django.utils import timezone

from core.actor import Actor
from core.sql import write

_LOOKED = """
INSERT INTO patients_cardopening (patient_id, employee_id, role_name, at, address, page, reason)
VALUES (%s, %s, %s, %s, %s::inet, %s, %s)
"""  # by hand: every card that opens waits for it


def record_opening(*, actor: Actor, patient_id: int, page: str, address: str | None = None, reason: str = "") -> None:
    """Write that somebody looked at a card: who, under which role, when, from where, at which page; why, of a foreign one.

    While somebody looks through other eyes it is they who are named, and their role says whose eyes.
    """
    who = actor.witness
    values = [patient_id, who.employee_id, who.role_name or actor.name, timezone.now(), address or None, page, reason]
    write(_LOOKED, values)
