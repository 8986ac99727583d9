"""Whether somebody is still setting this clinic up; kept as an option, so that no page asks the database for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import options
from core.actor import Actor
from core.models import OptionValue
from core.options import Kind, Option

OPTION = "clinic.is_being_set_up"
OPTIONS = [
    Option(
        OPTION,
        _("The clinic is being set up"),
        _("The director is led to the steps of setting up after signing in."),
        Kind.SWITCH,
        default=False,
        page="",  # turned by the steps themselves
        order=0,
    )
]


def is_wanted(actor: Actor) -> bool:
    """Whether the rail leads to the steps: there is no branch at all, or the steps were begun and not put away."""
    return not actor.branch_ids or options.value(OPTION)


def open_setup() -> None:
    """From now on the director is led to the steps."""
    OptionValue.objects.update_or_create(code=OPTION, defaults={"value": True})
    options.forget()


def close_setup() -> None:
    """The steps are done or put away; they stay in the settings."""
    OptionValue.objects.filter(code=OPTION).delete()
    options.forget()
