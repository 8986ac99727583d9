from django.urls import path

from pricelist import views

app_name = "pricelist"
urlpatterns = [
    path("", views.service_list, name="service_list"),
    path("add/", views.service_add, name="service_add"),
    path("<int:service_id>/", views.service_detail, name="service_detail"),
    path("<int:service_id>/history/", views.service_history, name="service_history"),
    path("<int:service_id>/price/", views.price_set, name="price_set"),
    path("<int:service_id>/withdraw/", views.service_withdraw, name="service_withdraw"),
]
