"""The url table: each app under its own prefix. Deny by default is held by core.middleware and a test."""

from django.urls import include, path

from clinic.api import api_urls

urlpatterns = [
    path("settings/system/", include("clinic.system.urls")),
    path("settings/setup/", include("clinic.setup.urls")),
    path("settings/log/", include("patients.log_urls")),
    path("", include("core.urls")),
    path("", include("organization.urls")),
    path("patients/", include("patients.urls")),
    path("prices/", include("pricelist.urls")),
    path("schedule/", include("schedule.urls")),
    path("billing/", include("billing.urls")),
    path("overview/", include("reports.urls")),
    path("api/", include(api_urls)),
]

handler400 = "core.error_pages.bad_request"
handler403 = "core.error_pages.forbidden"
handler404 = "core.error_pages.not_found"
handler500 = "core.error_pages.server_error"
