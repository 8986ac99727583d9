from datetime import date

import pytest
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from core.fields import ArrayToTsvector, TsvectorField
from core.search import attempts, find, find_rows, phonetic_query, prefix_query, tokens_for

PEOPLE = {
    "Иванова-Петрова Анна Сергеевна": {"phones": ["+79161234567"], "numbers": ["1042"], "born": [date(1985, 4, 12)]},
    "Иванов Пётр Семёнович": {"phones": ["+79031114567", "+74951234567"], "numbers": ["1985"], "born": []},
    "Григорьев Иван Ильич": {"phones": [], "numbers": ["7"], "born": [date(1990, 12, 31)]},
    "Ёлкин Фёдор": {"phones": ["+375291234500"], "numbers": ["Б-000123"], "born": [date(2004, 5, 19)]},
    "Ю Мин": {"phones": [], "numbers": ["19055"], "born": []},
    "Smith John": {"phones": [], "numbers": [], "born": []},
    "Д’Артаньян Шарль": {"phones": [], "numbers": [], "born": []},
}
IVANOVA, IVANOV, GRIGORYEV, YOLKIN, YU, SMITH, DARTAGNAN = PEOPLE


@pytest.fixture
def card(db):
    """A model over a real table of this test alone, with the index a card index has."""
    with isolate_apps("core"):

        class Card(models.Model):
            name = models.CharField(max_length=200)
            search = TsvectorField()

            class Meta:
                app_label = "core"
                indexes = [GinIndex(fields=["search"], name="core_search_probe")]

        with connection.schema_editor() as editor:
            editor.create_model(Card)
        yield Card


@pytest.fixture
def people(card):
    card.objects.bulk_create(card(name=name, search=tokens_for([name], **rest)) for name, rest in PEOPLE.items())
    return card.objects.order_by("pk")


def names(rows) -> list[str]:
    return [row.name for row in rows]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ива", [IVANOVA, IVANOV, GRIGORYEV]),
        ("ИВАНОВА", [IVANOVA]),
        ("ива пет", [IVANOVA, IVANOV]),
        ("пет ива", [IVANOVA, IVANOV]),
        ("петр", [IVANOVA, IVANOV]),
        ("пётр сем", [IVANOV]),
        ("Семе", [IVANOV]),
        ("иванова-пе", [IVANOVA]),
        ("иванова - петрова", [IVANOVA]),
        ("петрова анна с", [IVANOVA]),
        ("елкин", [YOLKIN]),
        ("ЁЛ", [YOLKIN]),
        ("артаньян", []),
        ("дартан", [DARTAGNAN]),
        ("д'арт", [DARTAGNAN]),
        ("ю", [YU]),
        ("smi", [SMITH]),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_order(people, typed, found):
    assert names(find(people, typed)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4567", [IVANOVA, IVANOV]),
        ("34567", [IVANOVA, IVANOV]),
        ("34-567", [IVANOVA, IVANOV]),
        ("114567", [IVANOV]),
        ("8 (916) 123-45-67", [IVANOVA]),
        ("+7 916 123 45 67", [IVANOVA]),
        ("9161234567", [IVANOVA]),
        ("+375 29 123-45-00", [YOLKIN]),
        ("567", []),
        ("1234", []),
        ("иванов 4567", [IVANOVA, IVANOV]),
        ("петр 114567", [IVANOV]),
    ],
)
def test_phones_are_found_by_a_tail_of_four_digits_or_more(people, typed, found):
    assert names(find(people, typed)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1042", [IVANOVA]),
        ("7", [GRIGORYEV]),
        ("007", [GRIGORYEV]),
        ("123", [YOLKIN]),
        ("1985", [IVANOVA, IVANOV]),  # a year of birth and the number of a card
        ("12.04.1985", [IVANOVA]),
        ("31/12/1990", [GRIGORYEV]),
        ("31121990", [GRIGORYEV]),
        ("анна 12.4.1985", [IVANOVA]),
        ("иван 1990", [GRIGORYEV]),
        ("1905", []),
        ("32.13.1985", []),
    ],
)
def test_numbers_and_birth_dates_are_found_whole(people, typed, found):
    assert names(find(people, typed)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bdfyjdf", [IVANOVA]),  # the other keyboard layout
        ("`krby", [YOLKIN]),
        ("bdfyjd 4567", [IVANOVA, IVANOV]),
        ("ыьшер", [SMITH]),
        ("ivanov", [IVANOVA, IVANOV]),  # Latin letters
        ("Grigoryev", [GRIGORYEV]),
        ("шмфтщм", [IVANOVA, IVANOV]),  # Latin letters in the other layout
        ("Григориев", [GRIGORYEV]),  # by ear
        ("иваноф", [IVANOV]),
        ("Смит Джон", []),
        ("смит", [SMITH]),
        ("ncnnc", []),
    ],
)
def test_mistyped_names_are_guessed_when_nothing_else_was_found(people, typed, found):
    assert names(find(people, typed)) == found


def test_a_guess_never_adds_to_what_was_found_as_typed(people, card):
    card.objects.create(name="Грегорьев", search=tokens_for(["Грегорьев"]))

    assert names(find(people, "Григорьев")) == [GRIGORYEV]


@pytest.mark.parametrize("typed", ["", "  ", "-", "'", "!&|()", ":*", "\x00", "%", "_"])
def test_nothing_typed_finds_nothing_without_asking(people, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert names(find(people, typed)) == []
        assert find_rows(people, typed, limit=5) == []


@pytest.mark.parametrize(
    "typed",
    ["ива') | 'пет", "ива & !пет", "ива:* | (пет", "ива\\' пет", "ива <-> пет", "ива'':* пет", "\x00ива\u2019 пет"],
)
def test_what_is_typed_cannot_reach_the_syntax_of_the_query(people, typed):
    assert names(find(people, typed)) == [IVANOVA, IVANOV]


def test_suggestions_cost_one_query_when_found_and_four_when_not(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert names(find_rows(people, "ива", limit=2)) == [IVANOVA, IVANOV]
    with django_assert_num_queries(4):
        assert find_rows(people, "щукер", limit=2) == []
    with django_assert_num_queries(1):
        assert find_rows(people, "99887766", limit=2) == []


def test_a_list_costs_one_probe_more(people, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(find(people, "ива")) == 3
    with django_assert_num_queries(4):
        assert len(find(people, "щукер")) == 0


@given(st.text())
def test_attempts_are_at_most_four_and_all_valid(text):
    queries = attempts(text)

    assert len(queries) <= 4
    assert len(set(queries)) == len(queries)
    for query in queries:
        assert set(query.replace("''", "")) & set("\x00\\!<>") == set()
        assert query.count("(") == query.count(")")


@pytest.mark.django_db
def test_postgresql_reads_every_query_and_every_token():
    @given(st.text(st.characters(codec="utf-8") | st.sampled_from("ива пет-'\\&|!():*<>0123456789.+"), max_size=150))
    def check(text):
        tokens = tokens_for([text], [text], [text])
        with connection.cursor() as cursor:
            for query in attempts(text):
                cursor.execute("SELECT numnode(%s::tsquery)", [query])
                assert cursor.fetchone()[0] > 0
            cursor.execute("SELECT tsvector_to_array(array_to_tsvector(%s::text[]))", [tokens])
            assert set(cursor.fetchone()[0]) == set(tokens)

    check()


@given(st.text("абвгеёиклмнорстуя-", min_size=2, max_size=20), st.integers(2, 20))
def test_any_beginning_of_a_word_is_looked_up_as_a_beginning_of_its_token(word, length):
    tokens = tokens_for([word])
    part = word.strip("-")[:length].strip("-")
    if len(part) < 2 or "--" in word:
        return

    query = prefix_query(part)

    assert query
    begun = query.strip("()").split(" | ")[0].removesuffix(":*").strip("'")
    assert any(token.startswith(begun) for token in tokens)


def test_tokens_are_words_sounds_numbers_and_days():
    tokens = tokens_for(["Иванова-Петрова Анна"], ["+79161234567"], ["А-0042"], [date(1985, 4, 12)])

    assert tokens == sorted(
        [
            *["иванова-петрова", "иванова", "петрова", "анна", "~иванавапитрава", "~иванава", "~питрава", "~ана"],
            *["p:76543216197", "n:42", "y:1985", "d:19850412"],
        ]
    )


def test_a_row_keeps_its_lexemes_when_saved_again_whole(people, card):
    row = card.objects.get(name=IVANOV)
    before = row.search

    row.save()

    assert card.objects.get(pk=row.pk).search == before
    assert names(find(people, "114567")) == [IVANOV]


def test_lexemes_can_be_set_by_an_update_in_one_row_and_in_bulk(people, card):
    card.objects.filter(name=IVANOV).update(search=ArrayToTsvector(tokens_for(["Сидоров"])))
    smith = card.objects.get(name=SMITH)
    smith.search = tokens_for(["Жуков"])
    card.objects.bulk_update([smith], ["search"])

    assert names(find(people, "сидоров")) == [IVANOV]
    assert names(find(people, "жуков")) == [SMITH]
    assert names(find(people, "семен")) == []


def test_a_row_without_lexemes_is_allowed(card):
    assert card.objects.create(name="x").pk
    assert card.objects.create(name="y", search=[]).pk


def test_the_index_of_lexemes_answers_before_any_order_is_looked_at(people):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = find(people.order_by("name"), "ива")[:2].explain()

    assert "core_search_probe" in plan
    assert "CTE search_found" in plan


def test_too_broad_a_search_gives_as_many_rows_as_stay_quick(people, monkeypatch):
    monkeypatch.setattr("core.search.MAX_FOUND", 2)

    assert len(find(people, "ива")) == 2
    assert len(find_rows(people, "ива", limit=20)) == 2


def test_a_search_keeps_the_filters_and_the_order_it_was_given(people):
    mine = people.exclude(name=IVANOV).order_by("-name")

    assert names(find(mine, "ива")) == [IVANOVA, GRIGORYEV]
    assert names(find_rows(mine, "ива", limit=1)) == [IVANOVA]
    assert find(mine, "петр").count() == 1
    assert names(find(people.none(), "ива")) == []


def test_the_field_writes_a_short_migration():
    _name, path, args, options = TsvectorField().deconstruct()

    assert (path, args, options) == ("core.fields.TsvectorField", [], {})


def test_phonetic_query_is_silent_about_words_too_short_to_tell():
    assert phonetic_query("ли 4567") == ""
    assert phonetic_query("ю") == ""
