"""The address of the person's PC, when a proxy of ours stands between."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Takes the address from the proxy's header: locks after failed logins and the journal are about PCs, not about the proxy.

    Only behind TLS, which is the proxy's: it replaces whatever the browser claims, and nothing else reaches this server.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if settings.SECURE_PROXY_SSL_HEADER is None:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded.rpartition(",")[2].strip()
        return self.get_response(request)
