"""Rules of the schedule that may be broken; each says what to do next."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from organization.errors import SecondPersonNeeded


class DoctorTaken(DomainError):
    text = _("The doctor is taken at this time. Choose another time.")
    with_patient = _("%(doctor)s is taken %(start)s–%(end)s (%(patient)s). Choose another time.")
    without_patient = _("%(doctor)s is taken %(start)s–%(end)s. Choose another time.")
    code = "doctor_taken"
    field = "time"


class ChairTaken(DomainError):
    text = _("The chair is taken at this time. Choose another time or chair.")
    with_patient = _("%(chair)s is taken %(start)s–%(end)s (%(doctor)s, %(patient)s). Choose another time or chair.")
    without_patient = _("%(chair)s is taken %(start)s–%(end)s (%(doctor)s). Choose another time or chair.")
    code = "chair_taken"
    field = "time"


class OutsideShift(DomainError):
    text = _("The doctor does not work here at this time. Choose a time inside the shift.")
    code = "outside_shift"
    field = "time"


class InThePast(SecondPersonNeeded):
    text = _("This day is over. Choose a later one, or have it confirmed by somebody who may write into past days.")
    code = "in_the_past"
    field = "date"


class NotAligned(DomainError):
    text = _("Times and lengths go in steps of 5 minutes.")
    code = "not_aligned"
    field = "time"


class WrongLength(DomainError):
    text = _("An appointment lasts from 5 minutes to 12 hours.")
    code = "wrong_length"
    field = "minutes"


class BookingForbidden(DomainError):
    text = _("This patient is not to be booked: %(reason)s.")
    code = "booking_forbidden"
    field = "patient"


class PatientArchived(DomainError):
    text = _("This card is archived. Restore it before booking.")
    code = "patient_archived"
    field = "patient"


class DoctorUnavailable(DomainError):
    text = _("This person does not receive patients in this branch.")
    code = "doctor_unavailable"
    field = "doctor"


class ChairElsewhere(DomainError):
    text = _("This chair is not in use in this branch. Choose another chair.")
    code = "chair_elsewhere"
    field = "chair"


class ReasonMissing(DomainError):
    text = _("Say in the comment why the appointment goes over another one.")
    code = "reason_missing"
    field = "comment"


class StepNotAllowed(DomainError):
    text = _("The appointment is “%(state)s” now; this step cannot be made from there.")
    code = "step_not_allowed"


class NotMovable(DomainError):
    text = _("An appointment that is “%(state)s” cannot be moved like this.")
    code = "not_movable"


class NotYet(DomainError):
    text = _("It is too early: the appointment is on another day.")
    code = "not_yet"


class TooEarlyForNoShow(DomainError):
    text = _("The appointment has not begun yet: the patient may still come.")
    code = "too_early_for_no_show"


class TooLateToVoid(DomainError):
    text = _("Only the author may take a booking back, and within the first minutes. Cancel it with a reason.")
    code = "too_late_to_void"


class ReasonArchived(DomainError):
    text = _("This reason is no longer used. Choose another one.")
    code = "reason_archived"
    field = "reason"


class ShiftClash(DomainError):
    text = _("The doctor already has a shift at this time.")
    code = "shift_clash"
    field = "starts"


class ShiftChairClash(DomainError):
    text = _("Another doctor works at this chair at this time.")
    code = "shift_chair_clash"
    field = "chair"


class ShiftTooLong(DomainError):
    text = _("A shift ends after it begins and lasts 24 hours at most.")
    code = "shift_too_long"
    field = "ends"


class ShiftGone(DomainError):
    text = _("This shift was cancelled meanwhile.")
    code = "shift_gone"


class AppointmentsAhead(DomainError):
    text = _("The patient has appointments ahead. Cancel or move them first.")
    code = "appointments_ahead"
