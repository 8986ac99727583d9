"""What this app tells the others."""

from dataclasses import dataclass

from core.joints import Fact


@dataclass(frozen=True)
class BranchHoursChanged(Fact):
    """Opening hours, the time zone or the step of a branch's grid are different now."""

    branch_id: int


@dataclass(frozen=True)
class EmployeeArchived(Fact):
    """A person left: the login is closed and the row is put away."""

    employee_id: int


@dataclass(frozen=True)
class OptionsChanged(Fact):
    """Options of the clinic have other values now, or the supplied ones again."""

    codes: tuple[str, ...]
    actor_id: int | None
