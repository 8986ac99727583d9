"""The vendored packages draw in both browsers under our content policy."""

import pytest
from django.templatetags.static import static
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def sheet(any_page: Page, address: str) -> Page:
    """A page of the frame with an empty place to draw in."""
    any_page.goto(f"{address}/form/")
    any_page.evaluate(
        "() => { const place = document.createElement('div'); place.id = 'place';"
        " place.style.cssText = 'width:800px;height:400px'; document.querySelector('.z-card-body').prepend(place); }"
    )
    return any_page


def load(page: Page, address: str, name: str, style: str = "") -> None:
    if style:
        page.add_style_tag(url=f"{address}{static(f'vendor/{style}')}")
    page.add_script_tag(url=f"{address}{static(f'vendor/{name}')}")


def test_chart_is_drawn(sheet: Page, address: str) -> None:
    load(sheet, address, "echarts/echarts.common.min.js")

    sheet.evaluate(
        "() => { window.chart = echarts.init(place, null, {renderer: 'svg'}); chart.setOption({animation: false,"
        " xAxis: {data: ['пн', 'вт']}, yAxis: {}, series: [{type: 'bar', data: [3, 5]}]}); }"
    )

    expect(sheet.locator("#place svg")).to_be_visible()
    expect(sheet.locator("#place svg")).to_contain_text("вт")


def test_resource_grid_is_drawn(sheet: Page, address: str) -> None:
    load(sheet, address, "event-calendar/event-calendar.min.js", "event-calendar/event-calendar.min.css")

    sheet.evaluate(
        "() => EventCalendar.create(place, {view: 'resourceTimeGridDay', date: '2026-11-23', slotMinTime: '09:00',"
        " resources: [{id: 1, title: 'Кузнецова'}, {id: 2, title: 'Сидоров'}],"
        " events: [{id: 1, resourceIds: [2], start: '2026-11-23 10:00', end: '2026-11-23 11:00', title: 'Ёлкин'}]})"
    )

    column, event = sheet.get_by_text("Сидоров"), sheet.locator(".ec-event")
    expect(event).to_contain_text("Ёлкин")
    assert abs(column.bounding_box()["x"] - event.bounding_box()["x"]) < 220
    assert event.bounding_box()["height"] > 20


def test_picker_finds_and_chooses(any_page: Page, address: str) -> None:
    any_page.goto(f"{address}/form/")
    picker = any_page.locator(".ts-wrapper")

    picker.locator(".ts-control").click()
    any_page.keyboard.type("вра")
    any_page.keyboard.press("Enter")

    expect(any_page.locator("#id_sample-doctor")).to_have_value("2")
    expect(picker.locator(".ts-control")).to_contain_text("Врач второй")


def test_menu_opens_by_keyboard(sheet: Page) -> None:
    sheet.locator(".z-person-button").focus()

    sheet.keyboard.press("Enter")

    expect(sheet.locator(".z-person-menu")).to_be_visible()
    sheet.keyboard.press("Escape")
    expect(sheet.locator(".z-person-menu")).to_be_hidden()
