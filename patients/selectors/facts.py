"""What other apps know about patients, asked once for a whole list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.module_loading import import_string

from core import modules
from core.actor import Actor


@dataclass(frozen=True)
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


def patient_facts(*, actor: Actor, patient_ids: Sequence[int]) -> dict[int, tuple[ShownFact, ...]]:
    """Every fact for every patient of the list, in one query per fact; each patient has all of them in one order."""
    found: dict[int, list[ShownFact]] = {patient_id: [] for patient_id in patient_ids}
    if not found:
        return {}
    for entry in fact_columns(actor=actor):
        answers = import_string(entry.answer)(actor=actor, patient_ids=list(found))
        for patient_id, shown in found.items():
            value = answers.get(patient_id) or modules.FactValue(text="")
            shown.append(
                ShownFact(
                    code=entry.code,
                    title=str(entry.title),
                    text=str(value.text),
                    note=str(value.note),
                    tone=value.tone,
                    url=value.url,
                )
            )
    return {patient_id: tuple(shown) for patient_id, shown in found.items()}
