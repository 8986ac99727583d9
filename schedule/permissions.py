"""Rights of the schedule. What the built-in roles start with stands in ``organization.defaults``."""

from django.utils.translation import gettext_lazy as _

from core.modules import Permission

ALL = [
    Permission(
        "schedule.view_appointment",
        _("See the schedule"),
        _("The day's grid; doctors see their own day."),
        is_scoped=True,
    ),
    Permission(
        "schedule.book_appointment", _("Book, move and cancel"), _("In free time of any doctor."), is_scoped=True
    ),
    Permission(
        "schedule.overbook",
        _("Book over another appointment"),
        _("Marked in the grid, with a reason."),
        is_dangerous=True,
    ),
    Permission(
        "schedule.back_date",
        _("Write into days that are over"),
        _("Book, move, cancel and restore appointments of past days."),
        is_dangerous=True,
    ),
    Permission("schedule.mark_arrival", _("Mark arrivals"), _("Came, ready, did not come.")),
    Permission("schedule.run_appointment", _("Receive patients"), _("Invite to the chair and finish."), is_scoped=True),
    Permission(
        "schedule.change_shift", _("Change work shifts"), _("Who works when and at which chair."), is_scoped=True
    ),
]
