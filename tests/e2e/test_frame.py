"""The frame on real records: sign-in, roles, employees, branch hours, history, modules, rights, the lock."""

import time
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from organization.models import Branch, EmployeeRole, Role
from tests.browser.accessibility import violations
from tests.browser.fixtures import DESK, LAPTOP, NewPage
from tests.e2e.clinic import Clinic, sign_in
from tests.factories.organization import PASSWORD, EmployeeFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person_of_two_roles(clinic: Clinic) -> Clinic:
    """The doctor may work as an administrator, too."""
    EmployeeRole.objects.create(employee=clinic.doctor, role=Role.objects.get(code="administrator"))
    return clinic


@pytest.fixture(params=["today", "109"])
def any_new_page(request: pytest.FixtureRequest) -> NewPage:
    return request.getfixturevalue("new_page" if request.param == "today" else "new_page109")


def open_settings(page: Page, address: str, name: str, *ids: int) -> Page:
    page.goto(address + reverse(f"organization:{name}", args=ids))
    return page


def toast(page: Page) -> None:
    expect(page.locator(".z-toast-success").last).to_be_visible()


@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1280x800", "1366x768"])
def test_everybody_signs_in_and_sees_their_own_part(clinic, live_server, any_new_page, size, artifacts):
    for login, sees_settings in (("director", True), ("administrator", False), ("doctor", False)):
        page = sign_in(any_new_page(size=size), live_server.url, login)

        expect(page.locator(".z-person-role")).to_have_text(
            {"director": "Директор", "administrator": "Администратор", "doctor": "Врач"}[login]
        )
        expect(page.locator(".z-rail-foot a")).to_have_count(1 if sees_settings else 0)
        page.screenshot(path=artifacts / f"home-{login}-{size[0]}.png")


def test_a_wrong_password_keeps_the_login_and_says_so(clinic, live_server, page):
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "director")
    page.fill("[name=password]", "wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=username]")).to_have_value("director")


def test_a_role_is_chosen_by_keyboard_and_switched_in_the_header(person_of_two_roles, live_server, any_new_page):
    page = any_new_page()
    page.goto(f"{live_server.url}/login/")
    page.keyboard.type("doctor")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".z-roles")
    page.keyboard.press("Alt+2")
    page.wait_for_selector(".z-rail")
    expect(page.locator(".z-person-role")).to_have_text("Врач")

    page.locator(".z-person-button").click()
    page.locator(".z-person-menu").get_by_role("button", name="Администратор").click()

    expect(page.locator(".z-person-role")).to_have_text("Администратор")


def test_a_tab_of_the_former_role_says_so_and_keeps_what_is_typed(person_of_two_roles, live_server, new_page):
    Role.objects.get(code="administrator").permissions.create(code="organization.view_employee")
    Role.objects.get(code="administrator").permissions.create(code="organization.change_employee")
    page = new_page()
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "doctor")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Администратор").click()
    page.wait_for_selector(".z-rail")
    open_settings(page, live_server.url, "employee_detail", person_of_two_roles.registrar.pk)
    page.fill("[name=phone]", "8 916 000-11-22")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/profile/")
    other.locator(".z-person-button").click()
    other.locator(".z-person-menu").get_by_role("button", name="Врач").click()
    other.wait_for_load_state()

    expect(page.locator("#banner-role")).to_be_visible()
    page.locator("#employee-form button[type=submit]").click()

    expect(page.locator(".z-toast-danger")).to_be_visible()
    expect(page.locator("[name=phone]")).to_have_value("8 916 000-11-22")
    person_of_two_roles.registrar.refresh_from_db()
    assert person_of_two_roles.registrar.phone == ""


@pytest.mark.parametrize("size", [DESK, LAPTOP], ids=["1280x800", "1366x768"])
def test_an_employee_is_found_and_hours_are_changed_and_told(clinic, live_server, any_new_page, size, artifacts):
    EmployeeFactory(surname="Белова", name="Ирина", patronymic="Андреевна", role="doctor", branch=clinic.branch)
    page = sign_in(any_new_page(size=size), live_server.url, "director")

    open_settings(page, live_server.url, "employee_list")
    page.keyboard.press("F2")
    page.keyboard.type("бел ир")
    expect(page.locator("#employees tbody tr")).to_have_count(1)
    assert "q=" in page.url
    page.screenshot(path=artifacts / f"employees-{size[0]}.png")
    page.get_by_role("link", name="Белова Ирина Андреевна").click()
    expect(page.locator("h1")).to_have_text("Белова Ирина Андреевна")
    page.go_back()
    expect(page.locator("#employees tbody tr")).to_have_count(1)

    open_settings(page, live_server.url, "branch_detail", clinic.branch.pk)
    page.fill("[name=hours-from_0]", "8")
    page.fill("[name=hours-to_0]", "1930")
    page.uncheck("[name=hours-open_6]")
    page.keyboard.press("Control+Enter")
    toast(page)
    expect(page.locator("[name=hours-from_0]")).to_have_value("08:00")
    page.get_by_role("button", name="История").click()
    told = page.locator("[data-history] .z-act").first
    expect(told).to_contain_text("Орлова")
    expect(told).to_contain_text("Директор")
    expect(told).to_contain_text("09:00")
    expect(told).to_contain_text("08:00")
    expect(told).to_contain_text("Воскресенье")
    page.screenshot(path=artifacts / f"history-{size[0]}.png")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer-frame")).to_be_hidden()


def test_two_people_changing_one_branch_see_both_versions(clinic, live_server, new_page):
    first = sign_in(new_page(), live_server.url, "director")
    second = sign_in(new_page(), live_server.url, "director")
    for page in (first, second):
        open_settings(page, live_server.url, "branch_detail", clinic.branch.pk)
    first.fill("[name=address]", "Их адрес")
    first.locator("#branch-form button[type=submit]").click()
    toast(first)

    second.fill("[name=address]", "Наш адрес")
    second.locator("#branch-form button[type=submit]").click()

    conflict = second.locator(".z-conflict")
    expect(conflict).to_contain_text("Их адрес")
    expect(conflict).to_contain_text("Наш адрес")
    second.locator("#branch-form button[type=submit]").click()
    toast(second)
    assert Branch.objects.get().address == "Наш адрес"


def test_rooms_and_chairs_are_kept_in_place(clinic, live_server, any_new_page):
    page = open_settings(
        sign_in(any_new_page(), live_server.url, "director"), live_server.url, "branch_detail", clinic.branch.pk
    )
    rooms = page.locator("#branch-rooms")

    rooms.get_by_role("button", name="Добавить кабинет").click()
    expect(rooms.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Кабинет 1")
    page.keyboard.press("Enter")
    expect(rooms.locator(".z-error")).to_be_visible()
    expect(rooms.locator("[name=name]")).to_have_value("Кабинет 1")
    rooms.locator("[name=name]").fill("Хирургия")
    page.keyboard.press("Enter")
    room = rooms.locator(".z-room", has_text="Хирургия")
    room.get_by_role("button", name="Добавить кресло").click()
    expect(rooms.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Кресло 2")
    page.keyboard.press("Enter")
    expect(rooms.locator(".z-room", has_text="Хирургия")).to_contain_text("Кресло 2")
    rooms.get_by_role("button", name="Убрать: Хирургия").click()
    page.locator("#confirm [data-answer=yes]").click()

    expect(rooms.locator(".z-room", has_text="Хирургия")).to_have_count(0)


def test_a_right_switched_off_is_gone_for_the_role_at_once(clinic, live_server, new_page, artifacts):
    desk = sign_in(new_page(), live_server.url, "administrator")
    expect(desk.get_by_role("search").first).to_be_visible()
    office = open_settings(sign_in(new_page(), live_server.url, "director"), live_server.url, "role_list")
    office.locator(".z-subnav-roles").get_by_role("link", name="Администратор").click()
    expect(office.locator("h1")).to_have_text("Администратор")
    office.wait_for_load_state()
    office.keyboard.press("F2")
    office.keyboard.type("видеть карты пациентов")
    row = office.locator("[data-right='patients.view_patient']")
    expect(office.locator("[data-right]:visible")).to_have_count(1)

    row.get_by_role("switch").click()
    office.keyboard.press("Control+Enter")
    office.locator("#role-save [type=submit]").click()

    expect(row).to_contain_text("изменено")
    expect(row.get_by_role("switch")).not_to_be_checked()
    expect(office.locator("[data-count-changed]")).to_have_text("1")
    office.screenshot(path=artifacts / "right-off.png")
    desk.reload()
    expect(desk.locator("#patient-search")).to_have_count(0)
    answer = desk.goto(f"{live_server.url}/patients/")
    assert answer is not None and answer.status == 403


def test_a_module_switched_off_is_gone_everywhere_at_once(clinic, live_server, new_page, dummy, artifacts):
    desk = sign_in(new_page(), live_server.url, "administrator")
    expect(desk.locator(".z-rail a[href='/dummy/']")).to_be_visible()
    office = open_settings(sign_in(new_page(), live_server.url, "director"), live_server.url, "module_list")

    office.locator("[data-module=dummy]").get_by_role("button", name="Выключить").click()
    office.locator("#confirm [data-answer=yes]").click()

    expect(office.locator("[data-module=dummy]")).to_contain_text("выключен")
    expect(office.locator("a[href='/dummy/']")).to_have_count(0)
    office.screenshot(path=artifacts / "module-off.png")
    desk.reload()
    expect(desk.locator("a[href='/dummy/']")).to_have_count(0)
    answer = desk.goto(f"{live_server.url}/dummy/")
    assert answer is not None and answer.status == 404


def leave_alone(minutes: int) -> None:
    """As if nobody had touched any session for so long."""
    engine = import_module(settings.SESSION_ENGINE)
    for row in Session.objects.all():
        session = engine.SessionStore(row.session_key)
        session["seen_at"] = int(time.time()) - minutes * 60
        session.save()


def test_the_lock_lies_over_the_page_and_loses_nothing(clinic, live_server, any_new_page, artifacts):
    page = open_settings(
        sign_in(any_new_page(), live_server.url, "director"), live_server.url, "branch_detail", clinic.branch.pk
    )
    page.fill("[name=address]", "Набрано до замка")
    leave_alone(minutes=16)

    lock = page.locator("#lock")
    expect(lock).to_be_visible()  # the live poll found it, nobody clicked
    page.screenshot(path=artifacts / "lock.png")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    lock.locator("[name=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(lock.get_by_role("alert")).to_be_visible()
    lock.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(lock).to_be_hidden()
    expect(page.locator("[name=address]")).to_have_value("Набрано до замка")
    page.locator("#branch-form button[type=submit]").click()
    toast(page)
    assert Branch.objects.get().address == "Набрано до замка"


def test_theme_and_language_follow_the_person(clinic, live_server, new_page):
    page = sign_in(new_page(), live_server.url, "administrator")
    page.locator(".z-person-button").click()
    with page.expect_response("**/profile/preferences/"):
        page.locator("[data-theme-switch]").click()
    page.locator(".z-person-button").click()
    page.locator(".z-person-languages").get_by_role("button", name="EN").click()
    page.wait_for_load_state()

    elsewhere = sign_in(new_page(), live_server.url, "administrator")

    expect(elsewhere.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")


PAGES = [
    "entity_list", "entity_new", "branch_list", "branch_new", "branch_detail", "employee_list", "employee_new",
    "employee_detail", "directory_list", "role_list", "module_list", "token_list", "profile",
]  # fmt: skip


def pages_of(clinic: Clinic) -> list[str]:
    ids = {"branch_detail": [clinic.branch.pk], "employee_detail": [clinic.doctor.pk]}
    return [reverse(f"organization:{name}", args=ids.get(name, [])) for name in PAGES]


def test_every_settings_page_draws_right_in_chromium_109(clinic, live_server, new_page109):
    page = sign_in(new_page109(size=(1280, 670)), live_server.url, "director")

    for path in pages_of(clinic):
        page.goto(live_server.url + path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_settings_are_accessible(clinic, live_server, new_page, theme):
    clinic.director.user.theme = theme
    clinic.director.user.save()
    page = new_page()
    page.goto(f"{live_server.url}/login/")
    found = {"/login/": violations(page)}
    sign_in(page, live_server.url, "director")

    for path in pages_of(clinic):
        page.goto(live_server.url + path)
        found[path] = violations(page)

    assert {path: trouble for path, trouble in found.items() if trouble} == {}


def test_the_description_of_the_api_opens_without_the_internet(clinic, live_server, page):
    sign_in(page, live_server.url, "director")

    page.goto(f"{live_server.url}/api/docs/")

    expect(page.locator("#swagger-ui")).to_contain_text("/api/v1/employees/")
