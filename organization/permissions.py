"""Rights of this app and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

DIRECTOR = {"director": Scope.ALL}

ALL = [
    Permission(
        "organization.view_employee", _("See employees"), _("Names, specialities, positions."), defaults=DIRECTOR
    ),
    Permission(
        "organization.change_employee", _("Change employees"), _("Add, change, archive, set logins."), defaults=DIRECTOR
    ),
    Permission(
        "organization.dismiss_employee",
        _("Let an employee leave"),
        _("Hand their patients and appointments over to others, close the login, put the card away."),
        defaults=DIRECTOR,
        is_dangerous=True,
    ),
    Permission(
        "organization.view_clinic",
        _("See the clinic's settings"),
        _("Legal entities, branches, rooms."),
        defaults=DIRECTOR,
    ),
    Permission(
        "organization.change_clinic",
        _("Change the clinic"),
        _("Legal entities, branches, hours, rooms, chairs."),
        defaults=DIRECTOR,
    ),
    Permission(
        "organization.change_options",
        _("Change rules, thresholds and appearance"),
        _("From when on something counts, numbering, mandatory fields, sounds, the logo."),
        defaults=DIRECTOR,
    ),
    Permission(
        "organization.change_rights",
        _("Change roles and rights"),
        _("What each role and each person may do."),
        defaults=DIRECTOR,
        is_dangerous=True,
    ),
    Permission(
        "organization.change_substitution",
        _("Set substitutions"),
        _("Who sees whose patients and appointments while somebody is away."),
        defaults=DIRECTOR,
    ),
    Permission(
        "organization.view_as",
        _("Look through others' eyes"),
        _("See the program as a role or an employee sees it, without changing anything. The logs name who looked."),
        defaults=DIRECTOR,
        is_dangerous=True,
    ),
    Permission(
        "organization.end_sessions",
        _("See and end everybody's sessions"),
        _("Who is signed in where; signs people out of one browser or of all."),
        defaults=DIRECTOR,
        is_dangerous=True,
    ),
    Permission(
        "organization.issue_token",
        _("Issue API keys"),
        _("A key works without a password, under one role."),
        defaults=DIRECTOR,
        is_dangerous=True,
    ),
]
