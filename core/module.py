from django.utils.translation import gettext_lazy as _

from core import permissions, sounds
from core.modules import LiveStamp, LogKind, Module, TimedTask

module = Module(
    code="core",
    title=_("Kernel"),
    is_base=True,
    permissions=permissions.ALL,
    options=sounds.OPTIONS,
    live_stamps=[LiveStamp("notices", "core.notices.live_stamp")],
    log_kinds=[LogKind("kernel", _("Modules and exports"), "core.journal.KERNEL", 900)],
    timed_tasks=[
        TimedTask("core.sweep_facts", every_seconds=30),
        TimedTask("core.forget_delivered_facts", every_seconds=24 * 3600),
        TimedTask("core.seal_logs", every_seconds=600),
        TimedTask("core.check_logs", every_seconds=24 * 3600),
    ],
)
