from django.urls import path

from clinic.sample import views as sample
from clinic.setup import price_views, views

app_name = "setup"
urlpatterns = [
    path("", views.start, name="start"),
    path("entity/", views.entity, name="entity"),
    path("branch/", views.branch, name="branch"),
    path("rooms/", views.rooms, name="rooms"),
    path("staff/", views.staff, name="staff"),
    path("hours/", views.hours, name="hours"),
    path("prices/", price_views.prices, name="prices"),
    path("prices/read/", price_views.price_file_read, name="price_file_read"),
    path("prices/save/", price_views.prices_save, name="prices_save"),
    path("prices/sample/", price_views.sample_list_take, name="sample_list_take"),
    path("done/", views.done, name="done"),
    path("close/", views.close, name="close"),
    path("sample/", sample.sample_clinic, name="sample_clinic"),
    path("sample/remove/", sample.sample_clinic_remove, name="sample_clinic_remove"),
]
