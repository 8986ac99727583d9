"""Refusals of the steps."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ChangedMeanwhile(DomainError):
    text = _("The list has changed since this page was opened: look whether your rows are in it already.")
    code = "changed_meanwhile"


class EntityThere(DomainError):
    text = _("A legal entity was added meanwhile. Reload the page; further ones are added in the settings.")
    code = "entity_there"
    field = "inn"


class BranchThere(DomainError):
    text = _("A branch was added meanwhile. Reload the page; further ones are added in the settings.")
    code = "branch_there"
    field = "name"
