"""What other apps know about patients, asked once for a whole list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from core import modules
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One fact of one patient, ready for display; one that has no answer shows «–»."""

    code: str
    title: str
    text: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.text)


def fact_columns(*, actor: Actor) -> list[modules.PatientFact]:
    """The facts this actor may see, in their order."""
    return modules.registry.entries("patient_facts", actor=actor)


def patient_facts(
    *, actor: Actor, patient_ids: Sequence[int], only_pressing: bool = False
) -> dict[int, tuple[ShownFact, ...]]:
    """Every fact for every patient of the list, each answer asked once; each patient has all of them in one order.

    ``only_pressing`` leaves out those that never call for anything: they are not even asked.
    """
    if not patient_ids:
        return {}
    answers: dict[str, Mapping[int, Any]] = {}
    columns: list[Callable[[int], ShownFact]] = []
    for fact in fact_columns(actor=actor):
        if only_pressing and not fact.is_pressing:
            continue
        if fact.answer not in answers:
            answers[fact.answer] = import_string(fact.answer)(actor=actor, patient_ids=patient_ids)
        columns.append(_column(fact, answers[fact.answer]))
    return {patient_id: tuple(shown(patient_id) for shown in columns) for patient_id in patient_ids}


def _column(fact: modules.PatientFact, answers: Mapping[int, Any]) -> Callable[[int], ShownFact]:
    title = str(fact.title)
    unknown = ShownFact(fact.code, title)

    def shown(patient_id: int) -> ShownFact:
        value = answers.get(patient_id)
        if value is not None and fact.is_joint:
            value = value.get(fact.code)
        if value is None:
            return unknown
        return ShownFact(fact.code, title, str(value.text), str(value.note), value.tone, value.url)

    return shown
