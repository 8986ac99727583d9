"""What the card index publishes."""

from dataclasses import dataclass

from core.joints import Fact


@dataclass(frozen=True)
class PatientAdded(Fact):
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class PatientChanged(Fact):
    """Names, contacts or alerts on the card changed."""

    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class PatientArchived(Fact):
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class PatientRestored(Fact):
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class FamilyJoined(Fact):
    patient_id: int
    family_id: int
    actor_id: int | None


@dataclass(frozen=True)
class FamilyLeft(Fact):
    patient_id: int
    family_id: int
    actor_id: int | None
