"""The price list: periods never overlap, codes are checked, documents' copies stay theirs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from core.errors import ChangedByOther
from pricelist import selectors, services
from pricelist.errors import CodeTaken, PriceInThePast, ServiceWithdrawn, UnknownNomenclature
from pricelist.models import Direction, Price, PriceGroup, Service, ServiceCategory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(director, as_actor):
    return as_actor(director)


@pytest.fixture
def base():
    return PriceGroup.objects.get_or_create(is_base=True, defaults={"name": "Базовый"})[0]


@pytest.fixture
def filling(owner, base) -> Service:
    return add(owner, code="Т-002", name="Пломба световая", nomenclature=["A16.07.002.010"])


def add(owner, **fields) -> Service:
    category, _ = ServiceCategory.objects.get_or_create(name="Терапия")
    direction, _ = Direction.objects.get_or_create(name="Терапия")
    return services.add_service(actor=owner, category=category, direction=direction, **fields)


def now_price(service) -> Decimal | None:
    return selectors.prices_at([service.pk], at=timezone.now()).get(service.pk)


def test_set_price_ends_the_one_in_force(owner, filling):
    services.set_price(actor=owner, service=filling, amount=Decimal("4200"), starts_at=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)

    services.set_price(actor=owner, service=filling, amount=Decimal("4500"), starts_at=tomorrow)

    assert now_price(filling) == Decimal("4200.00")
    assert selectors.prices_at([filling.pk], at=tomorrow)[filling.pk] == Decimal("4500.00")
    assert selectors.prices_at([filling.pk], at=tomorrow - timedelta(seconds=1))[filling.pk] == Decimal("4200.00")


def test_a_planned_price_keeps_its_start_when_an_earlier_one_is_set(owner, filling):
    month = timezone.now() + timedelta(days=30)
    services.set_price(actor=owner, service=filling, amount=Decimal("5000"), starts_at=month)

    services.set_price(actor=owner, service=filling, amount=Decimal("4200"), starts_at=timezone.now())

    assert now_price(filling) == Decimal("4200.00")
    assert selectors.prices_at([filling.pk], at=month)[filling.pk] == Decimal("5000.00")


def test_setting_the_price_of_the_same_moment_again_replaces_it(owner, filling):
    at = timezone.now() + timedelta(days=2)
    services.set_price(actor=owner, service=filling, amount=Decimal("1"), starts_at=at)

    services.set_price(actor=owner, service=filling, amount=Decimal("2"), starts_at=at)

    assert selectors.price_history(filling).get().amount == Decimal("2.00")


def test_a_price_cannot_start_in_the_past(owner, filling):
    with pytest.raises(PriceInThePast):
        services.set_price(
            actor=owner, service=filling, amount=Decimal("1"), starts_at=timezone.now() - timedelta(hours=1)
        )


def test_zero_is_a_price_and_no_row_is_no_price(owner, filling):
    assert now_price(filling) is None

    services.set_price(actor=owner, service=filling, amount=Decimal(0), starts_at=timezone.now())

    assert now_price(filling) == Decimal("0.00")


def test_the_named_group_wins_over_the_base_and_falls_back_to_it(owner, filling, base):
    chief = PriceGroup.objects.create(name="Главный врач")
    services.set_price(actor=owner, service=filling, amount=Decimal("4200"), starts_at=timezone.now())
    assert selectors.prices_at([filling.pk], at=timezone.now(), group_id=chief.pk)[filling.pk] == Decimal("4200.00")

    services.set_price(actor=owner, service=filling, amount=Decimal("6000"), starts_at=timezone.now(), group=chief)

    assert selectors.prices_at([filling.pk], at=timezone.now(), group_id=chief.pk)[filling.pk] == Decimal("6000.00")
    assert now_price(filling) == Decimal("4200.00")


def test_the_database_refuses_two_prices_at_one_moment(owner, filling, base):
    now = timezone.now()
    Price.objects.create(service=filling, group=base, amount=1, during=DateTimeTZRange(now, None))

    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        Price.objects.create(service=filling, group=base, amount=2, during=DateTimeTZRange(now, None))


def test_a_taken_code_is_refused(owner, filling):
    with pytest.raises(CodeTaken):
        add(owner, code="Т-002", name="Другая")


def test_an_unknown_804_code_is_refused_by_name(owner, base):
    with pytest.raises(UnknownNomenclature, match=r"A99\.99\.999"):
        add(owner, code="Т-9", name="Услуга", nomenclature=["A99.99.999"])


def test_cyrillic_letters_in_an_804_code_are_read_as_latin(owner, base):
    service = add(owner, code="Т-9", name="Услуга", nomenclature=["А16.О7.002.010"])

    assert [code.item_id for code in service.codes.all()] == ["A16.07.002.010"]


def test_a_withdrawn_service_takes_no_price_and_is_not_offered(owner, filling):
    services.withdraw_service(actor=owner, service=filling)

    with pytest.raises(ServiceWithdrawn):
        services.set_price(actor=owner, service=filling, amount=Decimal(1), starts_at=timezone.now())
    assert selectors.service_suggestions("пломба", at=timezone.now()) == []


@pytest.mark.parametrize("text", ["плом", "свет пло", "т-002", "A16.07.002", "А16.07", "gkjv,f"])
def test_a_service_is_found_by_word_code_and_nomenclature(filling, text):
    assert [found.pk for found in selectors.service_suggestions(text, at=timezone.now())] == [filling.pk]


def test_saving_over_a_newer_version_is_refused(owner, filling):
    services.change_service(actor=owner, service=filling, version=1, name="Пломба 2")

    with pytest.raises(ChangedByOther):
        services.change_service(actor=owner, service=filling, version=1, name="Пломба 3")

    assert Service.objects.get(pk=filling.pk).name == "Пломба 2"


def test_the_nomenclature_is_loaded_with_the_tables():
    from pricelist.models import NomenclatureItem

    assert NomenclatureItem.objects.count() > 300


def test_a_registrar_sees_prices_and_cannot_change_them(registrar, client_of, filling):
    client = client_of(registrar)

    assert client.get(reverse("pricelist:service_list")).status_code == 200
    assert client.post(reverse("pricelist:price_set", args=[filling.pk]), {"amount": "1"}).status_code == 403
    assert client.post(reverse("pricelist:service_detail", args=[filling.pk]), {"name": "x"}).status_code == 403


def test_a_refused_price_keeps_what_was_typed(director, client_of, filling):
    response = client_of(director).post(
        reverse("pricelist:price_set", args=[filling.pk]), {"amount": "много", "starts_at": "2030-01-01T10:00"}
    )

    assert response.status_code == 422
    assert "много" in response.content.decode()


def test_adding_through_the_drawer_makes_a_service_with_a_price(director, client_of, base):
    category = ServiceCategory.objects.create(name="Хирургия")
    direction = Direction.objects.create(name="Хирургия")

    response = client_of(director).post(
        reverse("pricelist:service_add"),
        {
            "code": "Х-1", "name": "Удаление зуба", "category": category.pk, "direction": direction.pk, "duration_minutes": 30,
            "tooth_area": "tooth", "warranty_months": 0, "nomenclature": "", "amount": "3 500,50", "starts_at": "2026-01-01T10:00",
        },
    )  # fmt: skip

    assert response.status_code == 204
    assert now_price(Service.objects.get(code="Х-1")) == Decimal("3500.50")


def test_the_list_takes_the_same_queries_for_one_and_three_services(
    director, client_of, owner, filling, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(director)
    url = reverse("pricelist:service_list")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    add(owner, code="Т-3", name="Третья")
    add(owner, code="Т-4", name="Четвёртая", nomenclature=["A16.07.002.010"])
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(three) == len(one)


def test_api_lists_prices_and_sets_one(director, client_of, filling):
    client = client_of(director)
    starts_at = (timezone.now() + timedelta(days=1)).isoformat()

    made = client.post(
        f"/api/v1/services/{filling.pk}/prices/", {"amount": "100.00", "starts_at": starts_at}, "application/json"
    )
    listed = client.get("/api/v1/services/?q=пломба").json()

    assert made.status_code == 201
    assert [row["codes"] for row in listed["results"]] == [["A16.07.002.010"]]


def test_api_refuses_a_doctor_a_change(doctor, client_of, filling):
    answer = client_of(doctor).patch(f"/api/v1/services/{filling.pk}/", {"name": "x"}, "application/json")

    assert answer.status_code == 403
