"""Where and when an appointment stands, as one word: what events keep and people compare."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self, TypeAlias

from organization.models import Branch
from organization.selectors import OwnBranch
from schedule.models import Appointment

AnyBranch: TypeAlias = Branch | OwnBranch  # what knows its key and its clock


@dataclass(frozen=True)
class Placement:
    """Written as «2026-11-23T06:00Z 30 12 4»: start in UTC, minutes, doctor, chair (0: none)."""

    starts_at: datetime
    minutes: int
    doctor_id: int
    chair_id: int | None

    @classmethod
    def of(cls, appointment: Appointment) -> Self:
        return cls(appointment.starts_at, appointment.minutes, appointment.doctor_id, appointment.chair_id)

    @classmethod
    def parse(cls, text: str) -> Self:
        start, minutes, doctor, chair = text.split()
        moment = datetime.strptime(start, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        return cls(moment, int(minutes), int(doctor), int(chair) or None)

    def __str__(self) -> str:
        start = self.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        return f"{start} {self.minutes} {self.doctor_id} {self.chair_id or 0}"
