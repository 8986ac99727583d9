"""The day by keyboard alone, and every refusal seen and readable with nothing lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.models import CashDesk, Payment, WorkOrder
from billing.services import open_shift
from organization.enums import Effect
from organization.models import Role, RolePermission
from schedule.enums import AppointmentState
from schedule.models import Appointment
from tests.e2e.clinic import Clinic, sign_in
from tests.factories.organization import actor_of
from tests.factories.patients import PatientFactory
from tests.factories.schedule import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def patient(clinic: Clinic):
    return PatientFactory(surname="Ёлкин", name="Пётр", patronymic="Ильич")


def booked(clinic: Clinic, patient, *, hour: int = 12, **fields) -> Appointment:
    return AppointmentFactory(
        patient=patient,
        doctor=clinic.doctor,
        branch=clinic.branch,
        chair=clinic.chair,
        starts_at=clinic.shift.starts_at + timedelta(hours=hour),
        **fields,
    )


def open_desk(clinic: Clinic) -> None:
    open_shift(actor=actor_of(clinic.registrar), desk=CashDesk.objects.get(), opening_cash=Decimal("500"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_search_books_and_opens_a_card_by_keyboard(clinic, patient, live_server, page):
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/schedule/")
    page.wait_for_selector(".ec-body .ec-day")

    press(page, "/")
    page.keyboard.type("елк пе")
    expect(page.locator("#patient-search-results, .z-bar .z-find-results").first).to_contain_text("Ёлкин")
    press(page, "Enter")

    expect(page).to_have_url(f"{live_server.url}/patients/{patient.pk}/")
    press(page, "n")
    expect(page.locator("#patient-picker")).to_contain_text("Ёлкин")
    page.locator("#booking-form [name=purpose]").focus()
    page.keyboard.type("осмотр")
    press(page, "Enter")
    expect(page.locator("#drawer-frame")).to_be_hidden()

    assert Appointment.objects.get().patient == patient


def test_the_doctor_writes_an_order_by_keyboard(clinic, patient, live_server, page):
    appointment = booked(clinic, patient, state=AppointmentState.ARRIVED)
    sign_in(page, live_server.url, "doctor")
    page.goto(f"{live_server.url}/billing/orders/{appointment.pk}/")
    page.wait_for_selector("z-tooth-chart svg")

    page.locator("z-tooth-chart [tabindex='0']").first.focus()
    page.keyboard.type("36o")
    expect(page.locator("#order-chart [name=surfaces]")).to_have_value("36:O")
    press(page, "F2")
    page.keyboard.type("плом")
    expect(page.locator("#order-services-list [data-service]")).to_have_count(1)
    press(page, "Enter")
    expect(page.locator("#order-lines")).to_contain_text("Пломба световая")
    press(page, "Control+Enter")
    expect(page.locator("#service-find")).to_have_count(0)

    order = WorkOrder.objects.get()
    assert (order.total, order.lines.get().teeth, order.lines.get().surfaces) == (Decimal("4200.00"), ["36"], "O")


def test_a_filling_without_a_surface_asks_for_one_and_writes_nothing(clinic, patient, live_server, page):
    appointment = booked(clinic, patient, state=AppointmentState.ARRIVED)
    sign_in(page, live_server.url, "doctor")
    page.goto(f"{live_server.url}/billing/orders/{appointment.pk}/")
    page.wait_for_selector("z-tooth-chart svg")
    page.evaluate("document.querySelector('z-tooth-chart').choose('36')")

    press(page, "F2")
    page.keyboard.type("плом")
    expect(page.locator("#order-services-list [data-service]")).to_have_count(1)
    press(page, "Enter")

    expect(page.locator("#order-refusal")).to_contain_text("поверхност")
    assert not WorkOrder.objects.filter(lines__isnull=False).exists()


def test_the_desk_settles_by_keyboard(clinic, patient, live_server, page):
    open_desk(clinic)
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/patients/{patient.pk}/")
    press(page, "F4")
    expect(page).to_have_url(f"{live_server.url}/billing/settle/{patient.pk}/")

    page.locator("[name=cash]").focus()
    page.keyboard.type("1500")
    press(page, "Tab")
    expect(page.locator(".z-settle-go")).to_be_enabled()
    press(page, "Control+Enter")
    expect(page.locator(".z-paid")).to_contain_text("1 500,00")

    assert Payment.objects.get().to_advance == Decimal("1500.00")


def test_a_taken_slot_is_refused_beside_the_form_and_the_text_stays(clinic, patient, live_server, page):
    booked(clinic, PatientFactory(), hour=12)
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/schedule/?book=1")
    page.goto(f"{live_server.url}/schedule/")
    page.wait_for_selector(".ec-body .ec-day")
    press(page, "n")
    page.wait_for_selector("#booking-form")
    page.fill("#patient-find", "Ёлкин")
    page.locator("#patient-found [role=option]").first.click()
    expect(page.locator("#patient-picker input[name=patient]")).to_have_value(str(patient.pk))
    page.fill("#booking-form [name=time]", "12:00")
    page.fill("#booking-form [name=purpose]", "острая боль")
    page.locator("#booking-form [name=purpose]").press("Enter")

    expect(page.locator("#drawer [role=alert]").first).to_be_visible()
    expect(page.locator("#booking-form [name=purpose]")).to_have_value("острая боль")
    expect(page.locator("#patient-picker")).to_contain_text("Ёлкин")
    assert Appointment.objects.count() == 1


def test_a_closed_shift_takes_no_money_and_says_why(clinic, patient, live_server, page):
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/billing/settle/{patient.pk}/")

    expect(page.locator("#settle-confirm")).to_contain_text("Кассовая смена закрыта")


def test_a_wrong_sum_is_refused_and_stays_typed(clinic, patient, live_server, page):
    open_desk(clinic)
    sign_in(page, live_server.url, "administrator")
    page.goto(f"{live_server.url}/billing/settle/{patient.pk}/")

    page.fill("[name=cash]", "сто")
    page.locator("[name=cash]").press("Tab")

    expect(page.locator(".z-settle-go")).to_be_disabled()
    expect(page.locator("[name=cash]")).to_have_value("сто")
    assert not Payment.objects.exists()


def test_the_director_switches_a_right_off_and_button_and_url_are_gone(clinic, patient, live_server, new_page):
    office = sign_in(new_page(), live_server.url, "director")
    desk = sign_in(new_page(), live_server.url, "administrator")
    card = f"{live_server.url}/patients/{patient.pk}/"
    desk.goto(card)
    expect(desk.locator("main")).to_contain_text("Принять оплату")

    role = Role.objects.get(code="administrator")
    office.goto(f"{live_server.url}/settings/roles/{role.pk}/")
    for code in ("billing.take_payment", "billing.view_invoice"):
        office.locator(f"[data-right='{code}'] [role=switch]").click()
    office.locator("[data-save]").click()
    office.locator("#role-save [type=submit]").click()
    expect(office.locator("[data-save]")).to_be_disabled()

    assert RolePermission.objects.get(role=role, code="billing.take_payment").effect == Effect.DENY
    desk.goto(card)
    expect(desk.locator("main")).not_to_contain_text("Принять оплату")
    expect(desk.locator(".z-rail")).not_to_contain_text("Касса")
    answer = desk.goto(f"{live_server.url}/billing/settle/{patient.pk}/")
    assert answer.status == 403
    expect(desk.locator("body")).to_contain_text("Вашей роли это не открыто")
