"""The card index at size: found through the index of lexemes, not by reading every card."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import search
from core.actor import Actor, Scope
from patients.lexemes import card_lexemes
from patients.models import Patient
from patients.selectors import patient_suggestions

CARDS = 4000
SURNAMES = ["Иванов", "Петров", "Сидоров", "Кузнецов", "Смирнов", "Попов", "Васильев", "Соколов", "Михайлов", "Новиков"]
NAMES = ["Александр", "Дмитрий", "Максим", "Сергей", "Андрей", "Алексей", "Артём", "Илья", "Кирилл", "Михаил"]


@pytest.fixture
def many_cards(db):
    cards = []
    for number in range(1, CARDS + 1):
        card = Patient(
            card_number=number,
            surname=f"{SURNAMES[number % 10]}{'абвгдежзик'[number // 10 % 10]}{'лмнопрстуф'[number // 100 % 10]}",
            name=NAMES[number // 7 % 10],
            sort_key=f"карта {number:05d}",
        )
        card.search = card_lexemes(card, [f"+7916{number:07d}"])
        cards.append(card)
    Patient.objects.bulk_create(cards)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE patients_patient")


def plan_of(text: str) -> str:
    found = search.find(Patient.objects.active().order_by("sort_key", "pk"), text)[:8]
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0]
    return plan if isinstance(plan, str) else json.dumps(plan)


def test_the_plan_uses_the_index_of_lexemes(many_cards):
    for text in ("сидоровбл", "ивановал александр", "1234", "004318", "bdfyjd"):
        plan = plan_of(text)

        assert "patients_patient_search" in plan, text
        assert '"Node Type": "Seq Scan"' not in plan, text


def executed(text: str) -> dict[str, list[int]]:
    """How often each part of the suggestions' statement ran, by the index it used."""
    actor = Actor(None, None, {"patients.view_patient": Scope.ALL})
    with CaptureQueriesContext(connection) as queries:
        assert len(patient_suggestions(actor=actor, text=text)) == 8
    searched = [query["sql"] for query in queries if "begun" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {searched[-1]}")
        plan = cursor.fetchone()[0]
    found: dict[str, list[int]] = {}
    nodes = [plan[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.get("Plans", ()))
        assert (node["Node Type"], node.get("Relation Name")) != ("Seq Scan", "patients_patient"), text
        if "Index Name" in node:
            found.setdefault(node["Index Name"], []).append(node["Actual Loops"])
    return found


@pytest.mark.parametrize("typed", ["карт", "rfhn"], ids=["as it is", "in the other layout"])
def test_suggestions_do_not_read_the_lexemes_when_enough_surnames_begin_so(many_cards, typed):
    ran = executed(typed)

    assert ran["patients_patient_sorted"] == [1]
    assert ran["patients_patient_search"] == [0]


def test_suggestions_read_the_lexemes_of_all_other_words(many_cards):
    assert executed("александр")["patients_patient_search"] == [1]
