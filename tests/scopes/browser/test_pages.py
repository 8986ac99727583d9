"""Substitutions, permissions by name and the foreign card on the screen."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.scopes.world import give_desk, open_card, open_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_employees_page_says_what_is_open_by_name(new_page, live_server, seat, world, theme, artifacts):
    world.director.user.theme = theme
    world.director.user.save()
    give_desk(world.anna, world.desks[1], timezone.now() + timedelta(days=9))
    open_report(world.anna)
    open_card(world.anna, world.patients[10], timezone.now() + timedelta(days=1), is_emergency=True)
    page = seat(new_page(size=(1280, 800)), world.director)

    page.goto(f"{live_server.url}/settings/employees/{world.anna.pk}/")

    panel = page.locator("#employee-grants")
    expect(panel).to_contain_text(world.desks[1].name)
    expect(panel).to_contain_text(world.patients[10].surname)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    panel.scroll_into_view_if_needed()
    page.screenshot(path=artifacts / f"grants-{theme}.png")
    assert_accessible(page, within="#employee-grants")
    panel.get_by_role("button", name="Открыть карту").click()
    expect(page.locator("#drawer")).to_contain_text("Открыть карту")
    page.screenshot(path=artifacts / f"grants-{theme}-card.png")


def test_a_substitution_is_set_by_keyboard_and_ended(new_page, live_server, seat, world, artifacts):
    page = seat(new_page(size=(1280, 800)), world.director)
    page.goto(f"{live_server.url}/settings/employees/{world.vera.pk}/substitutions/")
    today = timezone.localdate()

    page.get_by_label("Кто замещает").select_option(str(world.boris.pk))
    page.get_by_label("Первый день").fill(today.isoformat())
    page.get_by_label("Последний день, включительно").fill((today - timedelta(days=1)).isoformat())
    page.get_by_label("Причина").fill("учёба")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#substitution-form")).to_contain_text("раньше первого")
    page.screenshot(path=artifacts / "substitution-refused.png")
    page.get_by_label("Последний день, включительно").fill((today + timedelta(days=3)).isoformat())
    page.keyboard.press("Control+Enter")

    row = page.locator("#substitutions .z-row", has_text="учёба").filter(has=page.locator("button"))
    expect(row).to_have_count(1)
    page.screenshot(path=artifacts / "substitutions.png")
    row.get_by_role("button").click()
    page.get_by_role("button", name="Завершить", exact=True).click()
    expect(row).to_have_count(0)


def test_a_foreign_card_opens_from_the_list_of_patients(new_page, live_server, seat, world, artifacts):
    page = seat(new_page(size=(1280, 800)), world.vera)
    page.goto(f"{live_server.url}/patients/")
    page.get_by_role("link", name="Чужая карта").click()

    page.get_by_label("№ карты").fill(world.patients[9].card_number_text)
    page.get_by_label("Почему это нужно сейчас").fill("надо")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#foreign-card")).to_contain_text("букв")
    page.screenshot(path=artifacts / "foreign-card.png")
    assert_accessible(page, within="#foreign-card")
    page.get_by_label("Почему это нужно сейчас").fill("острая боль, врач уехал")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(re.compile(rf"/patients/{world.patients[9].pk}/$"))
    page.context.clear_cookies()
    seat(page, world.director).goto(f"{live_server.url}/settings/log/views/?patient={world.patients[9].pk}")
    expect(page.locator("#opening-log")).to_contain_text("острая боль")
    page.screenshot(path=artifacts / "foreign-log.png")
    page.goto(f"{live_server.url}/patients/{world.patients[9].pk}/")
    page.get_by_role("button", name="Ещё").first.click()
    page.get_by_role("button", name="Открыть сотруднику…").click()
    expect(page.locator("#drawer")).to_contain_text("экстренно")
    page.screenshot(path=artifacts / "card-open.png")
