"""Who changed what: people, roles and pages in the history rows, and how they are read back."""

import re
from datetime import time

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import history
from organization import services
from organization.history import BRANCH, EMPLOYEE, ROLE
from organization.models import Branch, Position, Role, Specialty
from tests.factories.organization import ChairFactory, RoomFactory

pytestmark = pytest.mark.django_db(transaction=True)
# A transaction of its own for each act: acts are told apart by the moment of their transaction.


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


def newest(trail: history.Trail, record) -> history.Act:
    return history.acts_of(trail, record)[0][0]


def told(act: history.Act) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    return [
        (line.subject, str(line.verb), [(str(change.label), change.old, change.new) for change in line.changes])
        for line in act.lines
    ]


def test_the_page_the_person_and_the_role_are_kept_with_every_change(client_of, director, branch):
    client = client_of(director)
    form = week_form(branch, {**dict.fromkeys(range(7), ("09:00", "21:00")), 0: ("10:00", "19:00")})

    client.post(reverse("organization:branch_change", args=[branch.pk]), form, headers={"HX-Request": "true"})

    act = newest(BRANCH, branch)
    assert (act.person, act.role) == ("Орлова М. А.", Role.objects.get(code="director").name)
    assert act.page == f"/settings/branches/{branch.pk}/change/"
    assert told(act) == [
        ("часы работы: Понедельник", "изменено", [("Открытие", "09:00", "10:00"), ("Закрытие", "21:00", "19:00")])
    ]


def week_form(branch: Branch, hours: dict[int, tuple[str, str]], **more: str) -> dict[str, str]:
    form = {
        "name": branch.name,
        "legal_entity": str(branch.legal_entity_id),
        "time_zone": branch.time_zone,
        "slot_minutes": str(branch.slot_minutes),
        "version": str(branch.version),
        **more,
    }
    for day, (opens, closes) in hours.items():
        form |= {f"hours-open_{day}": "on", f"hours-from_{day}": opens, f"hours-to_{day}": closes}
    return form


def test_a_closed_day_a_new_room_and_a_renamed_chair_belong_to_the_branch(actor, branch):
    room = services.add_room(actor=actor, branch=branch, name="5")
    assert told(newest(BRANCH, branch)) == [("кабинет: 5", "добавлено", [])]

    chair = services.add_chair(actor=actor, room=room, name="Левое")
    services.rename_chair(actor=actor, chair=chair, name="Правое")
    assert newest(BRANCH, branch).lines[0].subject == "кресло: Правое"

    services.archive_chair(actor=actor, chair=chair)
    assert told(newest(BRANCH, branch)) == [("кресло: Правое", "убрано в архив", [])]

    services.set_branch_hours(actor=actor, branch=branch, version=1, hours={0: (time(9), time(21))})
    assert {line.verb for line in newest(BRANCH, branch).lines} == {"удалено"}


def test_a_renaming_is_told_with_both_names(actor, chair):
    old = chair.name

    services.rename_chair(actor=actor, chair=chair, name="Новое имя")

    assert told(newest(BRANCH, chair.room.branch)) == [
        ("кресло: Новое имя", "изменено", [("Название", old, "Новое имя")])
    ]


def test_what_points_at_records_is_told_by_their_names(actor, doctor):
    surgeon = Specialty.objects.create(name="Хирург")
    position = Position.objects.create(name="Главный врач")

    services.change_employee(
        actor=actor, employee=doctor, version=1, phone="+79161234567", specialties=[surgeon], positions=[position]
    )

    assert told(newest(EMPLOYEE, doctor)) == [
        ("", "изменено", [("Телефон", "–", "+7 (916) 123-45-67")]),
        ("специальность: Хирург", "добавлено", []),
        ("специальность: Терапевт", "удалено", []),
        ("должность: Главный врач", "добавлено", []),
    ]


def test_a_password_set_is_told_without_the_password(actor, registrar):
    services.set_login(actor=actor, employee=registrar, username="registrar", password="сиреневый-трамвай-42")

    lines = told(newest(EMPLOYEE, registrar))

    assert ("логин: registrar", "задан пароль") in [line[:2] for line in lines]
    assert not re.search(r"pbkdf2|трамвай|argon", str(lines))


def test_rights_are_told_by_their_plain_names(actor):
    role = Role.objects.get(code="administrator")

    services.set_role_permission(actor=actor, role=role, code="patients.add_patient", scope=None)

    subject, verb, changes = told(newest(ROLE, role))[0]
    assert (subject, verb) == ("право: Заводить карты", "изменено")
    assert changes == [("Действие", "разрешено", "запрещено")]


def test_a_change_by_any_path_is_caught_and_says_who_when_it_knows(branch):
    Branch.objects.filter(pk=branch.pk).update(address="Москва")
    assert newest(BRANCH, branch).person == "Сама программа"

    with pghistory.context(person="Ночная сверка"):
        Branch.objects.filter(pk=branch.pk).update(address="Тверь")
    assert newest(BRANCH, branch).person == "Ночная сверка"


def test_a_page_of_history_costs_the_same_however_many_rows(actor, branch):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            history.acts_of(BRANCH, branch)
        return len(captured)

    before = queries()
    for number in range(5):
        ChairFactory(room=RoomFactory(branch=branch, name=f"К{number}"))

    assert queries() == before <= 2


def test_long_histories_come_page_by_page_without_gaps(actor, branch):
    for number in range(history.PAGE_SIZE + 5):
        Branch.objects.filter(pk=branch.pk).update(address=f"Улица {number}")

    first, has_more = history.acts_of(BRANCH, branch)
    second, has_even_more = history.acts_of(BRANCH, branch, page=2)

    addresses = [change.new for act in [*first, *second] for line in act.lines for change in line.changes]
    streets = [text for text in addresses if text.startswith("Улица")]
    assert streets == [f"Улица {number}" for number in reversed(range(history.PAGE_SIZE + 5))]
    assert (has_more, has_even_more) == (True, False)


def test_the_drawer_shows_the_history_to_who_may_see_it(client_of, director, registrar, branch):
    url = reverse("organization:branch_history", args=[branch.pk])

    page = client_of(director).get(url, headers={"HX-Request": "true"}).content.decode()

    assert "data-drawer-part" in page
    assert "добавлено" in page
    assert client_of(registrar).get(url).status_code == 403
