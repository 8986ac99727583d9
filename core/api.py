"""What every API of ours shares: access per action, pages, and one shape of refusal."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import Actor
from core.errors import ChangedByOther, DomainError

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ActionAccess(BasePermission):
    """Deny by default: the viewset's ``access`` maps an action to its permission code; a missing action is closed.

    ``"signed_in"`` lets any role in.
    """

    message = _("The role in force has no right to this.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        actor = actor_of(request)
        if actor is None:
            return False
        if view.request.method == "OPTIONS":
            return True
        code = getattr(view, "access", {}).get(getattr(view, "action", None) or (request.method or "").lower())
        return code == "signed_in" or (code is not None and actor.can(code))


def actor_of(request: Any) -> Actor | None:
    """The actor of an API request: the token's, or the session's."""
    return getattr(request, "actor", None) or getattr(request._request, "actor", None)


class TooLarge(APIException):
    status_code = 413
    default_detail = _("Too much was sent at once. Nothing was saved.")
    default_code = "too_large"


class SmallJson(JSONParser):
    """JSON as long as any form may be: the framework itself would read whatever is sent into memory."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        sent = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
        if sent > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """A broken rule answers 409 with its stable code and its text; bad fields answer 400."""
    from rest_framework.views import (
        exception_handler as drf_exception_handler,
    )  # it loads the settings that name this file

    if isinstance(error, ChangedByOther):
        return Response({"code": error.code, "detail": " ".join(error.messages)}, status=412)
    if isinstance(error, DomainError):
        return Response({"code": error.code, "detail": " ".join(error.messages), "field": error.field}, status=409)
    if isinstance(error, ValidationError):
        return Response({"code": "invalid", "detail": " ".join(error.messages)}, status=400)
    return drf_exception_handler(error, context)
