"""What the clinic decides about signing in, and the answers that follow from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import options
from core.options import Kind, Option
from organization.enums import BuiltInRole

if TYPE_CHECKING:
    from organization.models import User

PAGE = "security"
PASSWORDS, SCREEN, FAILURES, FACTOR, SESSIONS = (
    _("Passwords"),
    _("Screen and shared desk"),
    _("Wrong passwords"),
    _("Second factor"),
    _("Sessions"),
)
OWN_ROLES = "own"  # stands for the roles a clinic made itself
FACTOR_ROLES = [(role.value, role.label) for role in BuiltInRole] + [(OWN_ROLES, _("The clinic's own roles"))]

OPTIONS = [
    Option(
        "organization.password_length",
        _("Shortest password"),
        _("Holds for passwords chosen from now on; those in use stay until they are changed."),
        Kind.WHOLE,
        default=10,
        page=PAGE,
        order=10,
        section=PASSWORDS,
        where=_("Own password, logins of employees"),
        unit=_("characters"),
        least=8,
        most=64,
    ),
    Option(
        "organization.password_not_common",
        _("Refuse common passwords"),
        _("A password from the list of 20,000 that are tried first is not taken."),
        Kind.SWITCH,
        default=True,
        page=PAGE,
        order=11,
        section=PASSWORDS,
        where=_("Own password, logins of employees"),
    ),
    Option(
        "organization.password_mixed",
        _("Letters and digits are needed"),
        _("A password of letters alone or of digits alone is not taken."),
        Kind.SWITCH,
        default=False,
        page=PAGE,
        order=12,
        section=PASSWORDS,
        where=_("Own password, logins of employees"),
    ),
    Option(
        "organization.password_days",
        _("Change the password every"),
        _("Whoever's password is older is led to choose a new one before anything else. 0: never."),
        Kind.WHOLE,
        default=0,
        page=PAGE,
        order=13,
        section=PASSWORDS,
        where=_("Own password, logins of employees"),
        unit=_("days"),
        most=3650,
    ),
    Option(
        "organization.idle_lock_minutes",
        _("Lock a screen left alone after"),
        _("What is typed stays under the lock; the password or the PIN opens it. 0: never."),
        Kind.WHOLE,
        default=15,
        page=PAGE,
        order=20,
        section=SCREEN,
        where=_("Every open page, the locked screen"),
        unit=_("minutes"),
        most=720,
    ),
    Option(
        "organization.pin_switching",
        _("Switch people by PIN"),
        _("Who gave the password in a browser today comes back to it by PIN, and opens their locked screen by it."),
        Kind.SWITCH,
        default=True,
        page=PAGE,
        order=21,
        section=SCREEN,
        where=_("Every open page, the locked screen"),
    ),
    Option(
        "organization.failures_allowed",
        _("Wrong passwords in a row before a lock-out"),
        _("Counted for each login and each PC."),
        Kind.WHOLE,
        default=5,
        page=PAGE,
        order=30,
        section=FAILURES,
        where=_("Sign-in, the locked screen"),
        least=3,
        most=20,
    ),
    Option(
        "organization.lock_out_minutes",
        _("A lock-out lasts"),
        _("The director can end one sooner on the person's card."),
        Kind.WHOLE,
        default=15,
        page=PAGE,
        order=31,
        section=FAILURES,
        where=_("Sign-in, the locked screen"),
        unit=_("minutes"),
        least=1,
        most=1440,
    ),
    Option(
        "organization.second_factor",
        _("Code from a phone after the password"),
        _("An authenticator application shows a new code every 30 seconds; no internet is needed."),
        Kind.CHOICE,
        default="may",
        page=PAGE,
        order=40,
        section=FACTOR,
        where=_("Sign-in, own profile"),
        choices=[
            ("off", _("is not asked")),
            ("may", _("whoever wants to")),
            ("must", _("roles named below must, others may")),
        ],
    ),
    Option(
        "organization.second_factor_roles",
        _("Who must have it"),
        _("Under these roles nothing opens before the phone is connected."),
        Kind.SEVERAL,
        default=["director"],
        page=PAGE,
        order=41,
        section=FACTOR,
        where=_("Sign-in, own profile"),
        choices=FACTOR_ROLES,
    ),
    Option(
        "organization.sessions_of_person",
        _("One person is signed in"),
        _("With one place alone, a sign-in elsewhere ends the former session."),
        Kind.CHOICE,
        default="many",
        page=PAGE,
        order=50,
        section=SESSIONS,
        where=_("Sign-in, own profile, open sessions"),
        choices=[("many", _("in several places; the list is in the profile")), ("one", _("in one place alone"))],
    ),
]


def idle_seconds() -> int | None:
    """Seconds after which a screen left alone is locked; None: never."""
    minutes: int = options.value("organization.idle_lock_minutes")
    return minutes * 60 or None


def failure_limit(_request: HttpRequest | None = None, _credentials: Any = None) -> int:
    """Wrong passwords that lock a login out on a PC; django-axes asks it."""
    return options.value("organization.failures_allowed")


def cool_off(_request: HttpRequest | None = None) -> timedelta:
    """How long a lock-out lasts; django-axes asks it."""
    return timedelta(minutes=options.value("organization.lock_out_minutes"))


def is_password_old(user: User) -> bool:
    """The clinic wants passwords changed, and this one is older than that."""
    days: int = options.value("organization.password_days")
    return bool(days) and user.password_set_at < timezone.now() - timedelta(days=days)


def is_pin_switching_on() -> bool:
    return options.value("organization.pin_switching")


def is_one_session_alone() -> bool:
    return options.value("organization.sessions_of_person") == "one"


def is_factor_possible() -> bool:
    return options.value("organization.second_factor") != "off"


def is_factor_asked(user: User) -> bool:
    """A code is asked after this person's password."""
    return user.second_factor_at is not None and is_factor_possible()


def is_factor_missing(user: User, role_code: str) -> bool:
    """Under this role nothing opens before the person has a second factor."""
    if user.second_factor_at is not None or options.value("organization.second_factor") != "must":
        return False
    return (role_code or OWN_ROLES) in options.value("organization.second_factor_roles")
