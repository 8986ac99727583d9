"""Whose address is seen behind the clinic's own proxy."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from clinic.proxy import ClientAddressMiddleware


def address_seen(**headers: str) -> str:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    return ClientAddressMiddleware(answer)(
        RequestFactory().get("/", REMOTE_ADDR="172.18.0.9", **headers)
    ).content.decode()


def test_behind_the_proxy_the_pcs_address_is_seen(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert address_seen(HTTP_X_FORWARDED_FOR="192.168.1.20") == "192.168.1.20"
    assert address_seen() == "172.18.0.9"


def test_what_a_browser_claims_before_the_proxy_is_not_believed(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert address_seen(HTTP_X_FORWARDED_FOR="8.8.8.8, 192.168.1.20") == "192.168.1.20"


def test_without_a_proxy_nobody_may_claim_an_address(settings):
    settings.SECURE_PROXY_SSL_HEADER = None

    with pytest.raises(MiddlewareNotUsed):
        ClientAddressMiddleware(lambda request: HttpResponse())
