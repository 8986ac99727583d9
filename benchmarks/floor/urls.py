from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("login/", views.login),
    path("<slug:code>/", views.operation),
]
