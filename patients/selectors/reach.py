"""How far a person's right to open cards reaches, for hand-written statements over ``patients_patient``."""

from typing import Any

from core.actor import Actor, Scope
from core.sql import keys_within
from patients.models import Patient


def sees_every_card(actor: Actor) -> bool:
    """Whether nothing has to be left out: the right reaches all cards."""
    return actor.scope("patients.view_patient") == Scope.ALL


def allowed_cards(actor: Actor, column: str = "id") -> tuple[str, tuple[Any, ...]]:
    """The condition on a patient's id that leaves the cards the actor may open, with its parameters: ``visible_to`` in SQL."""
    if sees_every_card(actor):
        return "true", ()
    keys, parameters = keys_within(Patient.objects.visible_to(actor))
    return f"{column} IN {keys}", parameters
