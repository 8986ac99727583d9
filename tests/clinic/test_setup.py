"""The steps bring an empty database to a clinic in which the first patient is booked; twice is as good as once."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from billing.models import CashDesk
from clinic.setup import state
from clinic.setup.logins import free_login, latin
from clinic.setup.steps import CODES
from organization.models import Branch, BranchHours, Chair, Employee, LegalEntity, Room, User
from pricelist.models import Price, Service
from pricelist.selectors import prices_at
from schedule.models import Appointment, CancelReason, WorkShift
from tests.factories.organization import EmployeeFactory, UserFactory

pytestmark = pytest.mark.django_db

ENTITY = {
    "short_name": "ООО «Зубр-Дент»",
    "name": "ООО «Зубр-Дент»",
    "inn": "7707083893",
    "tax_system": "simplified",
    "head_name": "Орлова Мария Викторовна",
}
BRANCH = {"name": "Ленинский, 42", "time_zone": "Europe/Moscow", "slot_minutes": "15"}
STAFF = {
    "p0-surname": "Аксёнов", "p0-name": "Дмитрий", "p0-specialty": "Терапевт",
    "p1-surname": "петрова", "p1-name": "анна", "p1-login": "desk",
}  # fmt: skip


@pytest.fixture
def founder(db):
    """The first director of an empty database."""
    state.open_setup()
    return EmployeeFactory(user__username="maria", surname="Орлова", name="Мария", role="director")


@pytest.fixture
def client(founder, client_of) -> Client:
    return client_of(founder)


def post(client, step, data, **headers):
    return client.post(reverse(f"setup:{step}"), data, headers={"HX-Request": "true", **headers})


def place(client):
    """The company and its branch, as the first two steps leave them."""
    post(client, "entity", ENTITY)
    post(client, "branch", BRANCH)
    return Branch.objects.get()


def roles():
    from organization.models import Role

    return dict(Role.objects.exclude(code="").values_list("code", "pk"))


def staff(had=1, **more):
    people = {**STAFF, "p0-role": roles()["doctor"], "p1-role": roles()["administrator"]}
    return {"had": had, **people, **more}


def week(doctor, chair, **more):
    days = {f"hours-open_{day}": "on" for day in range(7)}
    times = {f"hours-{way}_{day}": time for day in range(7) for way, time in (("from", "9"), ("to", "20"))}
    shift = {
        f"d{doctor.pk}-starts": "9:00",
        f"d{doctor.pk}-ends": "15",
        f"d{doctor.pk}-chair": chair.pk,
        f"d{doctor.pk}-days": list(range(7)),
    }
    return {**days, **times, **shift, "weeks": 2, **more}


def workbook(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    file.seek(0)
    file.name = "prices.xlsx"
    return file


def test_an_empty_database_becomes_a_clinic_where_a_patient_is_booked(client, founder):
    branch = place(client)
    post(client, "rooms", {"rooms": 3, "chairs": 1, "had": 0})
    answer = post(client, "staff", staff())
    doctor = Employee.objects.get(surname="Аксёнов")
    post(client, "hours", week(doctor, Chair.objects.first()))
    post(client, "sample_list_take", {})
    tomorrow = timezone.localdate() + timedelta(days=1)

    added = client.post(reverse("patients:patient_add"), {"surname": "Иванова", "name": "Анна", "phone": "89161234567"})
    from patients.models import Patient
    from schedule import services
    from tests.factories.organization import actor_of
    from tests.factories.schedule import moment

    appointment = services.book_appointment(
        actor=actor_of(Employee.objects.get(surname="Петрова"), branch=branch),
        patient=Patient.objects.get(),
        doctor=doctor,
        branch=branch,
        starts_at=moment("10:00", branch, tomorrow),
        minutes=30,
    )

    assert added.status_code < 400
    assert "aksenov" in answer.content.decode()
    assert (CashDesk.objects.count(), CancelReason.objects.exists()) == (1, True)
    assert appointment.chair == Chair.objects.first()
    assert client.get(reverse("setup:done")).context["setup"].is_done["done"]


def test_every_step_opens_in_its_turn_and_sends_back_what_is_too_early(client):
    for code in CODES[2:5]:
        assert client.get(reverse(f"setup:{code}")).headers["Location"] == reverse("setup:entity")
    place(client)
    for code in CODES:
        assert client.get(reverse(f"setup:{code}")).status_code == 200


def test_the_director_is_led_to_the_steps_until_they_are_put_away(client):
    assert client.get(reverse("organization:home")).headers["Location"] == reverse("setup:start")
    place(client)
    assert client.get(reverse("organization:home")).headers["Location"] == reverse("setup:start")

    post(client, "close", {})

    assert client.get(reverse("organization:home")).headers["Location"] != reverse("setup:start")
    assert client.get(reverse("setup:start")).status_code == 302


def test_nobody_is_led_to_the_steps_in_a_clinic_that_works(director, client_of):
    home = client_of(director).get(reverse("organization:home"))

    assert home.headers["Location"] != reverse("setup:start")


def test_the_steps_are_the_directors(registrar, doctor, client_of):
    for person in (registrar, doctor):
        assert client_of(person).get(reverse("setup:entity")).status_code == 403
        assert client_of(person).post(reverse("setup:staff"), {}).status_code == 403


def test_a_step_saved_twice_is_saved_once(client):
    for _click in range(2):
        branch = place(client)
        post(client, "rooms", {"rooms": 2, "chairs": 2, "had": 0})
        post(client, "staff", staff())
        post(client, "hours", week(Employee.objects.get(surname="Аксёнов"), Chair.objects.first()))
        post(client, "sample_list_take", {})

    assert (LegalEntity.objects.count(), Branch.objects.count()) == (1, 1)
    assert (Room.objects.count(), Chair.objects.filter(room__branch=branch).count()) == (2, 4)
    assert Employee.objects.count() == 3
    assert WorkShift.objects.count() == 14
    assert (Service.objects.count(), Price.objects.count()) == (144, 144)


def test_rooms_go_on_from_the_numbers_that_are_there(client):
    branch = place(client)
    post(client, "rooms", {"rooms": 1, "chairs": 1, "had": 0})
    Room.objects.create(branch=branch, name="Кабинет 3")
    post(client, "rooms", {"rooms": 2, "chairs": 1, "had": 2})

    assert sorted(Room.objects.values_list("name", flat=True)) == [f"Кабинет {number}" for number in range(1, 5)]


def test_a_refused_row_keeps_all_that_was_typed_and_adds_nobody(client):
    place(client)
    UserFactory(username="desk")

    taken = post(client, "staff", staff())
    nameless = post(client, "staff", staff(**{"p2-surname": "Белова", "p0-specialty": ""}))

    assert (taken.status_code, nameless.status_code) == (422, 422)
    assert "Аксёнов" in taken.content.decode()
    assert taken.context["form"].rows[1].errors.keys() == {"login"}
    assert nameless.context["form"].rows[0].errors.keys() == {"specialty"}
    assert nameless.context["form"].rows[2].errors.keys() == {"name"}
    assert Employee.objects.count() == 1


def test_passwords_are_shown_once_and_open_the_login_for_a_first_time(client):
    place(client)

    answer = post(client, "staff", staff())
    [desk] = [one for one in answer.context["logins"] if one.login == "desk"]

    assert desk.password in answer.content.decode()
    assert desk.password not in client.get(reverse("setup:staff")).content.decode()
    user = User.objects.get(username="desk")
    assert (user.check_password(desk.password), user.must_change_password) == (True, True)
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_does_not_sign_in_gets_no_password(client):
    place(client)

    answer = post(client, "staff", {"had": 1, "p0-surname": "Дроздова", "p0-name": "Полина"})

    assert answer.context["logins"] == []
    assert not Employee.objects.get(surname="Дроздова").user.has_usable_password()


def test_a_shared_chair_is_given_once_and_the_rest_counted(client):
    place(client)
    post(client, "rooms", {"rooms": 1, "chairs": 1, "had": 0})
    post(
        client,
        "staff",
        staff(**{"p2-surname": "Белова", "p2-name": "Инна", "p2-role": roles()["doctor"], "p2-specialty": "Хирург"}),
    )
    chair = Chair.objects.get()
    both = {}
    for doctor in Employee.objects.filter(surname__in=["Аксёнов", "Белова"]):
        both |= week(doctor, chair)

    post(client, "hours", both)

    assert WorkShift.objects.count() == 14
    assert BranchHours.objects.count() == 7


def test_a_price_list_is_looked_through_before_it_is_taken(client):
    place(client)
    file = workbook(
        ("Код", "Название", "Раздел", "Цена"), ("1", "Осмотр", "Терапия", "1 200,50"), ("2", "Пломба", "Терапия", "?")
    )

    read = client.post(reverse("setup:price_file_read"), {"file": file})
    before = Service.objects.count()
    saved = [post(client, "prices_save", {"rows": read.context["signed"]}) for _click in range(2)]

    again = client.post(
        reverse("setup:price_file_read"), {"file": workbook(("Код", "Название", "Цена"), ("1", "Осмотр", 5))}
    )

    assert [row.number for row in read.context["shown"]] == [3, 2]
    assert again.context["read"].wrong == 1
    assert before == 0
    assert [answer.status_code for answer in saved] == [204, 422]
    service = Service.objects.get()
    assert (service.code, str(service.direction)) == ("1", "Терапия")
    assert str(prices_at([service.pk], at=timezone.now())[service.pk]) == "1200.50"


def test_rows_nobody_was_shown_are_not_taken(client):
    place(client)

    assert post(client, "prices_save", {"rows": "W1sib3duIiwi...:forged"}).status_code == 422
    assert not Service.objects.exists()


def test_a_file_that_is_no_workbook_is_refused_beside_the_field(client):
    place(client)
    file = io.BytesIO(b"not a workbook")
    file.name = "prices.xlsx"

    answer = client.post(reverse("setup:price_file_read"), {"file": file})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"file"}


@pytest.mark.parametrize(
    ("name", "login"), [("Щукина", "shchukina"), ("Ёлкин-Яхонтов", "elkinyakhontov"), ("Объедков", "obedkov")]
)
def test_a_login_is_the_surname_in_latin_letters(name, login):
    assert latin(name) == login


def test_a_taken_login_gets_the_initial_then_a_number(db):
    UserFactory(username="petrov")
    assert free_login("Петров", "Алексей") == "petrov.a"
    UserFactory(username="petrov.a")
    assert free_login("Петров", "Алексей") == "petrov2"


def test_the_first_director_is_led_to_the_steps():
    from tests.clinic.test_first_director import open_clinic

    said = open_clinic(company="", inn="", branch="")
    browser = Client()
    browser.post("/login/", {"username": "maria", "password": said.partition("Password: ")[2].split()[0]})
    User.objects.update(must_change_password=False)

    assert browser.get("/").headers["Location"] == reverse("setup:start")
    assert not Appointment.objects.exists()
