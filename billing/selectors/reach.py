"""How far a person may look at money, for the statements written by hand."""

from typing import Any

from billing.models import CashDesk
from core.actor import Actor, Scope
from core.sql import keys_within
from patients.models import Patient
from patients.selectors.reach import allowed_cards

VIEW, TAKE, RUN = "billing.view_invoice", "billing.take_payment", "billing.run_shift"

Condition = tuple[str, tuple[Any, ...]]  # SQL and its parameters (``%s``)


def owing(actor: Actor, patient: str = "patient_id") -> Condition:
    """Of rows of a patient, those whose money the actor may see: everybody's, or own patients' alone.

    An account belongs to no branch, so "own branch" reaches the accounts of patients whose cards are open to the actor.
    """
    scope = actor.scope(VIEW)
    if scope == Scope.OWN:
        keys, parameters = keys_within(Patient.objects.own_to(actor))
        return f"{patient} IN {keys}", parameters
    if scope == Scope.ALL:
        return "true", ()
    return allowed_cards(actor, patient) if scope == Scope.BRANCH else ("false", ())


def settling(actor: Actor, patient: str = "patient_id") -> Condition:
    """Of patients who wait at the desk, those the actor may be shown: who takes money, those whose cards they may open."""
    condition, parameters = allowed_cards(actor, patient)
    if actor.can(TAKE) or actor.can(RUN):
        return condition, parameters
    theirs, more = owing(actor, patient)
    return f"({condition} AND {theirs})", (*parameters, *more)


def own_desks(actor: Actor) -> Condition:
    """The condition on a desk's ``d.id``: ``usable_by`` in SQL."""
    keys, parameters = keys_within(CashDesk.objects.usable_by(actor))
    return f"d.id IN {keys}", parameters
