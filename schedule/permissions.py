"""Rights of the schedule and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

DESK = {"director": Scope.ALL, "administrator": Scope.ALL}

ALL = [
    Permission(
        "schedule.view_appointment",
        _("See the schedule"),
        _("The day's grid; doctors see their own day."),
        defaults={"director": Scope.ALL, "administrator": Scope.ALL, "doctor": Scope.OWN},
        is_scoped=True,
    ),
    Permission(
        "schedule.book_appointment",
        _("Book, move and cancel"),
        _("In free time of any doctor."),
        defaults=DESK,
        is_scoped=True,
    ),
    Permission(
        "schedule.overbook",
        _("Book over another appointment"),
        _("Marked in the grid, with a reason."),
        defaults={"director": Scope.ALL},
        is_dangerous=True,
    ),
    Permission("schedule.mark_arrival", _("Mark arrivals"), _("Came, ready, did not come."), defaults=DESK),
    Permission(
        "schedule.run_appointment",
        _("Receive patients"),
        _("Invite to the chair and finish."),
        defaults={"director": Scope.ALL, "doctor": Scope.OWN},
        is_scoped=True,
    ),
    Permission(
        "schedule.change_shift",
        _("Change work shifts"),
        _("Who works when and at which chair."),
        defaults={"director": Scope.ALL},
        is_scoped=True,
    ),
]
