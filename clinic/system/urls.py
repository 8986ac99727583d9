from django.urls import path

from clinic.system import views

app_name = "clinic"
urlpatterns = [
    path("", views.system_page, name="system"),
    path("facts/retry/", views.fact_retry_all, name="fact_retry_all"),
    path("facts/<int:delivery_id>/retry/", views.fact_retry, name="fact_retry"),
    path("backup/", views.backup_start, name="backup_start"),
]
