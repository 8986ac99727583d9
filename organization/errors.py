"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LastDirector(DomainError):
    text = _("The last director cannot lose this role: nobody could give it back.")
    code = "last_director"


class RoleNotGranted(DomainError):
    text = _("This role is not yours.")
    code = "role_not_granted"


class LoginTaken(DomainError):
    text = _("This login is taken.")
    code = "login_taken"
    field = "username"


class HasFutureUse(DomainError):
    text = _("It is still in use: move its appointments and shifts first.")
    code = "in_use"
