"""The clinic's urls and the dummy module's."""

from django.urls import include, path

from clinic.urls import handler403, handler404, handler500
from clinic.urls import urlpatterns as clinic_urls
from tests.dummy import views

dummy_urls = (
    [
        path("", views.thing_list, name="thing_list"),
        path("<int:patient_id>/", views.patient_tab, name="patient_tab"),
        path("undeclared/", views.undeclared, name="undeclared"),
        path("writes/", views.writes_on_get, name="writes_on_get"),
    ],
    "dummy",
)
urlpatterns = [*clinic_urls, path("dummy/", include(dummy_urls))]
__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
