"""The grid under a mouse and under a keyboard, alive on several screens at once."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core import clock
from core.actor import system_actor
from schedule import services
from schedule.models import Appointment
from tests.browser.accessibility import assert_accessible
from tests.factories.schedule import AppointmentFactory, BookedPatientFactory, WorkShiftFactory, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR_PX = 96  # static/schedule/js/grid.js


def open_day(page: Page, live_server, on, query: str = "") -> None:
    page.goto(f"{live_server.url}/schedule/?date={on.isoformat()}{query}")
    expect(page.locator(".ec-body")).to_be_visible()


def press_cell(page: Page, minutes_after_nine: int, column: int = 0) -> None:
    place = page.locator(".ec-body .ec-resource").nth(column).bounding_box()
    top = page.locator(".ec-body .ec-content").bounding_box()["y"]
    page.mouse.click(place["x"] + 40, top + minutes_after_nine * HOUR_PX / 60 + 4)


def box_of(page: Page, row: Appointment):
    return page.locator(f'[data-appointment="{row.pk}"]').first


def test_a_click_a_name_and_two_enters_book(any_page, live_server, sign_in, registrar, shift, tomorrow, patient):
    page = sign_in(any_page, registrar)
    open_day(page, live_server, tomorrow)

    press_cell(page, 75)
    expect(page.locator("#patient-find")).to_be_focused()
    page.keyboard.type("сокол")
    expect(page.locator("#patient-found [role=option]").first).to_contain_text("Соколова")
    page.keyboard.press("Enter")
    expect(page.locator("#id_purpose")).to_be_focused()
    page.keyboard.type("осмотр")
    page.keyboard.press("Enter")

    box = page.locator(".s-event")
    expect(box).to_have_attribute("aria-label", re.compile("^10:15 Соколова Вера осмотр, 10:15–10:45, записан"))
    expect(page.locator("#drawer-frame")).to_be_hidden()
    row = Appointment.objects.get()
    assert (row.patient, row.starts_at) == (patient, moment("10:15", row.branch, tomorrow))


def test_the_keyboard_alone_books_and_opens(page, live_server, sign_in, registrar, shift, tomorrow, patient):
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)

    page.locator(".s-cursor").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#schedule-status")).to_have_text(re.compile("10:00, свободно"))
    page.keyboard.press("Enter")
    expect(page.locator("#patient-find")).to_be_focused()
    page.keyboard.type("4567")
    expect(page.locator("#patient-found [role=option]").first).to_contain_text("Соколова")
    page.keyboard.press("Enter")
    expect(page.locator("#id_purpose")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".s-event")).to_have_count(1)

    expect(page.locator(".s-cursor")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".z-drawer-title")).to_contain_text("Соколова Вера")


def test_a_taken_time_is_refused_with_the_text_kept_and_times_offered(
    page, live_server, sign_in, registrar, shift, tomorrow, patient, branch, doctor
):
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    press_cell(page, 60)
    page.locator("#patient-find").fill("сокол")
    page.locator("#patient-found [role=option]").first.click()
    page.locator("#id_purpose").fill("пульпит 16")
    AppointmentFactory(branch=branch, doctor=doctor, on=tomorrow, length=60)  # somebody was faster

    page.locator("#booking-form .btn-primary").click()

    expect(page.locator("#id_time_error")).to_contain_text("занято 10:00–11:00")
    expect(page.locator("#id_purpose")).to_have_value("пульпит 16")
    page.locator(".b-offered [data-set-time='11:00']").click()
    expect(page.locator("#id_time")).to_have_value("11:00")
    page.locator("#booking-form .btn-primary").click()
    expect(page.locator(".s-event")).to_have_count(2)


def test_a_dragged_box_moves_and_one_press_brings_it_back(
    page, live_server, sign_in, registrar, shift, tomorrow, branch, doctor, chair
):
    row = AppointmentFactory(branch=branch, doctor=doctor, chair=chair, on=tomorrow)
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    place = box_of(page, row).bounding_box()

    page.mouse.move(place["x"] + 40, place["y"] + 8)
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] + 8 + HOUR_PX, steps=6)
    page.mouse.up()

    expect(box_of(page, row)).to_have_attribute("aria-label", re.compile("11:00–11:30"))
    assert Appointment.objects.get().starts_at == moment("11:00", branch, tomorrow)
    page.get_by_role("button", name="Вернуть").click()
    expect(box_of(page, row)).to_have_attribute("aria-label", re.compile("10:00–10:30"))
    assert Appointment.objects.get().starts_at == row.starts_at


def test_a_refused_drop_goes_back_and_says_why(
    page, live_server, sign_in, registrar, shift, tomorrow, branch, doctor, chair
):
    row = AppointmentFactory(branch=branch, doctor=doctor, chair=chair, on=tomorrow)
    AppointmentFactory(branch=branch, doctor=doctor, chair=chair, on=tomorrow, at="11:00", length=60)
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    place = box_of(page, row).bounding_box()

    page.mouse.move(place["x"] + 40, place["y"] + 8)
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"] + 8 + HOUR_PX, steps=6)
    page.mouse.up()

    expect(page.locator(".z-toast-danger")).to_contain_text("занято 11:00–12:00")
    expect(box_of(page, row)).to_have_attribute("aria-label", re.compile("10:00–10:30"))


def test_what_others_do_appears_while_typed_text_stays(
    page, live_server, sign_in, registrar, shift, tomorrow, branch, doctor, chair, patient
):
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    press_cell(page, 75)
    page.locator("#id_purpose").fill("пломба 25")
    page.wait_for_timeout(2500)  # the first poll has been answered

    services.book_appointment(
        actor=system_actor("another desk"),
        patient=patient,
        doctor=doctor,
        branch=branch,
        starts_at=moment("12:00", branch, tomorrow),
        minutes=30,
    )

    expect(page.locator(".s-event")).to_have_count(1, timeout=3000)
    expect(page.locator("#id_purpose")).to_have_value("пломба 25")
    expect(page.locator("#drawer-frame")).to_be_visible()


def test_a_quick_confirmation_redraws_its_card_in_place(
    page, live_server, sign_in, registrar, shift, tomorrow, branch, doctor
):
    AppointmentFactory(branch=branch, doctor=doctor, on=tomorrow)
    AppointmentFactory(branch=branch, doctor=doctor, on=tomorrow, at="12:00")
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    card = page.locator(f"#schedule-confirm-{tomorrow.isoformat()}")
    expect(card.locator(".s-to-confirm")).to_have_count(2)

    card.get_by_role("button", name="Подтвердил").first.click()

    expect(card.locator(".s-to-confirm")).to_have_count(1)
    expect(card.locator(".z-tag").first).to_have_text("1 из 2")
    expect(card.locator("section")).to_have_count(0)  # it took its own place, not a place inside itself
    expect(page.locator(".s-event.is-confirmed")).to_have_count(1)


def test_back_and_reload_find_the_same_day_view_and_open_drawer(
    page, live_server, sign_in, registrar, shift, tomorrow, branch
):
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)
    title = page.locator("[data-day-title]")
    shown = title.inner_text()

    page.locator("[data-day=next]").click()
    expect(title).not_to_have_text(shown)
    expect(page.locator("#schedule-empty")).to_be_visible()
    page.go_back()
    expect(title).to_have_text(shown)
    page.locator("#schedule-tool [data-view=chairs]").click()
    page.reload()
    expect(page.locator("#schedule-tool [data-view=chairs]")).to_have_attribute("aria-pressed", "true")
    expect(title).to_have_text(shown)
    expect(page.locator(".s-head-name").first).to_have_text(re.compile("Кресло"))


@pytest.fixture
def todays(branch, doctor, chair):
    """An appointment of today, whatever the hour of the run."""
    now = timezone.now()
    on = clock.localdate(branch.zone, now)
    WorkShiftFactory(branch=branch, doctor=doctor, chair=chair, on=on, since="00:00", until="24:00")
    start = now.replace(minute=0, second=0, microsecond=0)
    return AppointmentFactory(
        branch=branch,
        doctor=doctor,
        chair=chair,
        patient=BookedPatientFactory(surname="Морозов", name="Илья"),
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
    )


def test_an_arrival_reaches_the_doctors_screen_within_three_seconds(
    new_page, live_server, sign_in, registrar, doctor, todays
):
    desk, chairside = sign_in(new_page(), registrar), sign_in(new_page(), doctor)
    chairside.goto(f"{live_server.url}/schedule/my-day/")
    expect(chairside.get_by_text("Морозов Илья")).to_be_visible()
    desk.goto(f"{live_server.url}/schedule/?open={todays.pk}")
    chairside.wait_for_timeout(2500)

    desk.get_by_role("button", name="Пришёл", exact=True).click()
    began = time.monotonic()
    invite = chairside.get_by_role("button", name="Пригласить")
    expect(invite).to_be_visible(timeout=3000)
    assert time.monotonic() - began < 3
    expect(chairside.locator("[data-bell-count]")).to_have_text("1")
    expect(desk.locator("#schedule-waiting")).to_contain_text("Морозов Илья")

    invite.click()
    expect(chairside.get_by_role("link", name="Наряд")).to_be_visible()
    expect(desk.locator("#schedule-waiting")).not_to_contain_text("Морозов Илья", timeout=3000)


def test_the_present_is_drawn_by_the_branchs_clock(page, live_server, sign_in, registrar, branch, todays):
    sign_in(page, registrar)
    page.goto(f"{live_server.url}/schedule/")

    line = page.locator(".s-now")
    expect(line).to_be_visible()
    now = timezone.localtime(timezone.now(), branch.zone)
    shown = float(line.evaluate("line => parseFloat(line.style.top)"))
    assert abs(shown - (now.hour * 60 + now.minute) * HOUR_PX / 60) <= 2 * HOUR_PX / 60


def test_fourteen_columns_scroll_with_their_heads(page, live_server, sign_in, registrar, shift, tomorrow, branch):
    for _ in range(13):
        WorkShiftFactory(branch=branch, on=tomorrow)
    sign_in(page, registrar)
    open_day(page, live_server, tomorrow)

    page.locator(".s-cursor").focus()
    for _ in range(13):
        page.keyboard.press("ArrowRight")

    last = page.locator(".ec-body .ec-resource").last.bounding_box()
    head = page.locator(".ec-header .ec-resource").last.bounding_box()
    grid = page.locator("#schedule-grid").bounding_box()
    assert last["x"] + last["width"] <= grid["x"] + grid["width"] + 1
    assert abs(last["x"] - head["x"]) <= 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_accessible(new_page, live_server, sign_in, registrar, doctor, branch, todays, theme):
    registrar.user.theme = doctor.user.theme = theme
    registrar.user.save()
    doctor.user.save()
    services.change_state(actor=system_actor("test"), appointment=todays, to="arrived")
    desk, chairside = sign_in(new_page(), registrar), sign_in(new_page(), doctor)

    desk.goto(f"{live_server.url}/schedule/?open={todays.pk}")
    expect(desk.locator("#drawer-frame")).to_be_visible()
    expect(desk.locator(".s-event")).to_have_count(1)
    assert_accessible(desk)
    desk.locator(".z-bar-book").click()
    expect(desk.locator("#booking-form")).to_be_visible()
    assert_accessible(desk, within="#drawer")
    chairside.goto(f"{live_server.url}/schedule/my-day/")
    expect(chairside.get_by_role("button", name="Пригласить")).to_be_visible()
    assert_accessible(chairside)
