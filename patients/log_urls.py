"""The logs, among the settings."""

from django.urls import path

from patients.views import logs

app_name = "logs"
urlpatterns = [
    path("changes/", logs.change_log, name="change_log"),
    path("changes/export/", logs.change_log_export, name="change_log_export"),
    path("views/", logs.opening_log, name="opening_log"),
    path("views/export/", logs.opening_log_export, name="opening_log_export"),
]
