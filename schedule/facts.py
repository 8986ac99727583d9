"""What the schedule publishes. Moments are ISO strings in UTC."""

from dataclasses import dataclass

from core.joints import Fact


@dataclass(frozen=True)
class AppointmentBooked(Fact):
    appointment_id: int
    patient_id: int
    doctor_id: int
    actor_id: int | None


@dataclass(frozen=True)
class AppointmentMoved(Fact):
    appointment_id: int
    from_at: str
    to_at: str
    actor_id: int | None


@dataclass(frozen=True)
class AppointmentCancelled(Fact):
    appointment_id: int
    side: str
    actor_id: int | None


@dataclass(frozen=True)
class AppointmentStateChanged(Fact):
    """Arrived, ready, in chair, finished, settled, did not come; also a step back."""

    appointment_id: int
    was: str
    became: str
    actor_id: int | None
