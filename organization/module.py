from django.utils.translation import gettext_lazy as _

from core.modules import LogKind, Module, NavItem, SettingsPane, TimedTask
from core.ports import sample_rows
from organization import closed_period, permissions, security
from organization.choices import OPTIONS
from organization.panes import PANES
from organization.ports import held_by_employee

module = Module(
    code="organization",
    title=_("Organization"),
    icon="building-hospital",
    is_base=True,
    permissions=permissions.ALL,
    options=[*OPTIONS, *security.OPTIONS, closed_period.OPTION],
    log_kinds=[
        LogKind("places", _("Companies and branches"), "organization.history.PLACES", 500),
        LogKind("people", _("Employees"), "organization.history.PEOPLE", 510),
        LogKind("rights", _("Roles and rights"), "organization.history.RIGHTS", 520),
        LogKind("options", _("Options and numbering"), "organization.history.CHOICES", 530),
    ],
    ports={
        held_by_employee: "organization.leaving.own_holdings",
        sample_rows: "organization.sample.sample_rows",
    },
    timed_tasks=[TimedTask("organization.forget_old_sign_ins", every_seconds=24 * 3600)],
    nav=[
        NavItem(
            _("Settings"),
            route="organization:settings",
            icon="settings",
            permission="organization.view_clinic",
            order=1000,
        )
    ],
    settings_panes=[
        SettingsPane(
            _("Legal entities"),
            "organization:entity_list",
            "building",
            "organization.view_clinic",
            10,
            note=_("What stands on invoices and receipts."),
        ),
        SettingsPane(
            _("Branches and rooms"),
            "organization:branch_list",
            "map-pin",
            "organization.view_clinic",
            20,
            note=_("Addresses, opening hours, rooms and chairs."),
        ),
        SettingsPane(
            _("Employees"),
            "organization:employee_list",
            "id-badge-2",
            "organization.view_employee",
            30,
            note=_("Who works here, their logins and personal rights."),
        ),
        SettingsPane(
            _("Directories"),
            "organization:directory_list",
            "list-details",
            "organization.view_employee",
            35,
            note=_("Specialities, positions, reasons and sources to choose from."),
        ),
        SettingsPane(
            _("Roles and rights"),
            "organization:role_list",
            "shield",
            "organization.change_rights",
            40,
            note=_("What each role may do, and with whose data."),
        ),
        SettingsPane(
            _("Open sessions"),
            "organization:session_list",
            "device-desktop",
            "organization.end_sessions",
            48,
            note=_("Who is signed in where; sign people out."),
        ),
        SettingsPane(
            _("Modules"),
            "organization:module_list",
            "puzzle",
            "core.switch_module",
            50,
            note=_("Parts of the program that can be switched off."),
        ),
        SettingsPane(
            _("API keys"),
            "organization:token_list",
            "key",
            "organization.issue_token",
            60,
            note=_("For other programs that read and write here."),
        ),
        *PANES,
    ],
)
