from django.urls import path

from patients.views import cards, edits, grants, people, search

app_name = "patients"
urlpatterns = [
    path("", cards.patient_list, name="patient_list"),
    path("suggest/", search.patient_suggest, name="patient_suggest"),
    path("pick/", search.patient_pick, name="patient_pick"),
    path("add/", edits.patient_add, name="patient_add"),
    path("foreign/", grants.foreign_card, name="foreign_card"),
    path("grants/employees/<int:employee_id>/", grants.employee_card_open, name="employee_card_open"),
    path("grants/<int:grant_id>/end/", grants.card_grant_end, name="card_grant_end"),
    path("<int:patient_id>/grants/", grants.card_open, name="card_open"),
    path("<int:patient_id>/", cards.patient_card, name="patient_card"),
    path("<int:patient_id>/overview/", cards.patient_overview, name="patient_overview"),
    path("<int:patient_id>/history/", cards.patient_history, name="patient_history"),
    path("<int:patient_id>/part/<slug:part>/", people.patient_part, name="patient_part"),
    path("<int:patient_id>/change/", edits.patient_change, name="patient_change"),
    path("<int:patient_id>/phones/", edits.patient_phones, name="patient_phones"),
    path("<int:patient_id>/archive/", edits.patient_archive, name="patient_archive"),
    path("<int:patient_id>/restore/", edits.patient_restore, name="patient_restore"),
    path("<int:patient_id>/notes/add/", people.note_add, name="note_add"),
    path("<int:patient_id>/notes/<int:note_id>/archive/", people.note_archive, name="note_archive"),
    path("<int:patient_id>/family/add/", people.family_add, name="family_add"),
    path("<int:patient_id>/family/leave/", people.family_leave, name="family_leave"),
    path("<int:patient_id>/attending/", people.attending_change, name="attending_change"),
]
