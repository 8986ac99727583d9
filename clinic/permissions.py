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
    Permission(
        "clinic.set_up",
        _("Set the clinic up"),
        _("The steps from an empty program to the first patient: company, rooms, staff, hours, prices."),
        defaults={"director": Scope.ALL},
    ),
    Permission(
        "clinic.remove_sample_data",
        _("Remove the sample clinic"),
        _("Everything in the sample clinic goes at once, to begin one's own."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
]
