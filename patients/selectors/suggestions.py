"""Find as you type: rows ready for display."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from core import search
from core.actor import Actor
from core.names import normalise
from core.phones import reversed_digits
from core.spelling import other_layout, to_cyrillic
from core.sql import read
from patients.display import NamePart, age_text, card_number_text, cut_by, phone_text, shown_name
from patients.selectors.facts import ShownFact, patient_facts
from patients.selectors.reach import allowed_cards, sees_every_card

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class PatientSuggestion:
    """A patient in a list of suggestions or in a picker; suggestions have only the facts that may be pressing."""

    pk: int
    full_name: str
    name_parts: tuple[NamePart, ...]
    age: str
    card_number: str
    phone: str
    phone_note: str
    allergy: str
    forbidden_reason: str
    is_archived: bool
    facts: tuple[ShownFact, ...]

    @property
    def pressing_facts(self) -> list[ShownFact]:
        """Those one would act on (a debt, the next appointment); the others wait on the card."""
        return [fact for fact in self.facts if fact.is_known and (fact.tone or fact.url)]


class _Found(NamedTuple):
    """What a line shows, in the order of ``_COLUMNS``."""

    pk: int
    surname: str
    name: str
    patronymic: str
    former_surname: str
    born_on: date | None
    card_number: int
    allergy: str
    forbidden_reason: str
    is_archived: bool
    phones: list[tuple[str, str]] | None  # number and note, the main one first


_COLUMNS = """
p.id, p.surname, p.name, p.patronymic, p.former_surname, p.born_on, p.card_number, p.allergy,
CASE WHEN p.is_booking_forbidden THEN p.booking_forbidden_reason ELSE '' END, p.archived_at IS NOT NULL,
(SELECT json_agg(json_build_array(f.number, f.note) ORDER BY f.is_main DESC, f.id)
   FROM patients_patientphone f WHERE f.patient_id = p.id)
"""

# Two letters match tens of thousands of cards of a chain, but the first of them stand side by side in the order of names:
# when enough surnames begin so, the index of lexemes is not read at all. Both ways give the keys first: left alone, the
# planner walks the order, or the table, until enough rows have turned up: seconds when few or none match.
_SEARCH = """
SELECT {columns} FROM patients_patient p
WHERE p.id = ANY (ARRAY(
  WITH begun AS MATERIALIZED (
    SELECT id FROM patients_patient WHERE sort_key LIKE %s AND archived_at IS NULL ORDER BY sort_key, id LIMIT %s),
  matching AS MATERIALIZED (
    SELECT id FROM patients_patient
    WHERE (SELECT count(*) FROM begun) < %s AND search @@ %s::tsquery AND {allowed})
  (SELECT id FROM matching LIMIT %s) UNION ALL SELECT id FROM begun))
ORDER BY p.archived_at IS NOT NULL, NOT p.sort_key ^@ ANY (%s), p.sort_key, p.id
LIMIT %s
"""

_PICK = "SELECT {columns} FROM patients_patient p WHERE p.id = ANY (%s) AND {allowed}"

_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")


def patient_suggestions(
    *, actor: Actor, text: str, limit: int = SUGGESTED, with_archived: bool = True
) -> list[PatientSuggestion]:
    """Patients the actor may open, found by the text: surnames that begin with it first, archived cards last.

    Costs one to four attempts of the search, phones included, and one query per answer of facts that may be pressing.
    """
    allowed, parameters = allowed_cards(actor)
    if not with_archived:
        allowed += " AND archived_at IS NULL"
    statement = _SEARCH.format(columns=_COLUMNS, allowed=allowed)
    # the order looks at the first word only: «ив» must give Ивановы before everybody called Иван
    readings = (normalise(reading).split(" ")[0] for reading in (text, other_layout(text), to_cyrillic(text)))
    beginnings = [word for word in dict.fromkeys(readings) if word]
    sees_all = sees_every_card(actor)  # a narrower right would leave few of the surnames
    rows: list[tuple[Any, ...]] = []
    for query in search.each_attempt(text):
        begun = _surnames_of(query, beginnings) if sees_all else None
        rows = read(statement, [begun, limit, limit, query, *parameters, search.MAX_FOUND, beginnings, limit])
        if rows:
            break
    return _suggestions(actor, [_Found(*row) for row in rows], text=text, only_pressing=True)


def suggestions_of(*, actor: Actor, patient_ids: Sequence[int], text: str = "") -> list[PatientSuggestion]:
    """Those of the patients the actor may open, in the given order, with the phone that was searched by or the main one."""
    if not patient_ids:
        return []
    allowed, parameters = allowed_cards(actor)
    rows = read(_PICK.format(columns=_COLUMNS, allowed=allowed), [list(patient_ids), *parameters])
    found = {row[0]: _Found(*row) for row in rows}
    return _suggestions(actor, [found[pk] for pk in patient_ids if pk in found], text=text)


def picked_patient(*, actor: Actor, patient_id: int | str | None) -> PatientSuggestion | None:
    """The patient a picker holds, if the actor may see them; anything else typed into the url is nobody."""
    if patient_id is None or not re.fullmatch(r"[0-9]{1,18}", str(patient_id)):
        return None
    return next(iter(suggestions_of(actor=actor, patient_ids=[int(patient_id)])), None)


def _surnames_of(query: str, beginnings: Sequence[str]) -> str | None:
    """A LIKE pattern of the surnames a query of one word finds; None for other queries."""
    for word in beginnings:
        if _PLAIN_WORD.fullmatch(word) and search.prefix_query(word) == query:
            return f"{word}%"
    return None


def _suggestions(
    actor: Actor, rows: Sequence[_Found], *, text: str, only_pressing: bool = False
) -> list[PatientSuggestion]:
    facts = patient_facts(actor=actor, patient_ids=[row.pk for row in rows], only_pressing=only_pressing)
    today = timezone.localdate()
    sees_phones = actor.can("patients.view_phone")
    cut = cut_by(text)
    tail = _typed_tail(text)
    suggestions = []
    for row in rows:
        name = shown_name(row.surname, row.name, row.patronymic, row.former_surname)
        number, note = _phone_to_show(row.phones, tail)
        suggestions.append(
            PatientSuggestion(
                pk=row.pk,
                full_name=name,
                name_parts=cut(name),
                age=age_text(row.born_on, today),
                card_number=card_number_text(row.card_number),
                phone=phone_text(number, is_whole=sees_phones),
                phone_note=note,
                allergy=row.allergy,
                forbidden_reason=row.forbidden_reason,
                is_archived=row.is_archived,
                facts=facts[row.pk],
            )
        )
    return suggestions


def _typed_tail(text: str) -> str:
    """Digits of a phone from the last one, "" when none were searched by; 8 916… and +7 916… end alike."""
    tail = reversed_digits(text)
    return tail[:10] if len(tail) >= search.MIN_TAIL_DIGITS and not re.search(r"[^\W\d_]", text) else ""


def _phone_to_show(phones: Sequence[tuple[str, str]] | None, tail: str) -> tuple[str, str]:
    if not phones:
        return "", ""
    if tail:
        for number, note in phones:
            if reversed_digits(number).startswith(tail):
                return number, note
    number, note = phones[0]
    return number, note
