"""Questions this app asks of the apps above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.joints import Port, Veto

NOBODY = 0  # chosen instead of a successor, where a holding may be left without one


@dataclass(frozen=True)
class Holding:
    """Something a person holds, of one kind.

    ``successors``: who may take it, as (employee's id, name). ``nobody``: what happens when nobody takes it, as words of
    a choice; empty where somebody has to. Information alone is shown and asks for no decision.
    """

    code: str  # begins with the module's code
    title: str
    count: int
    successors: tuple[tuple[int, str], ...] = ()
    nobody: str = ""
    note: str = ""
    url: str = ""
    is_information: bool = False


@dataclass(frozen=True)
class NotHanded:
    """One thing the successor cannot take as it is: what, why not, and where to deal with it."""

    what: str
    why: str
    url: str


@dataclass(frozen=True)
class HandedOver:
    """What became of one holding: so many to the successor, so many let go, and those that stay for now."""

    code: str
    title: str
    moved: int = 0
    to: str = ""
    let_go: int = 0
    let_go_words: str = ""
    left: tuple[NotHanded, ...] = ()


held_by_employee: Port[Sequence[Holding]] = Port(
    "held_by_employee",
    "Asked with employee_id (int) when a person is about to leave: answer what they hold by your rows, as Holdings "
    "(an empty kind may be left out). Read only.",
    default=lambda **_: (),
    is_data_duty=True,
)
hand_over: Port[Sequence[HandedOver]] = Port(
    "hand_over",
    "Asked inside the transaction in which a person leaves, with actor (who was checked), employee_id (int) and "
    "successors (holding's code to an employee's id or NOBODY): hand your holdings over. What the successor cannot take "
    "stays as it is and is answered as left; nothing is dropped.",
    default=lambda **_: (),
    is_data_duty=True,
)

before_chairs_archived = Veto(
    "before_chairs_archived",
    "Asked with chair_ids (list[int]) before a chair, or all chairs of a room or a branch, are put away. "
    "Raise HasFutureUse while something is still planned in one of them.",
)
before_employee_archived = Veto(
    "before_employee_archived",
    "Asked with employee_id (int) before a person who leaves is put away. "
    "Raise HasFutureUse while appointments or shifts of theirs are still ahead.",
)
