from django.urls import URLPattern

app_name = "pricelist"
urlpatterns: list[URLPattern] = []
