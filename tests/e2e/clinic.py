"""A small living clinic for browser tests, and people who sit at its screens."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from playwright.sync_api import Page

from billing.models import CashDesk
from organization.models import Branch, Chair, Employee
from pricelist.models import Direction, NomenclatureItem, Price, PriceGroup, Service, ServiceCategory, ToothArea
from pricelist.services import lexemes_of
from schedule.models import WorkShift
from tests.factories.organization import PASSWORD, BranchFactory, ChairFactory, EmployeeFactory, RoomFactory

PRICES = {"К-001": Decimal("900"), "А-002": Decimal("700"), "Т-002": Decimal("4200")}


@dataclass
class Clinic:
    """One branch, three people, a price list of three services, and a doctor at work now."""

    branch: Branch
    chair: Chair
    director: Employee
    registrar: Employee
    doctor: Employee
    shift: WorkShift


def build_clinic() -> Clinic:
    branch = BranchFactory(name="Ленинский, 42", address="г. Воронеж, Ленинский пр., 42")
    chair = ChairFactory(room=RoomFactory(branch=branch, name="Кабинет 1"), name="Кресло 1")
    director = EmployeeFactory(
        user__username="director", surname="Орлова", name="Мария", role="director", branch=branch
    )
    registrar = EmployeeFactory(
        user__username="administrator", surname="Петрова", name="Анна", role="administrator", branch=branch
    )
    doctor = EmployeeFactory(
        user__username="doctor", surname="Аксёнов", name="Дмитрий", role="doctor", branch=branch, specialty=True
    )
    CashDesk.objects.create(name="Касса 1", branch=branch, legal_entity=branch.legal_entity)
    price_list()
    return Clinic(branch, chair, director, registrar, doctor, work_now(branch, chair, doctor))


def work_now(branch: Branch, chair: Chair, doctor: Employee) -> WorkShift:
    """A shift of today that surely holds the hours ahead, whatever the hour of the test run."""
    day = timezone.localtime(timezone.now(), branch.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return WorkShift.objects.create(
        doctor=doctor, branch=branch, chair=chair, starts_at=day, ends_at=day + timedelta(days=1)
    )


def price_list() -> None:
    base, _ = PriceGroup.objects.get_or_create(is_base=True, defaults={"name": "Базовый"})
    category = ServiceCategory.objects.create(name="Терапия")
    direction = Direction.objects.create(name="Терапия")
    since = timezone.now() - timedelta(days=30)
    for code, name, item, area in (
        ("К-001", "Первичный осмотр и консультация", "B01.065.007", ToothArea.NONE),
        ("А-002", "Инфильтрационная анестезия", "B01.003.004.005", ToothArea.TOOTH),
        ("Т-002", "Пломба световая, средний кариес", "A16.07.002.010", ToothArea.SURFACE),
    ):
        NomenclatureItem.objects.get_or_create(code=item, defaults={"name": name})
        service = Service.objects.create(
            code=code,
            name=name,
            category=category,
            direction=direction,
            tooth_area=area,
            search=lexemes_of(code, name, [item]),
        )
        service.codes.create(item_id=item)
        Price.objects.create(service=service, group=base, amount=PRICES[code], during=DateTimeTZRange(since, None))


def sign_in(page: Page, address: str, username: str) -> Page:
    """Through the login page, as a person does."""
    page.goto(f"{address}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".z-rail")
    return page
