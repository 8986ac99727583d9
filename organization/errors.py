"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LastDirector(DomainError):
    text = _("This is the last person who can act as director. Make another one first: nobody could give it back.")
    code = "last_director"


class DirectorKeepsRights(DomainError):
    text = _("The director's role always keeps this right: without it nobody could give it back.")
    code = "director_keeps_rights"


class RoleNotGranted(DomainError):
    text = _("This role is not yours.")
    code = "role_not_granted"
    field = "role"


class RoleTooWide(DomainError):
    text = _("This person's role may do more than yours does. Ask somebody who has those rights.")
    code = "role_too_wide"


class UnknownRight(DomainError):
    text = _("There is no such right.")
    code = "unknown_right"
    field = "code"


class LoginTaken(DomainError):
    text = _("This login is taken.")
    code = "login_taken"
    field = "username"


class LoginMissing(DomainError):
    text = _("Enter a login to go with the password.")
    code = "login_missing"
    field = "username"


class HasFutureUse(DomainError):
    text = _("It is still in use: move its appointments and shifts first.")
    code = "in_use"


class EntityTaken(DomainError):
    text = _("There is a legal entity with this INN and KPP already.")
    code = "entity_taken"
    field = "inn"


class EntityInUse(DomainError):
    text = _("It has branches that receive patients: put them away or give them to another legal entity first.")
    code = "entity_in_use"


class NameTaken(DomainError):
    text = _("This name is taken.")
    code = "name_taken"
    field = "name"


class HoursEmpty(DomainError):
    text = _("Opening and closing are the same time. Tick the day as closed instead.")
    code = "hours_empty"


class PlaceArchived(DomainError):
    text = _("What it belongs to is put away. Take that back first.")
    code = "place_archived"


class PeriodEmpty(DomainError):
    text = _("The end is before the beginning.")
    code = "period_empty"
    field = "valid_until"


class ModuleIsBase(DomainError):
    text = _("This module is a part of the program's base and is always on.")
    code = "module_is_base"


class ModuleUnknown(DomainError):
    text = _("There is no such module.")
    code = "module_unknown"
