"""Choices of the organization."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BuiltInRole(models.TextChoices):
    """Roles every clinic starts with."""

    DIRECTOR = "director", _("Director")
    ADMINISTRATOR = "administrator", _("Administrator")
    DOCTOR = "doctor", _("Doctor")


class Effect(models.TextChoices):
    """A right is given, held no wider than this, or taken; the later is the stronger, wherever it comes from."""

    ALLOW = "allow", _("allowed")
    CAP = "cap", _("no wider than")
    DENY = "deny", _("denied")


class ScopeChoice(models.TextChoices):
    OWN = "own", _("own")
    BRANCH = "branch", _("own branch")
    ALL = "all", _("all")


class TaxSystem(models.TextChoices):
    """Tax systems as the fiscal register knows them (tag 1055)."""

    GENERAL = "general", _("general (OSN)")
    SIMPLIFIED = "simplified", _("simplified, income (USN)")
    SIMPLIFIED_EXPENSE = "simplified_expense", _("simplified, income less expenses (USN)")
    PATENT = "patent", _("patent (PSN)")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Theme(models.TextChoices):
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")
