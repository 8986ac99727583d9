"""Who looked at which card: written by a decorator, outside the guard that keeps safe methods reading."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.htmx import wants_part
from patients import services

View = Callable[..., HttpResponse]


def logs_card_opening(page: str) -> Callable[[View], View]:
    """The view's url takes ``patient_id``; an answer of 200 with a whole page is one opening, a part htmx asked for is none.

    Stands above ``@requires``, so that the row is written after the view, when its reading guard is lifted.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def logged(request: HttpRequest, patient_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, patient_id, *args, **kwargs)
            if response.status_code == 200 and not wants_part(request):
                services.record_opening(
                    actor=request.actor,  # type: ignore[attr-defined]
                    patient_id=patient_id,
                    page=page,
                    address=request.META.get("REMOTE_ADDR"),
                )
            return response

        return logged

    return decorate
