"""Rules of the card index that may be broken, one class each."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from patients.choices import REQUIRABLE


class PossibleDuplicate(DomainError):
    """The card may be there already. ``candidates`` are ``patients.selectors.Candidate`` rows."""

    text = _("There may be a card of this person already. Open it, or confirm that this is somebody else.")
    code = "possible_duplicate"

    def __init__(self, candidates: Sequence[Any]) -> None:
        super().__init__()
        self.candidates = tuple(candidates)


class SurnameMissing(DomainError):
    text = _("Enter the surname; it is the least a card needs.")
    code = "surname_missing"
    field = "surname"


class BirthDateImpossible(DomainError):
    text = _("This cannot be a date of birth: it is in the future or too long ago.")
    code = "birth_date_impossible"
    field = "born_on"


class ForbiddenWithoutReason(DomainError):
    text = _("Say why the patient is not to be booked; whoever answers the phone will read it.")
    code = "forbidden_without_reason"
    field = "booking_forbidden_reason"


class PhoneTwice(DomainError):
    text = _("The phone %(number)s is listed twice.")
    code = "phone_twice"


class TooManyPhones(DomainError):
    text = _("At most %(most)d phones fit on a card.")
    code = "too_many_phones"


class PatientIsArchived(DomainError):
    text = _("The card is in the archive. Restore it first.")
    code = "patient_is_archived"


class ArchiveReasonMissing(DomainError):
    text = _("Say why the card is put away.")
    code = "archive_reason_missing"
    field = "reason"


class NotOwnRelative(DomainError):
    text = _("A patient cannot be a relative of themselves.")
    code = "not_own_relative"
    field = "relative"


class InAnotherFamily(DomainError):
    text = _("The patient belongs to another family. Take them out of it first.")
    code = "in_another_family"
    field = "relative"


class NotInFamily(DomainError):
    text = _("The patient belongs to no family.")
    code = "not_in_family"


class DoctorLacksSpecialty(DomainError):
    text = _("This doctor does not have this speciality.")
    code = "doctor_lacks_specialty"
    field = "doctor"


class NoteEmpty(DomainError):
    text = _("Write what is to be remembered.")
    code = "note_empty"
    field = "text"


class ReasonTooShort(DomainError):
    text = _("Say why in words, at least %(letters)s letters: the director reads it.")
    code = "reason_too_short"
    field = "reason"


class IdentityIncomplete(DomainError):
    text = _("Enter the whole surname with the birth date, or the whole card number, or the whole phone.")
    code = "identity_incomplete"


class NobodyFits(DomainError):
    text = _("No single card fits exactly what was entered. Check it, or enter more: nothing is found by a part.")
    code = "nobody_fits"


class FieldsMissing(DomainError):
    """The role must fill these fields in. ``missing``: their names, in the order of the card."""

    text = _("Your role must fill in: %(fields)s.")
    code = "fields_missing"

    def __init__(self, missing: Sequence[str]) -> None:
        titles = dict(REQUIRABLE)
        super().__init__(fields=", ".join(str(titles[name]) for name in missing))
        self.missing = tuple(missing)
