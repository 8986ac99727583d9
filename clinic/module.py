from django.utils.translation import gettext_lazy as _

from clinic import choices, permissions
from clinic.setup import state
from core.modules import Module, NavItem, SettingsPane, TimedTask

module = Module(
    code="clinic",
    title=_("Server"),
    icon="server",
    is_base=True,
    permissions=permissions.ALL,
    options=[*choices.OPTIONS, *state.OPTIONS],
    nav=[
        NavItem(
            _("Setting up"),
            route="setup:start",
            icon="list-check",
            permission="clinic.set_up",
            order=1,
            shown="clinic.setup.state.is_wanted",
        )
    ],
    settings_panes=[
        SettingsPane(
            _("System"),
            "clinic:system",
            "heartbeat",
            "core.view_system",
            order=90,
            note=_("Health of the server, backups, queues."),
        ),
        SettingsPane(
            _("Setting up"),
            "setup:start",
            "list-check",
            "clinic.set_up",
            order=95,
            note=_("The steps from an empty program to the first patient; the sample clinic"),
        ),
    ],
    timed_tasks=[TimedTask("clinic.look_after_backups", every_seconds=600)],
)
