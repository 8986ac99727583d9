"""Refusals of the removal."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NoSampleClinic(DomainError):
    text = _("There is no sample clinic here: this one keeps its data.")
    code = "no_sample_clinic"


class NotConfirmed(DomainError):
    text = _("Type the word exactly as it is shown.")
    code = "not_confirmed"
    field = "word"


class StillInUse(DomainError):
    text = _(
        "Others are working right now and the tables could not be taken. Nothing was removed: try again in a minute."
    )
    code = "still_in_use"
