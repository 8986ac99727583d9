from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import modules, options
from core.modules import FactValue, Module, PatientFact
from patients import selectors
from patients.display import NamePart, age_text, name_parts, phone_text
from patients.models import Patient, PatientPhone
from tests.factories.organization import BranchFactory
from tests.factories.patients import AttendingDoctorFactory, PatientFactory, family_of, refresh_lexemes

pytestmark = pytest.mark.django_db


def names(suggestions) -> list[str]:
    return [suggestion.full_name for suggestion in suggestions]


def suggested(actor, text: str, **options) -> list[str]:
    return names(selectors.patient_suggestions(actor=actor, text=text, **options))


def debts(*, actor, patient_ids):
    """What an app above would answer: one query for the whole list, nothing for whoever owes nothing."""
    owing = Patient.objects.filter(pk__in=patient_ids, comment="должен").values_list("pk", flat=True)
    return {pk: FactValue(text="6 400,00 ₽", tone="danger") for pk in owing}


@pytest.fixture
def debt_fact():
    fact = PatientFact("test_debt", "Долг", "tests.patients.test_selectors.debts", "billing.view_invoice", 10)
    modules.registry.register(Module(code="debts", title="Debts", patient_facts=[fact]))
    yield fact
    modules.registry.unregister("debts")


def relatives(actor, patient) -> list[str]:
    return [relative.full_name for relative in selectors.relatives_of(actor=actor, patient=patient)]


def debt_of(suggestion) -> str:
    return next(fact.text for fact in suggestion.facts if fact.code == "test_debt")


# Finding


@pytest.mark.parametrize(
    "text",
    ["воро", "ёлк", "елк", "алек вяч", "вяч воробьева-елк", "djhj", "vorob", "4567", "123-45-67", "14.03.1985", "1985"],
    ids=[
        "beginning", "second half, ё", "е for ё", "other words, any order", "hyphenated", "wrong layout", "Latin letters",
        "phone's tail", "longer tail", "birth date", "birth year",
    ],
)  # fmt: skip
def test_a_patient_is_found_by(desk, text):
    PatientFactory(
        surname="Воробьёва-Ёлкина",
        name="Александра",
        patronymic="Вячеславовна",
        phone="+79161234567",
        born_on=date(1985, 3, 14),
    )
    PatientFactory(surname="Сидоров", name="Пётр", patronymic="Ильич", phone="+79160009911", born_on=date(1990, 1, 1))

    assert suggested(desk, text) == ["Воробьёва-Ёлкина Александра Вячеславовна"]


def test_a_patient_is_found_by_the_card_number(desk):
    patient = PatientFactory(card_number=4318)
    PatientFactory(card_number=4319)

    assert [found.pk for found in selectors.patient_suggestions(actor=desk, text="004318")] == [patient.pk]


def test_a_phone_shared_by_a_family_finds_all_its_holders(desk):
    PatientFactory(surname="Ким", name="Ольга", patronymic="", phone="+79161234567")
    PatientFactory(surname="Ким", name="Юля", patronymic="", phone="+79161234567")

    assert suggested(desk, "89161234567") == ["Ким Ольга", "Ким Юля"]


def test_a_child_without_a_phone_and_a_patronymic_is_shown_without_gaps(desk):
    PatientFactory(surname="Ким", name="Юля", patronymic="", born_on=date(2018, 1, 1))

    found = selectors.patient_suggestions(actor=desk, text="ким")[0]

    assert (found.full_name, found.phone) == ("Ким Юля", "")


def test_surnames_that_begin_so_come_before_first_names_and_archived_cards_last(desk):
    PatientFactory(surname="Абрамов", name="Иван", patronymic="")
    PatientFactory(surname="Иванов", name="Олег", patronymic="")
    PatientFactory(surname="Ивакин", name="Олег", patronymic="", archived=True)

    assert suggested(desk, "ива") == ["Иванов Олег", "Абрамов Иван", "Ивакин Олег"]
    assert suggested(desk, "bdf")[0] == "Иванов Олег"
    assert suggested(desk, "ива", with_archived=False) == ["Иванов Олег", "Абрамов Иван"]


def test_the_phone_that_was_searched_by_is_the_one_shown(desk):
    patient = PatientFactory(phone="+79161234567")
    PatientPhone.objects.create(patient=patient, number="+74951112233", note="мама")
    refresh_lexemes(patient)

    found = selectors.patient_suggestions(actor=desk, text="2233")[0]

    assert (found.phone, found.phone_note) == ("+7 (495) 111-22-33", "мама")


def test_no_more_than_the_limit_is_suggested(desk):
    for _ in range(3):
        PatientFactory()

    assert len(selectors.patient_suggestions(actor=desk, text="иван", limit=2)) == 2


def test_surnames_are_found_though_more_cards_match_than_a_search_gathers(desk, monkeypatch):
    monkeypatch.setattr("core.search.MAX_FOUND", 1)
    for _ in range(3):
        PatientFactory(surname="Абрамов", name="Иван", patronymic="")
    PatientFactory(surname="Иванов", name="Олег", patronymic="")

    assert suggested(desk, "иван")[0] == "Иванов Олег"


@pytest.mark.parametrize("text", ["", " ", "'", "!:*|&", "и:*"])
def test_what_means_nothing_finds_nobody_and_breaks_nothing(desk, text):
    PatientFactory()

    assert suggested(desk, text) == []


# What others know


@contextmanager
def as_in_a_request():
    """The module switches and the clinic's options are known, as they come with who is signed in."""
    with modules.remembered_state(), options.remembered_values():
        options.remember({})
        yield


def test_facts_are_asked_once_for_the_whole_list(desk, debt_fact):
    PatientFactory(surname="Иванов", comment="должен")
    for _ in range(4):
        PatientFactory(surname="Иванова")

    with as_in_a_request(), CaptureQueriesContext(connection) as queries:
        found = selectors.patient_suggestions(actor=desk, text="иван")

    assert len(queries) == 4  # the search with the phones, the test's debts, next appointments, accounts
    assert [debt_of(suggestion) for suggestion in found] == ["6 400,00 ₽", "", "", "", ""]


def test_facts_without_the_right_are_not_asked(chairside, doctor, debt_fact):
    PatientFactory(attending=doctor, comment="должен")

    found = selectors.patient_suggestions(actor=chairside, text="иван")[0]

    assert "test_debt" not in {fact.code for fact in found.facts}


def test_nothing_found_costs_no_more_than_the_attempts(desk, debt_fact, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        selectors.patient_suggestions(actor=desk, text="щщщ")


def test_a_fact_that_never_presses_stands_on_the_card_and_not_in_suggestions(desk):
    patient = PatientFactory()

    found = selectors.patient_suggestions(actor=desk, text="иван")[0]
    picked = selectors.picked_patient(actor=desk, patient_id=patient.pk)

    assert [fact.code for fact in found.facts] == ["next_appointment", "debt"]
    assert [fact.code for fact in picked.facts] == ["next_appointment", "debt", "advance"]


def test_facts_with_a_joint_answer_are_asked_together(desk):
    patient = PatientFactory()

    with modules.remembered_state(), CaptureQueriesContext(connection) as queries:
        facts = selectors.patient_facts(actor=desk, patient_ids=[patient.pk])[patient.pk]

    assert [fact.code for fact in facts] == ["next_appointment", "debt", "advance"]
    assert len(queries) == 2


def test_only_facts_one_would_act_on_stand_in_a_suggestion(desk, debt_fact):
    PatientFactory(comment="должен")
    PatientFactory()

    found = selectors.patient_suggestions(actor=desk, text="иван")

    assert [[fact.code for fact in suggestion.pressing_facts] for suggestion in found] == [["test_debt"], []]


# Own patients


def test_a_doctor_finds_own_patients_only_and_sees_no_whole_phone(chairside, doctor):
    PatientFactory(surname="Иванова", attending=doctor, phone="+79161234567")
    PatientFactory(surname="Иванцова")

    found = selectors.patient_suggestions(actor=chairside, text="иван")

    assert names(found) == ["Иванова Анна Петровна"]
    assert found[0].phone == "••• 45-67"


def test_a_scope_of_the_branch_reaches_its_patients(doctor, branch, as_actor):
    from organization.models import RolePermission

    RolePermission.objects.filter(role__code="doctor", code="patients.view_patient").update(scope="branch")
    PatientFactory(surname="Иванова", home_branch=branch)
    PatientFactory(surname="Иванцова", home_branch=BranchFactory())

    assert suggested(as_actor(doctor), "иван") == ["Иванова Анна Петровна"]


def test_the_picker_holds_nobody_the_role_may_not_see(chairside, desk):
    patient = PatientFactory()

    assert selectors.picked_patient(actor=desk, patient_id=str(patient.pk)).pk == patient.pk
    assert selectors.picked_patient(actor=chairside, patient_id=patient.pk) is None


@pytest.mark.parametrize("typed", [None, "", "x", "-1", "1e3", "9" * 30, "²"])
def test_the_picker_takes_no_nonsense(desk, typed):
    assert selectors.picked_patient(actor=desk, patient_id=typed) is None


def test_relatives_the_role_may_not_see_are_not_even_counted(chairside, desk, doctor):
    mother = PatientFactory(attending=doctor)
    family_of(mother, PatientFactory(name="Юля"))

    assert relatives(chairside, mother) == []
    assert relatives(desk, mother) == ["Иванова Юля Петровна"]


def test_the_head_of_a_family_comes_first_then_the_elder(desk):
    mother = PatientFactory(surname="Ольга")
    son = PatientFactory(surname="Сын", born_on=date(2010, 1, 1))
    daughter = PatientFactory(surname="Дочь", born_on=date(2015, 1, 1))
    family_of(mother, daughter, son)

    assert [name.split()[0] for name in relatives(desk, daughter)] == ["Ольга", "Сын"]


# The list


def page(actor, **options):
    return selectors.patient_page(actor=actor, cards=Patient.objects.visible_to(actor), **options)


@pytest.fixture
def three_on_a_page(monkeypatch):
    monkeypatch.setattr("patients.selectors.listing.PAGE_SIZE", 3)


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_forward_and_back_show_every_card_once_in_order(desk, three_on_a_page, newest_first):
    for surname in ["Яшин", "Ёлкин", "Белов", "Белов", "Ким", "Ли", "Абрамов", "Петров"]:
        PatientFactory(surname=surname, name="", patronymic="")
    forward = [page(desk, newest_first=newest_first)]
    while forward[-1].after:
        forward.append(page(desk, newest_first=newest_first, after=forward[-1].after))
    backward = [forward[-1]]
    while backward[0].before:
        backward.insert(0, page(desk, newest_first=newest_first, before=backward[0].before))

    order = ["-card_number"] if newest_first else ["sort_key", "pk"]
    expected = list(Patient.objects.order_by(*order).values_list("pk", flat=True))
    assert [row.pk for shown in forward for row in shown.rows] == expected
    assert [row.pk for shown in backward for row in shown.rows] == expected
    assert [len(shown.rows) for shown in forward] == [3, 3, 2]


def test_the_count_stops_where_it_stops_mattering(desk, monkeypatch):
    monkeypatch.setattr("patients.selectors.listing.MOST_COUNTED", 2)
    for _ in range(2):
        PatientFactory()
    assert (page(desk).count, page(desk).is_count_capped) == (2, False)

    PatientFactory()

    assert (page(desk).count, page(desk).is_count_capped) == (2, True)


def test_a_page_is_not_cut_at_a_card_the_role_may_not_see(chairside, doctor):
    hidden = PatientFactory(surname="Аа")
    PatientFactory(surname="Яя", attending=doctor)

    shown = page(chairside, after=hidden.pk)

    assert shown.before is None
    assert shown.count == len(shown.rows) == 1


def test_the_number_of_queries_does_not_depend_on_the_rows(desk, doctor, debt_fact):
    def queries() -> int:
        with as_in_a_request(), CaptureQueriesContext(connection) as captured:
            page(desk)
        return len(captured)

    PatientFactory(attending=doctor, phone="+79161234567")
    assert queries() == 6  # the count, the keys, the rows, and three answers of facts
    for _ in range(2):
        patient = PatientFactory(phone="+79161234567")
        AttendingDoctorFactory(patient=patient, doctor=doctor, specialty=doctor.specialties.get())

    assert queries() == 6


# Duplicates


def test_candidates_by_name_come_before_candidates_by_phone():
    by_phone = PatientFactory(surname="Абрамова", phone="+79161234567")
    by_name = PatientFactory(surname="Ёлкина", name="Анна", born_on=date(1990, 5, 1))

    found = selectors.possible_duplicates(
        surname="Елкина", name="Анна", born_on=date(1990, 5, 1), phones=["+79161234567"]
    )

    assert [candidate.patient for candidate in found] == [by_name, by_phone]
    assert [(candidate.has_same_name, candidate.has_same_phone) for candidate in found] == [
        (True, False),
        (False, True),
    ]


def test_without_a_phone_and_a_birth_date_nobody_is_suspected(django_assert_num_queries):
    PatientFactory(surname="Ким")

    with django_assert_num_queries(0):
        assert selectors.possible_duplicates(surname="Ким", name="Анна") == []


# Display


@pytest.mark.parametrize(
    ("born_on", "text"),
    [
        (date(1985, 3, 14), "41 год"),
        (date(1985, 11, 24), "40 лет"),
        (date(2022, 11, 23), "4 года"),
        (date(2026, 2, 24), "8 месяцев"),
        (date(2026, 11, 23), "0 месяцев"),
        (None, ""),
    ],
)
def test_age_in_words(born_on, text):
    assert age_text(born_on, date(2026, 11, 23)) == text


def test_a_masked_phone_shows_only_its_end():
    assert phone_text("+79161234567", is_whole=False) == "••• 45-67"
    assert phone_text("+79161234567", is_whole=True) == "+7 (916) 123-45-67"
    assert phone_text("", is_whole=False) == ""


@pytest.mark.parametrize(
    ("typed", "matched"),
    [
        ("воро", ["Воро"]),
        ("елк", ["Ёлк"]),
        ("djhj", ["Воро"]),
        ("анн вор", ["Вор", "Анн"]),
        ("воробьева-ел", ["Воробьёва", "Ёл"]),
        ("4567", []),
    ],
)
def test_the_part_that_was_typed_is_marked_in_the_name(typed, matched):
    parts = name_parts("Воробьёва-Ёлкина Анна", typed)

    assert [part.text for part in parts if part.is_matched] == matched
    assert "".join(part.text for part in parts) == "Воробьёва-Ёлкина Анна"


def test_a_name_without_a_match_is_one_piece():
    assert name_parts("Ким Юля", "щ") == (NamePart("Ким Юля"),)
