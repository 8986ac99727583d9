from django.urls import path

from schedule.views import appointment, booking, day, my_day, patient, shifts

app_name = "schedule"
urlpatterns = [
    path("", day.day, name="day"),
    path("day.json", day.day_data, name="day_data"),
    path("waiting/", day.waiting, name="waiting"),
    path("confirmations/", day.confirmations, name="confirmations"),
    path("book/", booking.appointment_book, name="appointment_book"),
    path("book/times/", booking.free_times, name="free_times"),
    path("find/", booking.slot_find, name="slot_find"),
    path("shifts/", shifts.shift_list, name="shift_list"),
    path("shifts/copy/", shifts.week_copy, name="week_copy"),
    path("shifts/<int:shift_id>/", shifts.shift_change, name="shift_change"),
    path("shifts/<int:shift_id>/cancel/", shifts.shift_cancel, name="shift_cancel"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("my-day/<int:appointment_id>/", my_day.my_day_step, name="my_day_step"),
    path("<int:appointment_id>/", appointment.appointment_detail, name="appointment_detail"),
    path("<int:appointment_id>/state/", appointment.appointment_state, name="appointment_state"),
    path("<int:appointment_id>/confirmation/", appointment.appointment_confirmation, name="appointment_confirmation"),
    path("<int:appointment_id>/change/", appointment.appointment_change, name="appointment_change"),
    path("<int:appointment_id>/move/", appointment.appointment_move, name="appointment_move"),
    path("<int:appointment_id>/drag/", appointment.appointment_drag, name="appointment_drag"),
    path("<int:appointment_id>/cancel/", appointment.appointment_cancel, name="appointment_cancel"),
    path("<int:appointment_id>/void/", appointment.appointment_void, name="appointment_void"),
    path("<int:appointment_id>/restore/", appointment.appointment_restore, name="appointment_restore"),
    path("patients/<int:patient_id>/", patient.patient_tab, name="patient_tab"),
]
