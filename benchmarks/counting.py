"""Says in a header how many SQL statements a request took, when the driver asks for it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from benchmarks.browser import COUNT_HEADER, QUERIES_HEADER


class QueryCountMiddleware:
    """Outermost; costs one header look-up when nobody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COUNT_HEADER not in request.headers:
            return self.get_response(request)
        count = 0

        def note(execute: Callable[..., Any], *statement: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*statement)

        with connection.execute_wrapper(note):
            response = self.get_response(request)
        response[QUERIES_HEADER] = str(count)
        return response
