from django.urls import path

from billing.views import desk, invoices, orders, settlement

app_name = "billing"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("waiting/", desk.desk_waiting, name="desk_waiting"),
    path("patients/", desk.patient_find, name="patient_find"),
    path("desks/<int:desk_id>/open/", desk.shift_open, name="shift_open"),
    path("shifts/<int:shift_id>/", desk.shift, name="shift"),
    path("shifts/<int:shift_id>/close/", desk.shift_close, name="shift_close"),
    path("orders/<int:appointment_id>/", orders.order, name="order"),
    path("orders/<int:appointment_id>/lines/", orders.order_lines, name="order_lines"),
    path("orders/<int:appointment_id>/services/", orders.order_services, name="order_services"),
    path("orders/<int:appointment_id>/add/", orders.line_add, name="line_add"),
    path("orders/<int:appointment_id>/close/", orders.order_close, name="order_close"),
    path("orders/<int:appointment_id>/reopen/", orders.order_reopen, name="order_reopen"),
    path("orders/<int:appointment_id>/history/", orders.order_history, name="order_history"),
    path("lines/<int:line_id>/quantity/", orders.line_change, name="line_change"),
    path("lines/<int:line_id>/remove/", orders.line_remove, name="line_remove"),
    path("lines/<int:line_id>/discount/", orders.line_discount, name="line_discount"),
    path("settle/<int:patient_id>/", settlement.settle, name="settle"),
    path("settle/<int:patient_id>/draft/", settlement.settle_draft, name="settle_draft"),
    path("settle/<int:patient_id>/pay/", settlement.settle_pay, name="settle_pay"),
    path("settle/<int:patient_id>/issue/", settlement.settle_issue, name="settle_issue"),
    path("settle/<int:patient_id>/refund/", settlement.advance_refund, name="advance_refund"),
    path("invoices/", invoices.invoice_list, name="invoice_list"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/void/", invoices.invoice_void, name="invoice_void"),
    path("invoices/<int:invoice_id>/history/", invoices.invoice_history, name="invoice_history"),
    path("invoices/<int:invoice_id>/print/", invoices.invoice_print, name="invoice_print"),
    path("payments/<int:payment_id>/print/", invoices.payment_print, name="payment_print"),
    path("settings/desks/", desk.desk_list, name="desk_list"),
    path("settings/desks/add/", desk.desk_add, name="desk_add"),
    path("settings/desks/<int:desk_id>/", desk.desk_change, name="desk_change"),
    path("settings/desks/<int:desk_id>/archive/", desk.desk_archive, name="desk_archive"),
]
