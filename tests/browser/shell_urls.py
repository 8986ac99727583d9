"""The only addresses the frame's own templates ask for by name."""

from django.urls import include, path

urlpatterns = [path("", include("core.urls"))]
