"""Middleware of the kernel: module switches and the deny-by-default access check."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from core import modules, options
from core.access import Access

Next = Callable[[HttpRequest], HttpResponse]


class PlainTextMiddleware:
    """Refuses an address with a null character in it: the database takes none, and no page of ours makes one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            raise BadRequest("a null character in the address")
        return self.get_response(request)


class ModuleStateMiddleware:
    """Module switches and options are read at most once per request: with who is signed in, or by whoever asks first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with modules.remembered_state(when_asked=True), options.remembered_values():
            return self.get_response(request)


class AccessMiddleware:
    """Closes urls of modules that are off (404) and every view without a declared access (403).

    Whoever is not signed in is led to the login page; a part asked by htmx gets a redirect the browser follows as a whole.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        code = modules.module_of(module_path(view))
        if modules.registry.get(code) is not None and not modules.is_on(code):
            raise Http404(code)
        access = declared_access(view)
        if access is None:
            raise PermissionDenied("this view declares no access")
        if access.kind != "public" and getattr(request, "actor", None) is None:
            return sign_in_first(request)
        return None


def module_path(view: Any) -> str:
    """Dotted module of a view function, a class-based view or a viewset."""
    inner = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    return inner.__module__


def declared_access(view: Any) -> Access | None:
    """The declaration of a view; API classes are held by ``core.api.ActionAccess`` instead."""
    cls = getattr(view, "cls", None)
    if cls is not None and hasattr(cls, "access"):
        return Access("api")
    return getattr(view, "access", None)


def sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """Answer for somebody who is not signed in (or has not chosen a role yet)."""
    from django.contrib.auth.views import redirect_to_login
    from django.urls import reverse

    if request.path.startswith("/api/"):
        return None  # the API answers 401 by itself
    to = "organization:role_choose" if request.user.is_authenticated else settings.LOGIN_URL
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = reverse(to)
        return response
    # a session this browser still names was ended, or waited too long: the sign-in page says so
    over = "?over=1" if getattr(request.session, "is_over", False) else ""
    return redirect_to_login(request.get_full_path(), reverse(to) + over)
