"""A clinic's whole day in real browsers: three people, each at a screen of their own."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from billing.enums import InvoiceState, ShiftState
from billing.models import Account, CashShift, Invoice, Payment, WorkOrder
from core.models import ModuleState
from core.modules import registry
from patients.models import Patient
from schedule.enums import AppointmentState
from schedule.models import Appointment
from tests.e2e.clinic import Clinic, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SURNAME = "Щёголева"


@pytest.fixture(params=["every module on", "every add-on off"])
def switches(request: pytest.FixtureRequest, dummy: object) -> str:
    """The day goes the same with every add-on switched off (the dummy module stands for them all)."""
    if request.param == "every add-on off":
        for module in registry.all():
            if not module.is_base:
                ModuleState.objects.create(code=module.code, is_on=False)
    return request.param


def test_the_clinics_day(clinic: Clinic, live_server, new_page, artifacts: Path, switches: str) -> None:
    desk = sign_in(new_page(), live_server.url, "administrator")
    chairside = sign_in(new_page(), live_server.url, "doctor")
    office = sign_in(new_page(), live_server.url, "director")

    open_the_shift(desk, live_server.url)
    book_a_new_patient(desk, live_server.url)
    appointment = Appointment.objects.get()
    chairside.goto(f"{live_server.url}/schedule/my-day/")
    expect(chairside.locator("main")).to_contain_text(SURNAME)

    mark_arrived(desk, appointment)
    expect(chairside.locator("main")).to_contain_text("в клинике", timeout=3000)  # no reload, within 3 s
    desk.screenshot(path=artifacts / f"day-desk-{slug(switches)}.png")

    write_the_order(chairside, live_server.url, appointment)
    chairside.screenshot(path=artifacts / f"day-order-{slug(switches)}.png")
    appointment.refresh_from_db()
    assert appointment.state == AppointmentState.FINISHED

    settle_partly_by_card(desk, live_server.url, appointment.patient)
    desk.screenshot(path=artifacts / f"day-settled-{slug(switches)}.png")
    appointment.refresh_from_db()
    assert appointment.state == AppointmentState.SETTLED

    print_the_invoice(desk, live_server.url)
    close_the_shift(desk, live_server.url)
    look_at_the_overview(office, live_server.url)
    office.screenshot(path=artifacts / f"day-overview-{slug(switches)}.png")


def slug(text: str) -> str:
    return text.replace(" ", "-")


def open_the_shift(page: Page, address: str) -> None:
    page.goto(f"{address}/billing/")
    page.get_by_role("button", name="Открыть смену").first.click()
    page.fill("#drawer [name=opening_cash]", "1000")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Смена №")


def book_a_new_patient(page: Page, address: str) -> None:
    """A click on a free place of the grid, a new card in one short form, Enter."""
    page.goto(f"{address}/schedule/")
    page.wait_for_selector(".ec-body .ec-day")
    box = page.locator(".ec-body .ec-day").first.bounding_box()
    area = page.locator("#schedule-grid").bounding_box()
    page.mouse.click(box["x"] + 40, area["y"] + area["height"] * 0.6)
    page.wait_for_selector("#booking-form")
    expect(page.locator("#booking-form [name=time]")).not_to_have_value("")
    page.get_by_role("button", name="Новая карта").click()
    page.fill("#modal [name=surname]", SURNAME)
    page.fill("#modal [name=name]", "Екатерина")
    page.fill("#modal [name=phone]", "8 916 482-17-05")
    page.locator("#modal [name=phone]").press("Enter")
    expect(page.locator("#patient-picker")).to_contain_text(SURNAME)
    page.fill("#booking-form [name=purpose]", "кариес 36")
    page.locator("#booking-form [name=purpose]").press("Enter")
    expect(page.locator("#schedule-grid")).to_contain_text(SURNAME)
    patient = Patient.objects.get()
    assert (patient.surname, patient.phones.get().number) == (SURNAME, "+79164821705")


def mark_arrived(page: Page, appointment: Appointment) -> None:
    page.locator(f".ec-event[data-appointment='{appointment.pk}']").click()
    page.locator("#drawer button[name=to][value=arrived]").click()
    expect(page.locator("#schedule-waiting")).to_contain_text(SURNAME)


def write_the_order(page: Page, address: str, appointment: Appointment) -> None:
    """Invite, choose the surface on the drawing, two services, Ctrl+Enter."""
    page.goto(f"{address}/billing/orders/{appointment.pk}/")
    page.wait_for_selector("z-tooth-chart svg")
    choose_tooth(page, "36", "O")
    add_service(page, "анест", "Инфильтрационная анестезия")
    add_service(page, "Т-002", "Пломба световая")
    expect(page.locator("#order-lines")).to_contain_text("36")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#service-find")).to_have_count(0)
    order = WorkOrder.objects.get()
    assert (order.total, order.closed_at is not None) == (Decimal("4900.00"), True)


def choose_tooth(page: Page, tooth: str, surfaces: str) -> None:
    page.evaluate(f"document.querySelector('z-tooth-chart').choose('{tooth}:{surfaces}')")
    expect(page.locator("#order-chart [name=surfaces]")).to_have_value(f"{tooth}:{surfaces}")


def add_service(page: Page, text: str, name: str) -> None:
    page.keyboard.press("F2")
    page.fill("#service-find", text)
    expect(page.locator("#order-services-list [data-service]")).to_have_count(1)
    page.locator("#order-services-list [data-service]", has_text=name).click()
    expect(page.locator("#order-lines")).to_contain_text(name)


def settle_partly_by_card(page: Page, address: str, patient: Patient) -> None:
    """Cash and card together; the order is invoiced in the same act."""
    page.goto(f"{address}/billing/settle/{patient.pk}/")
    page.fill("[name=card]", "4000")
    page.locator("[name=card]").press("Tab")
    page.fill("[name=cash]", "900")
    page.locator("[name=cash]").press("Tab")
    expect(page.locator("#settle-confirm")).to_contain_text("4 900,00")
    expect(page.locator(".z-settle-go")).to_be_enabled()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".z-paid")).to_contain_text("4 900,00")
    payment, invoice, account = Payment.objects.get(), Invoice.objects.get(), Account.objects.get()
    assert {part.means: part.amount for part in payment.parts.all()} == {
        "card": Decimal("4000"),
        "cash": Decimal("900"),
    }
    assert (invoice.state, invoice.paid, account.debt) == (InvoiceState.ISSUED, Decimal("4900.00"), Decimal(0))


def print_the_invoice(page: Page, address: str) -> None:
    invoice = Invoice.objects.get()
    answer = page.request.get(f"{address}/billing/invoices/{invoice.pk}/print/?format=pdf")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(("application/pdf", "text/html"))


def close_the_shift(page: Page, address: str) -> None:
    page.goto(f"{address}/billing/")
    page.get_by_role("button", name=re.compile("Закрыть смену")).first.click()
    page.fill("#drawer [name=counted_cash]", "1900")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Смена закрыта")
    shift = CashShift.objects.get()
    totals = {total.means: total.taken for total in shift.totals.all()}
    assert (shift.state, shift.expected_cash) == (ShiftState.CLOSED, Decimal("1900.00"))
    assert (totals["cash"], totals["card"]) == (Decimal("900.00"), Decimal("4000.00"))


def look_at_the_overview(page: Page, address: str) -> None:
    page.goto(f"{address}/overview/")
    expect(page.locator("main")).to_contain_text("4 900")
