from django.utils.translation import gettext_lazy as _

from core.modules import Module, TimedTask

module = Module(
    code="clinic",
    title=_("Server"),
    icon="server",
    is_base=True,
    timed_tasks=[TimedTask("clinic.look_after_backups", every_seconds=600)],
)
