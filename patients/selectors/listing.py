"""Pages of the card index. A page is cut by keys, so that the thousandth costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from core import names
from core.actor import Actor
from core.sql import read
from organization.models import Employee
from patients.constants import MOST_COUNTED, PAGE_SIZE
from patients.display import age_text, card_number_text, phone_text, shown_name
from patients.models import Patient
from patients.selectors.facts import ShownFact, patient_facts


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A line of the list."""

    pk: int
    full_name: str
    card_number: str
    age: str
    born_on: date | None
    phone: str
    phone_note: str
    more_phones: int
    allergy: str
    forbidden_reason: str
    is_archived: bool
    doctors: str
    facts: tuple[ShownFact, ...]


@dataclass(frozen=True)
class PatientPage:
    """Lines with where the pages before and after begin (None: there is none), and how many match at least."""

    rows: Sequence[PatientRow]
    before: int | None
    after: int | None
    count: int
    is_count_capped: bool


def patient_page(
    *,
    actor: Actor,
    cards: QuerySet[Patient],
    newest_first: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> PatientPage:
    """The page after, or before, the patient with that id; the first page when neither is given or known."""
    counted = cards.order_by().values("pk")[: MOST_COUNTED + 1].count()
    key = "-card_number" if newest_first else "sort_key"
    edge_id = after or before
    edge = cards.order_by().filter(pk=edge_id).values_list("pk", "sort_key", "card_number").first() if edge_id else None
    is_backwards = edge is not None and after is None
    found = cards.order_by(key, "pk").values_list("pk", flat=True)
    if edge is not None:
        found = found.filter(_beyond(edge, newest_first=newest_first, is_backwards=is_backwards))
    if is_backwards:
        found = found.reverse()
    ids = list(found[: PAGE_SIZE + 1])
    has_more = len(ids) > PAGE_SIZE
    ids = ids[:PAGE_SIZE]
    if is_backwards:
        ids.reverse()
    has_before, has_after = (has_more, True) if is_backwards else (edge is not None, has_more)
    return PatientPage(
        rows=_rows(actor, ids),
        before=ids[0] if ids and has_before else None,
        after=ids[-1] if ids and has_after else None,
        count=min(counted, MOST_COUNTED),
        is_count_capped=counted > MOST_COUNTED,
    )


def doctor_choices() -> list[tuple[str, str]]:
    """Ids, as a form sends them, and names of the doctors a list may be narrowed to; one query."""
    rows = Employee.objects.active().doctors().values_list("pk", "surname", "name", "patronymic", "sort_key")
    return [(str(pk), names.short_name(*name)) for pk, *name, _sort_key in rows]


def _beyond(edge: tuple[int, str, int], *, newest_first: bool, is_backwards: bool) -> Q:
    pk, sort_key, card_number = edge
    if newest_first:
        return Q(card_number__gt=card_number) if is_backwards else Q(card_number__lt=card_number)
    # the first condition is what the index is entered by
    if is_backwards:
        return Q(sort_key__lte=sort_key) & (Q(sort_key__lt=sort_key) | Q(pk__lt=pk))
    return Q(sort_key__gte=sort_key) & (Q(sort_key__gt=sort_key) | Q(pk__gt=pk))


_ROWS = """
SELECT p.id, p.surname, p.name, p.patronymic, p.former_surname, p.card_number, p.born_on, p.allergy,
  CASE WHEN p.is_booking_forbidden THEN p.booking_forbidden_reason ELSE '' END, p.archived_at IS NOT NULL,
  (SELECT json_agg(json_build_array(f.number, f.note) ORDER BY f.is_main DESC, f.id)
     FROM patients_patientphone f WHERE f.patient_id = p.id),
  (SELECT json_agg(json_build_array(d.surname, d.name, d.patronymic) ORDER BY s."order", s.name)
     FROM patients_attendingdoctor t
     JOIN organization_specialty s ON s.id = t.specialty_id
     JOIN organization_employee d ON d.id = t.doctor_id
     WHERE t.patient_id = p.id)
FROM patients_patient p WHERE p.id = ANY (%s) ORDER BY array_position(%s, p.id)
"""


def _rows(actor: Actor, ids: Sequence[int]) -> list[PatientRow]:
    """The lines of these patients, whom the actor may see, in their order."""
    if not ids:
        return []
    facts = patient_facts(actor=actor, patient_ids=ids)
    sees_phones = actor.can("patients.view_phone")
    today = timezone.localdate()
    rows = []
    for pk, *name, card_number, born_on, allergy, forbidden, is_archived, phones, doctors in read(_ROWS, [ids, ids]):
        number, note = phones[0] if phones else ("", "")
        rows.append(
            PatientRow(
                pk=pk,
                full_name=shown_name(*name),
                card_number=card_number_text(card_number),
                age=age_text(born_on, today),
                born_on=born_on,
                phone=phone_text(number, is_whole=sees_phones),
                phone_note=note,
                more_phones=max(len(phones or ()) - 1, 0),
                allergy=allergy,
                forbidden_reason=forbidden,
                is_archived=is_archived,
                doctors=", ".join(dict.fromkeys(names.short_name(*doctor) for doctor in doctors or ())),
                facts=facts[pk],
            )
        )
    return rows
