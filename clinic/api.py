"""/api/v1/: every app's ``api.routes`` under one router, the schema and its offline viewer."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from core.access import signed_in


def build_router() -> SimpleRouter:
    """Collect (prefix, viewset, basename) rows from each of our apps that has an ``api`` module."""
    router = SimpleRouter()
    for app in settings.INSTALLED_APPS:
        if "." in app or find_spec(app) is None or find_spec(f"{app}.api") is None:
            continue
        for prefix, viewset, basename in getattr(import_module(f"{app}.api"), "routes", ()):
            router.register(prefix, viewset, basename=basename)
    return router


api_urls: list[URLPattern | URLResolver] = [
    path("v1/", include((build_router().urls, "api"))),
    path("schema/", signed_in(SpectacularAPIView.as_view(permission_classes=[])), name="schema"),
    path(
        "docs/",
        signed_in(SpectacularSwaggerSplitView.as_view(url_name="schema", permission_classes=[])),
        name="api_docs",
    ),
]
