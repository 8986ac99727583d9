"""The overview in a browser: drawn, accessible, fresh without a reload, in both themes and in Chromium 109."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from billing.models import CashShift
from core import clock
from organization.models import Branch, Employee, User
from tests.browser.accessibility import assert_accessible
from tests.browser.fixtures import NewPage
from tests.factories.billing import CashDeskFactory, a_shift, an_invoice, paid
from tests.factories.organization import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RECEIPTS = "#tile-today [data-figure=receipts]"


@pytest.fixture
def desk_shift(branch: Branch) -> CashShift:
    return a_shift(CashDeskFactory(branch=branch))


@pytest.fixture
def take(branch: Branch, doctor: Employee, desk_shift: CashShift):
    """Serve a patient now and take the money."""

    def served_and_paid(price: str) -> None:
        visit = {"branch": branch, "doctor": doctor, "starts_at": timezone.now(), "is_overbooked": True}
        paid(desk_shift, an_invoice(price, **visit), cash=price)

    return served_and_paid


@pytest.fixture
def site(live_server: LiveServer, director: Employee) -> str:
    return live_server.url


def open_overview(page: Page, site: str, query: str = "") -> None:
    page.goto(f"{site}/overview/{query}")
    page.locator("[name=username]").fill("director")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#overview")).to_be_visible()


def test_tiles_and_charts_are_drawn(any_page: Page, site: str, take) -> None:
    take("5000")

    open_overview(any_page, site)

    expect(any_page.locator(RECEIPTS)).to_contain_text("5\u00a0000")
    expect(any_page.locator("#tile-period [data-chart] svg")).to_contain_text("тыс. ₽")
    expect(any_page.locator("#tile-means [data-chart] svg")).to_contain_text("5 000")
    assert_accessible(any_page)


def test_dark_theme_is_accessible_and_redraws_the_charts(page: Page, site: str, director: Employee, take) -> None:
    take("5000")
    open_overview(page, site)
    light = page.locator("#tile-period [data-chart]").inner_html()

    page.locator(".z-person-button").click()
    page.locator("[data-theme-switch]").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.locator("#tile-period [data-chart]").inner_html() != light
    page.keyboard.press("Escape")
    assert_accessible(page, within="#overview")


def test_a_payment_taken_elsewhere_shows_without_a_reload(page: Page, site: str, take) -> None:
    take("5000")
    open_overview(page, site)
    page.evaluate("window.notReloaded = true")
    page.locator("#tile-period .z-chart-table summary").click()
    page.wait_for_timeout(1000)

    take("700")

    expect(page.locator(RECEIPTS)).to_contain_text("5\u00a0700", timeout=6000)
    expect(page.locator("#tile-means [data-chart] svg")).to_contain_text("5 700")
    assert page.evaluate("window.notReloaded")
    assert page.locator("#tile-period .z-chart-table").get_attribute("open") is not None


def test_period_is_in_the_url_and_back_returns(page: Page, site: str, branch: Branch) -> None:
    open_overview(page, site)
    month = page.locator("#tile-period h2").inner_text()

    page.get_by_role("link", name="Год").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tile-period h2")).to_have_text(str(clock.localdate(branch.zone).year))
    page.go_back()

    expect(page.locator("#tile-period h2")).to_have_text(month)


@pytest.mark.parametrize("size", [(1280, 800), (1280, 670), (1366, 768)])
def test_nothing_is_wider_than_the_screen(new_page: NewPage, site: str, size: tuple[int, int], take) -> None:
    take("12345678.90")
    page = new_page(size=size)
    open_overview(page, site, "?period=year")

    wider = page.evaluate(
        """() => [...document.querySelectorAll(".z-tile, .z-tile > *, .z-two > *, .z-period > *, .z-overview-grid")]
            .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"""
    )

    assert wider == []


def test_paper_is_white_whatever_the_screen_is(page: Page, site: str, branch: Branch, director: Employee, take) -> None:
    take("5000")
    User.objects.filter(pk=director.user_id).update(theme="dark")
    open_overview(page, site)

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    expect(page.locator(".z-definitions dl")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".z-on-paper")).to_contain_text(f"Ленинский, 42 · {clock.localdate(branch.zone):%d.%m.%Y}")
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    expect(page.locator(".z-definitions dl")).to_be_hidden()
