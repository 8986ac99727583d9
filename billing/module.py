from django.utils.translation import gettext_lazy as _

from billing import choices, permissions, two_people
from core.modules import (
    AppointmentMark,
    Document,
    LiveStamp,
    LogKind,
    Module,
    NavItem,
    Panel,
    PatientFact,
    SettingsPane,
)
from core.ports import books_difference, sample_rows
from organization.ports import held_by_employee
from schedule.ports import before_appointment_finished

VIEW, TAKE = "billing.view_invoice", "billing.take_payment"

module = Module(
    code="billing",
    title=_("Cash desk"),
    icon="cash-register",
    is_base=True,
    permissions=permissions.ALL,
    options=[*choices.OPTIONS, two_people.OPTION],
    number_series=choices.NUMBERS,
    nav=[
        NavItem(
            _("Cash desk"),
            route="billing:desk",
            icon="cash-register",
            permission=VIEW,
            order=30,
            counter="billing.places.waiting_count",
        ),
    ],
    panels=[
        Panel("appointment_actions", "billing.places.appointment_actions", "billing.view_order", order=10),
        Panel("patient_actions", "billing.places.patient_actions", TAKE, order=20),
        Panel("patient_overview", "billing.places.patient_money", VIEW, order=20),
        Panel("employee_grants", "billing.places.desks_of_employee", "organization.change_rights", order=20),
    ],
    patient_facts=[
        PatientFact("debt", _("Debt"), "billing.places.account_facts", VIEW, order=30, is_joint=True),
        PatientFact(
            "advance", _("Advance"), "billing.places.account_facts", VIEW, order=40, is_joint=True, is_pressing=False
        ),
    ],
    appointment_marks=[AppointmentMark("debt", "billing.places.debt_marks", VIEW, order=30)],
    log_kinds=[
        LogKind("orders", _("Work orders"), "billing.history.ORDERS", 30),
        LogKind("invoices", _("Invoices"), "billing.history.INVOICES", 40),
        LogKind("money", _("Payments and refunds"), "billing.history.MONEY", 50),
        LogKind("desks", _("Cash desks and shifts"), "billing.history.DESKS", 410),
    ],
    live_stamps=[LiveStamp("orders", "billing.places.orders_stamp", TAKE)],
    settings_panes=[
        SettingsPane(
            _("Cash desks"),
            "billing:desk_list",
            "cash-register",
            "billing.change_desk",
            order=70,
            note=_("Where money is taken and shifts are run."),
        )
    ],
    documents=[
        Document("invoice", _("Invoice"), "billing:invoice_print", VIEW, subject="invoice", order=10),
        Document("payment", _("Payment receipt"), "billing:payment_print", VIEW, subject="payment", order=20),
    ],
    vetoes={before_appointment_finished: "billing.places.refuse_unwritten"},
    ports={
        books_difference: "billing.books.differences",
        held_by_employee: "billing.leaving.holdings",
        sample_rows: "billing.sample.sample_rows",
    },
)
