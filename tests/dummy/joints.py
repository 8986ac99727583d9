"""What the dummy module answers; ``seen`` records what reached it."""

from dataclasses import dataclass

from core.delivery import quick
from core.errors import DomainError
from core.joints import Fact, Port, Veto
from core.modules import FactValue, Mark, Part

seen: list[object] = []
failures: list[str] = []  # texts of errors the slow receiver raises, one a call


@dataclass(frozen=True)
class SomethingHappened(Fact):
    thing_id: int


before_something = Veto("before_something", "Asked with thing_id before something happens to a thing.")
question: Port[int] = Port("question", "Asked with x; answers a number.", default=lambda x: 0)
duty: Port[str] = Port(
    "duty", "Asked with nothing, of modules that are off, too.", default=lambda: "", is_data_duty=True
)


class DummyRefuses(DomainError):
    text = "The dummy module refuses."
    code = "dummy_refuses"


def receive(fact: SomethingHappened) -> None:
    if failures:
        raise ValueError(failures.pop(0))
    seen.append(("slow", fact))


@quick
def receive_quickly(fact: SomethingHappened) -> None:
    seen.append(("quick", fact))


def refuse(*, thing_id: int) -> None:
    if thing_id == 13:
        raise DummyRefuses


def answer(*, x: int) -> int:
    return x * 2


def answer_duty() -> str:
    return "kept"


def counter(actor) -> int:
    return 7


def panel(*, actor, subject) -> Part | None:
    return Part("dummy/_panel.html", {"subject": subject})


def tile(*, actor, period) -> Part | None:
    return Part("dummy/_panel.html", {"subject": "tile"})


def patient_fact(*, actor, patient_ids) -> dict[int, FactValue]:
    return {patient_id: FactValue("dummy value") for patient_id in patient_ids}


def appointment_mark(*, actor, appointment_ids) -> dict[int, Mark]:
    return {appointment_id: Mark("puzzle", "dummy mark") for appointment_id in appointment_ids}


def stamp(*, actor, argument: str) -> str:
    return f"1.{argument}"


def series(*, today) -> dict[str, str]:
    return {}


LOG = ()  # it has no tables
