"""A service's prices are told as they were and became."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from pricelist import services
from pricelist.models import Service
from tests.factories.pricelist import ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_drawer_tells_a_services_prices_and_who_set_them(branch, client_of, director, registrar, as_actor):
    service: Service = ServiceFactory()
    now = timezone.now()
    for amount, starts_at in (("1500", now), ("1800", now + timedelta(days=3))):
        services.set_price(actor=as_actor(director), service=service, amount=Decimal(amount), starts_at=starts_at)
    url = reverse("pricelist:service_history", args=[service.pk])

    text = client_of(director).get(url, headers={"HX-Request": "true"}).content.decode()

    assert "1 800,00" in text.replace("\xa0", " ").replace("\u202f", " ")
    assert f"{timezone.localtime(now, branch.zone):%d.%m.%Y}" in text
    assert "[&quot;" not in text
    assert client_of(registrar).get(url).status_code == 403
