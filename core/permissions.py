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
]
