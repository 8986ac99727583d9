"""The card index at size: found through the index of lexemes, not by reading every card."""

import json

import pytest
from django.db import connection

from core import search
from patients.lexemes import card_lexemes
from patients.models import Patient

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
            sort_key=f"card {number:05d}",
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
