"""Options of the overview."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.options import Kind, Option

NEW_AFTER, DEBT_AGES, LAG, LEFTOVERS = (
    "reports.new_after_months",
    "reports.debt_ages",
    "reports.lag_points",
    "reports.leftover_days",
)
_SECTION = _("Overview and reports")

OPTIONS = [
    Option(
        NEW_AFTER,
        _("A patient is new again after"),
        _(
            "Who has not been here for so many months counts as a new patient again; 0 counts only those who never were. "
            "The sign «first visit» of an appointment stays for who never was."
        ),
        Kind.WHOLE,
        default=0,
        page="rules",
        order=210,
        section=_SECTION,
        unit=pgettext_lazy("unit", "months"),
        where=_("Overview: new patients"),
        least=0,
        most=120,
    ),
    Option(
        DEBT_AGES,
        _("Ages of debts"),
        _("By how many days since the service debts are told apart; from the last on they are the oldest."),
        Kind.CHOICE,
        default="30-60-90",
        page="rules",
        order=220,
        section=_SECTION,
        unit=pgettext_lazy("unit", "days"),
        where=_("Overview: debts and advances"),
        choices=[
            ("14-30-60", "14, 30, 60"),
            ("30-60-90", "30, 60, 90"),
            ("30-90-180", "30, 90, 180"),
            ("60-120-180", "60, 120, 180"),
        ],
    ),
    Option(
        LAG,
        _("Load lags behind when lower by"),
        _("A day so many points below the usual load of this weekday is shown in colour."),
        Kind.WHOLE,
        default=10,
        page="rules",
        order=230,
        section=_SECTION,
        unit=_("points"),
        where=_("Overview: load"),
        least=1,
        most=50,
    ),
    Option(
        LEFTOVERS,
        _("Leftovers are looked for back"),
        _("Unfinished appointments, drafts and orders without an invoice older than this are not reminded of."),
        Kind.WHOLE,
        default=60,
        page="rules",
        order=240,
        section=_SECTION,
        unit=pgettext_lazy("unit", "days"),
        where=_("Overview: needs attention"),
        least=7,
        most=365,
    ),
]


def debt_ages(chosen: str) -> tuple[int, ...]:
    """Days since the service at which one age of a debt ends and the next begins. Source of the default: FEATURES R03."""
    return tuple(int(days) for days in chosen.split("-"))
