from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("set-off/", views.set_off_list, name="set_off_list"),
]
