"""Rights of the installation itself."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

ALL = [
    Permission(
        "clinic.make_backup",
        _("Make a backup"),
        _("Start a copy of the database and the files beside the nightly ones."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
]
