"""Every url of the program, and whose data it can show. A new url must be put into one of these tables.

``LISTS`` are compared, row by row, with what SQL says of the person; each has a reader in ``test_lists``.
``RECORDS`` take the id of a record that belongs to somebody: with another's id they answer as if there were none.
``BARE`` show or change nothing of a patient, or only the person's own; those without an id are looked through all the same.
A line ending in * stands for everything below it.
"""

from tests.structure.test_access import routes as every_route

LISTS = {
    "/api/v1/^appointments/$",
    "/api/v1/^invoices/$",
    "/api/v1/^orders/$",
    "/api/v1/^patients/$",
    "/api/v1/^payments/$",
    "/api/v1/^work-shifts/$",
    "/billing/",
    "/billing/invoices/",
    "/billing/patients/",
    "/billing/waiting/",
    "/patients/",
    "/patients/pick/",
    "/patients/suggest/",
    "/schedule/",
    "/schedule/confirmations/",
    "/schedule/day.json",
    "/schedule/my-day/",
    "/schedule/waiting/",
    "/settings/log/changes/",
    "/settings/log/changes/export/",
    "/settings/log/views/",
    "/settings/log/views/export/",
    "/overview/set-off/",
    "/live/",
    "/api/v1/^appointments/free-slots/$",
    "/schedule/book/times/",
    "/schedule/find/",
}

# what the id in the url is of; "free" closes the act for whoever has the right, too, when the record is another's
RECORDS = {
    "/api/v1/^appointments/(?P<pk>": "appointment",
    "/api/v1/^invoices/(?P<pk>": "invoice",
    "/api/v1/^orders/(?P<pk>": "order",
    "/api/v1/^patients/(?P<pk>": "patient",
    "/api/v1/^payments/(?P<pk>": "payment",
    "/api/v1/^shifts/(?P<pk>": "cash_shift",
    "/api/v1/^work-shifts/(?P<pk>": "work_shift",
    "/billing/desks/<int:desk_id>/open/": "desk",
    "/billing/invoices/<int:invoice_id>/": "invoice",
    "/billing/lines/<int:line_id>/": "line",
    "/billing/orders/<int:appointment_id>/": "visit",
    "/billing/payments/<int:payment_id>/": "payment",
    "/billing/settle/<int:patient_id>/": "patient",
    "/billing/shifts/<int:shift_id>/": "cash_shift",
    "/patients/<int:patient_id>/": "patient",
    "/patients/grants/<int:grant_id>/end/": "card_grant",
    "/schedule/<int:appointment_id>/": "appointment",
    "/schedule/my-day/<int:appointment_id>/": "appointment",
    "/schedule/patients/<int:patient_id>/": "patient",
    "/schedule/shifts/<int:shift_id>/": "branch_shift",
}

BARE = (
    "/",
    "/api/docs/",
    "/api/schema/",
    "/api/v1/^$",
    "/api/v1/^branches/*",
    "/api/v1/^chairs/*",
    "/api/v1/^employees/*",
    "/api/v1/^overview/$",  # a report: figures of branches, no names
    "/api/v1/^payments/refund/$",  # takes the patient in its body: see test_forged
    "/api/v1/^services/*",
    "/api/v1/^shifts/$",  # the drawer of desks in the person's branches: see test_grants
    "/billing/settings/*",
    "/branch/switch/",
    "/desk/*",
    "/jobs/*",
    "/lock/",
    "/login/*",
    "/logo/*",
    "/logout/",
    "/notices/*",
    "/overview/",
    "/patients/add/",
    "/patients/foreign/",  # see test_grants
    "/patients/grants/employees/<int:employee_id>/",
    "/prices/*",
    "/profile/*",
    "/role/*",
    "/schedule/book/",  # takes ids in its query: see test_forged
    "/schedule/shifts/",
    "/schedule/shifts/copy/",
    "/settings/*",
    "/setup/*",
    "/unlock/*",
    "/view-as/*",
)


def kind_of(route: str) -> str:
    """list, bare, or what the record of the url is; "" for a url in no table."""
    if route in LISTS:
        return "list"
    for prefix, kind in RECORDS.items():
        if route.startswith(prefix):
            return kind
    for line in BARE:
        if route == line or (line.endswith("*") and route.startswith(line[:-1])):
            return "bare"
    return ""


def paths() -> list[tuple[str, object]]:
    return sorted(every_route(), key=lambda pair: pair[0])
