from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("live/", views.live_stamps, name="live_stamps"),
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/read/", views.notice_read, name="notice_read_all"),
    path("notices/<int:notice_id>/read/", views.notice_read, name="notice_read"),
    path("jobs/<int:job_id>/", views.job_progress, name="job_progress"),
    path("jobs/<int:job_id>/cancel/", views.job_cancel, name="job_cancel"),
]
