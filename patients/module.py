from django.utils.translation import gettext_lazy as _

from core.modules import Directory, LogKind, Module, NavItem, Panel, PatientTab, SettingsPane
from core.ports import sample_rows
from organization.ports import hand_over, held_by_employee
from patients import choices, permissions

module = Module(
    code="patients",
    title=_("Card index"),
    icon="users",
    is_base=True,
    permissions=permissions.ALL,
    options=choices.OPTIONS,
    directories=[
        Directory(
            "channels",
            _("Acquisition channels"),
            _("Acquisition channel"),
            _("chosen on a patient's card"),
            "patients.AcquisitionChannel",
            "organization.change_options",
            order=10,
        )
    ],
    number_series=choices.NUMBERS,
    nav=[
        NavItem(
            _("Patients"), route="patients:patient_list", icon="users", permission="patients.view_patient", order=20
        )
    ],
    ports={
        held_by_employee: "patients.leaving.holdings",
        hand_over: "patients.leaving.hand_over",
        sample_rows: "patients.sample.sample_rows",
    },
    panels=[Panel("employee_grants", "patients.places.cards_of_employee", "patients.grant_card", 10)],
    log_kinds=[
        LogKind("cards", _("Patient cards"), "patients.history.CARD", 10),
        LogKind("card_directories", _("Directories of the card index"), "patients.history.DIRECTORIES", 600),
    ],
    settings_panes=[
        SettingsPane(
            _("Log of changes"),
            "logs:change_log",
            "history",
            "core.view_history",
            70,
            note=_("Who changed what, when, from where."),
        ),
        SettingsPane(
            _("Log of views"), "logs:opening_log", "eye", "patients.view_openings", 80, note=_("Who opened which card.")
        ),
    ],
    patient_tabs=[
        PatientTab(
            code="overview",
            title=_("Overview"),
            route="patients:patient_overview",
            permission="patients.view_patient",
            order=0,
        ),
        PatientTab(
            code="history",
            title=_("History"),
            route="patients:patient_history",
            permission="core.view_history",
            order=900,
        ),
    ],
)
