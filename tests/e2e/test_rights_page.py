"""The rights page in a browser: by keyboard alone, saved together, two directors at once; and through others' eyes."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.actor import Scope, system_actor
from organization import services
from organization.models import Role, RolePermission
from tests.browser.accessibility import violations
from tests.browser.fixtures import NewPage
from tests.e2e.clinic import Clinic, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ADD, CARDS, KEYS = "patients.add_patient", "patients.view_patient", "organization.issue_token"


@pytest.fixture(params=["today", "109"])
def any_new_page(request: pytest.FixtureRequest) -> NewPage:
    return request.getfixturevalue("new_page" if request.param == "today" else "new_page109")


@pytest.fixture
def administrator(clinic: Clinic) -> Role:
    return Role.objects.get(code="administrator")


def rights_page(page: Page, address: str, role: Role, query: str = "") -> Page:
    sign_in(page, address, "director").goto(f"{address}{reverse('organization:role_detail', args=[role.pk])}{query}")
    return page


def row(page: Page, code: str):
    return page.locator(f"[data-right='{code}']")


def effect_of(role: Role, code: str) -> str:
    return RolePermission.objects.filter(role=role, code=code).values_list("effect", flat=True).first() or "none"


def test_rights_are_found_changed_and_saved_by_keyboard_alone(administrator, live_server, any_new_page):
    page = rights_page(any_new_page(), live_server.url, administrator)
    page.keyboard.press("F2")
    page.keyboard.type("ключи")
    expect(page.locator("[data-right]:visible")).to_have_count(1)
    row(page, KEYS).get_by_role("switch").focus()
    page.keyboard.press("Space")
    expect(row(page, KEYS)).to_contain_text("не сохранено")
    expect(page.locator("[data-save]")).to_have_text("Сохранить: 1")

    page.keyboard.press("Control+Enter")
    dialog = page.locator("#modal")
    expect(dialog).to_contain_text("Подействует сразу на 1 сотрудника")
    expect(dialog).to_contain_text("опасные права")
    assert effect_of(administrator, KEYS) == "none"
    page.keyboard.press("Control+Enter")

    expect(page.locator("[data-save]")).to_be_disabled()
    assert effect_of(administrator, KEYS) == "allow"
    expect(page.locator("#right-search")).to_have_value("ключи")
    expect(row(page, KEYS)).to_contain_text("изменено")


def test_undo_brings_back_what_was_saved_and_then_what_was_supplied(administrator, live_server, new_page):
    services.set_role_permission(actor=system_actor("tests"), role=administrator, code=KEYS, scope=Scope.ALL)
    page = rights_page(new_page(), live_server.url, administrator)
    one = row(page, KEYS)
    one.get_by_role("switch").click()
    expect(one).to_contain_text("не сохранено")

    one.locator("[data-undo]").click()
    expect(one.get_by_role("switch")).to_be_checked()
    expect(page.locator("[data-save]")).to_be_disabled()
    one.locator("[data-undo]").click()
    expect(one.get_by_role("switch")).not_to_be_checked()
    expect(one).to_contain_text("не сохранено")


def test_leaving_with_unsaved_changes_is_asked_about(administrator, live_server, new_page):
    page = rights_page(new_page(), live_server.url, administrator)
    row(page, ADD).get_by_role("switch").click()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.locator(".z-subnav-roles").get_by_role("link", name="Врач").click()
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    expect(page.locator("h1")).to_have_text("Администратор")
    expect(row(page, ADD)).to_contain_text("не сохранено")


def test_the_second_of_two_directors_sees_both_versions_and_goes_on(administrator, live_server, new_page):
    page = rights_page(new_page(), live_server.url, administrator)
    row(page, ADD).get_by_role("switch").click()
    services.set_role_permission(actor=system_actor("tests"), role=administrator, code=KEYS, scope=Scope.ALL)

    page.locator("[data-save]").click()

    expect(page.locator("#rights .z-conflict")).to_contain_text("осталось как было")
    expect(row(page, KEYS).get_by_role("switch")).to_be_checked()
    expect(row(page, ADD)).to_contain_text("не сохранено")
    assert effect_of(administrator, ADD) == "allow"
    page.locator("[data-save]").click()
    page.locator("#role-save [type=submit]").click()
    expect(page.locator("[data-save]")).to_be_disabled()
    assert (effect_of(administrator, ADD), effect_of(administrator, KEYS)) == ("deny", "allow")


def test_the_column_shows_what_a_person_could_do_before_it_is_saved(administrator, clinic, live_server, new_page):
    page = rights_page(new_page(), live_server.url, administrator, f"?employee={clinic.registrar.pk}")
    row(page, KEYS).get_by_role("switch").click()

    expect(page.locator(".z-person-line.is-unsaved")).to_contain_text("изменение ещё не сохранено")
    assert effect_of(administrator, KEYS) == "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible(administrator, live_server, new_page, theme):
    page = rights_page(new_page(theme=theme, url=live_server.url), live_server.url, administrator)
    row(page, ADD).get_by_role("switch").click()
    page.wait_for_timeout(500)

    assert violations(page) == []


def test_others_eyes_show_a_bar_refuse_every_act_and_are_left_by_a_click(clinic, live_server, any_new_page):
    page = sign_in(any_new_page(), live_server.url, "director")
    page.goto(live_server.url + reverse("organization:employee_detail", args=[clinic.doctor.pk]))
    page.get_by_role("button", name="Посмотреть глазами сотрудника").click()
    bar = page.locator(".z-banner-viewing")
    expect(bar).to_contain_text("Врач, Аксёнов Д.")
    expect(page.locator(".z-person-role")).to_have_text("Врач")

    page.locator(".z-person-button").click()
    page.get_by_role("button", name="Тёмная тема").click()
    page.goto(f"{live_server.url}/profile/")
    expect(bar).to_be_visible()
    assert violations(page, within=".z-banner-viewing") == []
    clinic.director.user.refresh_from_db()
    assert clinic.director.user.theme == "light"

    bar.get_by_role("button", name="Вернуться").click()
    expect(page.locator(".z-person-role")).to_have_text("Директор")
    expect(page.locator("h1")).to_contain_text("Аксёнов")


def test_a_personal_right_asks_only_for_what_its_kind_has(clinic, live_server, new_page):
    page = sign_in(new_page(), live_server.url, "director")
    page.goto(live_server.url + reverse("organization:employee_detail", args=[clinic.registrar.pk]))
    page.get_by_role("button", name="Расширить, сузить или запретить").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".z-field.limit")).to_be_hidden()

    drawer.locator("[name=code]").select_option("billing.give_discount")
    expect(drawer.locator(".z-field.limit")).to_be_visible()
    drawer.get_by_label("запретить").check()
    expect(drawer.locator(".z-field.limit")).to_be_hidden()
    drawer.get_by_label("не шире указанного").check()
    drawer.locator("[name=limit]").fill("5")
    drawer.locator("[name=reason]").fill("испытательный срок")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#personal-rights")).to_contain_text("не шире: до 5 %")
