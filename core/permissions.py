"""Rights the kernel itself knows."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

ALL = [
    Permission(
        "core.switch_module",
        _("Switch modules on and off"),
        _("A module that is off disappears for everybody at once; its data stays."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
    Permission(
        "core.view_history",
        _("See who changed what"),
        _("The history of changes of a record."),
        defaults={"director": Scope.ALL},
    ),
    Permission(
        "core.view_system",
        _("See the system page"),
        _("Whether the server, its database and its backups are well."),
        defaults={"director": Scope.ALL},
    ),
    Permission(
        "core.retry_fact",
        _("Try failed events again"),
        _("Hand what one part of the program told another, and what failed there, over once more."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
    Permission(
        "core.export_log",
        _("Export the logs"),
        _("Who changed and who viewed what, as a file; every export is logged itself."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
]
