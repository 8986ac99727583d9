from django.utils.translation import gettext_lazy as _

from core.modules import Directory, LiveStamp, LogKind, Module, NavItem, Panel, PatientFact, PatientTab
from core.ports import sample_rows
from organization.ports import before_chairs_archived, before_employee_archived, hand_over, held_by_employee
from patients.ports import before_patient_archived, own_patients
from schedule import choices, permissions

SEE = "schedule.view_appointment"

module = Module(
    code="schedule",
    title=_("Schedule"),
    icon="calendar-time",
    is_base=True,
    permissions=permissions.ALL,
    options=choices.OPTIONS,
    directories=[
        Directory(
            "cancel-reasons",
            _("Reasons of cancellations"),
            _("Reason of a cancellation"),
            _("chosen when an appointment is cancelled; only the patient's own count against them"),
            "schedule.CancelReason",
            "organization.change_options",
            order=20,
            fields=("name", "side", "order"),
        )
    ],
    nav=[
        NavItem(
            _("My day"),
            route="schedule:my_day",
            icon="stethoscope",
            permission="schedule.run_appointment",
            order=5,
            shown="schedule.places.has_own_day",
        ),
        NavItem(_("Schedule"), route="schedule:day", icon="calendar-time", permission=SEE, order=10),
    ],
    patient_tabs=[PatientTab("appointments", _("Appointments"), "schedule:patient_tab", SEE, 20)],
    panels=[
        Panel("patient_actions", "schedule.places.patient_actions", "schedule.book_appointment", 10),
        Panel("patient_overview", "schedule.places.patient_overview", SEE, 10),
    ],
    patient_facts=[PatientFact("next_appointment", _("Next appointment"), "schedule.places.next_appointment", SEE, 20)],
    log_kinds=[
        LogKind("appointments", _("Appointments"), "schedule.history.APPOINTMENTS", 20),
        LogKind("shifts", _("Shifts of doctors"), "schedule.history.SHIFTS", 400),
    ],
    live_stamps=[
        LiveStamp("schedule", "schedule.selectors.day_stamp", SEE),
        LiveStamp("my_day", "schedule.selectors.my_day_stamp", "schedule.run_appointment"),
    ],
    page_assets=["schedule/_booking_assets.html"],  # «Записать» is on every page
    vetoes={
        before_chairs_archived: "schedule.places.refuse_archived_chairs",
        before_employee_archived: "schedule.places.refuse_leaving",
        before_patient_archived: "schedule.places.refuse_archiving",
    },
    ports={
        own_patients: "schedule.places.own_patients",
        held_by_employee: "schedule.leaving.holdings",
        hand_over: "schedule.leaving.hand_over",
        sample_rows: "schedule.sample.sample_rows",
    },
)
