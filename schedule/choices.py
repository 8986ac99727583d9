"""Options the schedule declares."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import options
from core.options import Kind, Option
from schedule.constants import OFFERED_MINUTES

TWO_FOR_PAST = "schedule.second_person_for_back_date"
USUAL, VOID, NO_SHOW, WARN, LATE, CONFIRM_DAYS = (
    "schedule.usual_minutes",
    "schedule.void_minutes",
    "schedule.no_show_minutes",
    "schedule.wait_warn_minutes",
    "schedule.wait_late_minutes",
    "schedule.confirm_days",
)
_MINUTES, _SECTION, _WAITING = _("min"), _("Schedule"), _("Waiting patients")
_WHERE_WAITING = _("Schedule: who waits; My day")

OPTIONS = [
    Option(
        USUAL,
        _("Length of a new appointment"),
        _("Proposed when a patient is booked; whoever books may choose another."),
        Kind.CHOICE,
        default="30",
        page="rules",
        order=10,
        section=_SECTION,
        unit=_MINUTES,
        where=_("Booking, the search for a free time"),
        choices=[(str(minutes), str(minutes)) for minutes in OFFERED_MINUTES],
    ),
    Option(
        VOID,
        _("A misclick may be taken back for"),
        _("Within this time the author of a booking takes it back without a trace in reports; later it is cancelled."),
        Kind.WHOLE,
        default=2,
        page="rules",
        order=20,
        section=_SECTION,
        unit=_MINUTES,
        where=_("The appointment; every report leaves out what was taken back"),
        least=1,
        most=60,
    ),
    Option(
        NO_SHOW,
        _("«Did not come» is proposed after"),
        _("So long after the end of an appointment nobody came to, the program proposes to mark it so."),
        Kind.WHOLE,
        default=15,
        page="rules",
        order=30,
        section=_SECTION,
        unit=_MINUTES,
        where=_("The appointment; reports count a patient as absent only once it is marked"),
        least=0,
        most=240,
    ),
    Option(
        CONFIRM_DAYS,
        _("Appointments are confirmed ahead"),
        _("For today and so many days more the schedule lists whom to call and ask."),
        Kind.WHOLE,
        default=1,
        page="rules",
        order=40,
        section=_SECTION,
        unit=pgettext_lazy("unit", "days"),
        where=_("Schedule: whom to confirm"),
        least=0,
        most=3,
    ),
    Option(
        WARN,
        _("Waiting turns yellow after"),
        _("A patient who came and is not invited for so long is marked yellow."),
        Kind.WHOLE,
        default=5,
        page="rules",
        order=50,
        section=_WAITING,
        unit=_MINUTES,
        where=_WHERE_WAITING,
        least=1,
        most=120,
    ),
    Option(
        LATE,
        _("Waiting turns red after"),
        _("A patient who came and is not invited for so long is marked red."),
        Kind.WHOLE,
        default=15,
        page="rules",
        order=60,
        section=_WAITING,
        unit=_MINUTES,
        where=_WHERE_WAITING,
        least=1,
        most=240,
    ),
    Option(
        TWO_FOR_PAST,
        _("Two people for days that are over"),
        _(
            "Booking, moving and cancelling in past days goes through only when somebody else who has the right confirms it "
            "at the same screen with a login and a PIN. Who has no right to it is always asked for that."
        ),
        Kind.SWITCH,
        default=False,
        page="rules",
        order=810,
        section=_("Second person"),
        where=_("Schedule: booking, moving, cancelling"),
    ),
]


def usual_minutes() -> int:
    """How long a new appointment is proposed to last."""
    return int(options.value(USUAL))
