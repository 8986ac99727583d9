"""Pages of the card index. A page is cut by keys, so that the thousandth costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from core.actor import Actor
from patients.constants import MOST_COUNTED, PAGE_SIZE
from patients.display import age_text, phone_text, shown_name
from patients.models import AttendingDoctor, Patient, PatientPhone
from patients.selectors.facts import ShownFact, patient_facts


@dataclass(frozen=True)
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
    counted = cards.order_by()[: MOST_COUNTED + 1].count()
    key = "-card_number" if newest_first else "sort_key"
    edge_id = after or before
    edge = cards.order_by().filter(pk=edge_id).values_list("pk", "sort_key", "card_number").first() if edge_id else None
    is_backwards = edge is not None and after is None
    found = cards.defer("search").order_by(key, "pk")
    if edge is not None:
        found = found.filter(_beyond(edge, newest_first=newest_first, is_backwards=is_backwards))
    if is_backwards:
        found = found.reverse()
    patients = list(_with_relations(found)[: PAGE_SIZE + 1])
    has_more = len(patients) > PAGE_SIZE
    patients = patients[:PAGE_SIZE]
    if is_backwards:
        patients.reverse()
    has_before, has_after = (has_more, True) if is_backwards else (edge is not None, has_more)
    return PatientPage(
        rows=_rows(actor, patients),
        before=patients[0].pk if patients and has_before else None,
        after=patients[-1].pk if patients and has_after else None,
        count=min(counted, MOST_COUNTED),
        is_count_capped=counted > MOST_COUNTED,
    )


def _beyond(edge: tuple[int, str, int], *, newest_first: bool, is_backwards: bool) -> Q:
    pk, sort_key, card_number = edge
    if newest_first:
        return Q(card_number__gt=card_number) if is_backwards else Q(card_number__lt=card_number)
    # the first condition is what the index is entered by
    if is_backwards:
        return Q(sort_key__lte=sort_key) & (Q(sort_key__lt=sort_key) | Q(pk__lt=pk))
    return Q(sort_key__gte=sort_key) & (Q(sort_key__gt=sort_key) | Q(pk__gt=pk))


def _with_relations(cards: QuerySet[Patient]) -> QuerySet[Patient]:
    return cards.prefetch_related(
        Prefetch("phones", queryset=PatientPhone.objects.order_by("-is_main", "pk")),
        Prefetch(
            "attending",
            queryset=AttendingDoctor.objects.select_related("doctor").order_by("specialty__order", "specialty__name"),
        ),
    )


def _rows(actor: Actor, patients: Sequence[Patient]) -> list[PatientRow]:
    facts = patient_facts(actor=actor, patient_ids=[patient.pk for patient in patients])
    sees_phones = actor.can("patients.view_phone")
    today = timezone.localdate()
    rows = []
    for patient in patients:
        phones = list(patient.phones.all())
        doctors = dict.fromkeys(entry.doctor.short_name for entry in patient.attending.all())
        rows.append(
            PatientRow(
                pk=patient.pk,
                full_name=shown_name(patient.surname, patient.name, patient.patronymic, patient.former_surname),
                card_number=patient.card_number_text,
                age=age_text(patient.born_on, today),
                born_on=patient.born_on,
                phone=phone_text(phones[0].number, is_whole=sees_phones) if phones else "",
                phone_note=phones[0].note if phones else "",
                more_phones=max(len(phones) - 1, 0),
                allergy=patient.allergy,
                forbidden_reason=patient.booking_forbidden_reason if patient.is_booking_forbidden else "",
                is_archived=patient.is_archived,
                doctors=", ".join(doctors),
                facts=facts[patient.pk],
            )
        )
    return rows
