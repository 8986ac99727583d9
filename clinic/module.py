from django.utils.translation import gettext_lazy as _

from clinic import choices, permissions
from core.modules import Module, SettingsPane, TimedTask

module = Module(
    code="clinic",
    title=_("Server"),
    icon="server",
    is_base=True,
    permissions=permissions.ALL,
    options=choices.OPTIONS,
    settings_panes=[SettingsPane(_("System"), "clinic:system", "heartbeat", "core.view_system", order=90)],
    timed_tasks=[TimedTask("clinic.look_after_backups", every_seconds=600)],
)
