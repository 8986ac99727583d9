"""Rules of work orders and money, one error each. Texts say what to do next."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from organization.errors import SecondPersonNeeded


class NotOwnAppointment(DomainError):
    text = _("This is an appointment of another doctor. Ask them or the director to change its work order.")
    code = "not_own_appointment"


class AppointmentNotHeld(DomainError):
    text = _("There is nothing to write down: the appointment was cancelled or the patient did not come.")
    code = "appointment_not_held"


class PatientNotArrived(DomainError):
    text = _("The patient is not marked as arrived yet. Mark the arrival in the schedule, then finish the appointment.")
    code = "patient_not_arrived"


class VisitNotWritten(DomainError):
    text = _("Finish the visit from its work order: write what was done, or say why nothing was, and close it.")
    code = "visit_not_written"


class OrderNotDraft(DomainError):
    text = _("The work order is closed. Reopen it to change it.")
    code = "order_not_draft"


class OrderTooOld(DomainError):
    text = _("A work order may be written for %(days)s days after the appointment, and that is over. Ask the director.")
    on_the_day = _("A work order is written on the day of the appointment, and that is over. Ask the director.")
    code = "order_too_old"


class MayNotReopen(DomainError):
    text = _("The work order is closed, and reopening is not yours to do. Ask somebody who may.")
    code = "may_not_reopen"


class OrderNotClosed(DomainError):
    text = _("The work order is still being written. The doctor finishes the appointment first.")
    code = "order_not_closed"


class OrderInvoiced(DomainError):
    text = _(
        "An invoice was issued for this work order. It changes only after the invoice is voided; the director may do that."
    )
    code = "order_invoiced"


class NoServices(DomainError):
    text = _("There are no services in the work order. Add one, or say why the appointment ends without services.")
    code = "no_services"
    field = "no_services_reason"


class NoPrice(DomainError):
    text = _("“%(service)s” has no price on this date. Ask the director to set it in the price list.")
    code = "no_price"


class ServiceWithdrawn(DomainError):
    text = _("“%(service)s” was withdrawn from the price list. Choose another service.")
    code = "service_withdrawn"


class ToothNeeded(DomainError):
    text = _("“%(service)s” is done on a tooth. Choose the tooth on the chart, then the service.")
    code = "tooth_needed"
    field = "teeth"


class SurfaceNeeded(DomainError):
    text = _("“%(service)s” is done on a surface. Choose the surface of tooth %(teeth)s on the chart.")
    code = "surface_needed"
    field = "surfaces"


class BadQuantity(DomainError):
    text = _("The quantity is a whole number from 1 to 99.")
    code = "bad_quantity"
    field = "quantity"


class MayNotDiscount(DomainError):
    text = _("Your role may not give discounts.")
    code = "may_not_discount"


class DiscountOverLimit(SecondPersonNeeded):
    text = _("You may give up to %(limit)s %%. A larger discount is confirmed by somebody who may give it.")
    code = "discount_over_limit"
    field = "percent"


class NotDiscountable(DomainError):
    text = _("No discounts apply to “%(service)s”.")
    code = "not_discountable"
    field = "percent"


class BadDiscount(DomainError):
    text = _("A discount is from 0 to 100 percent.")
    code = "bad_discount"
    field = "percent"


class DiscountWithoutReason(DomainError):
    text = _("Say why the discount is given.")
    code = "discount_without_reason"
    field = "reason"


class NothingToInvoice(DomainError):
    text = _("There is nothing to invoice: the work order has no services.")
    code = "nothing_to_invoice"


class DifferentPayers(DomainError):
    text = _("One invoice holds orders of one patient and one legal entity.")
    code = "different_payers"


class InvoicePaid(DomainError):
    text = _("The invoice is paid, wholly or in part. It cannot be voided.")
    code = "invoice_paid"


class InvoiceVoided(DomainError):
    text = _("The invoice was voided.")
    code = "invoice_voided"


class ReasonNeeded(DomainError):
    text = _("Say why.")
    code = "reason_needed"
    field = "reason"


class ShiftNotOpen(DomainError):
    text = _("The cash shift is closed. Open a shift and take the payment again.")
    code = "shift_not_open"


class ShiftAlreadyOpen(DomainError):
    text = _("This cash desk already has an open shift.")
    code = "shift_already_open"


class ShiftAlreadyClosed(DomainError):
    text = _("The shift is closed already.")
    code = "shift_already_closed"


class DifferenceWithoutReason(DomainError):
    text = _(
        "The drawer should hold %(expected)s, counted %(counted)s. Count again, or say where the difference is from."
    )
    code = "difference_without_reason"
    field = "reason"


class DifferenceNotYours(SecondPersonNeeded):
    text = _(
        "The drawer should hold %(expected)s, counted %(counted)s. Count again, or have the difference confirmed by "
        "somebody who may close with it."
    )
    code = "difference_not_yours"
    field = "counted_cash"


class DeskArchived(DomainError):
    text = _("This cash desk was archived.")
    code = "desk_archived"


class DeskInUse(DomainError):
    text = _("The desk has an open shift. Close the shift first.")
    code = "desk_in_use"


class DeskNameTaken(DomainError):
    text = _("The branch already has a cash desk of this name.")
    code = "desk_name_taken"
    field = "name"


class OtherLegalEntity(DomainError):
    text = _("This cash desk belongs to another legal entity. Take the payment at that one's desk.")
    code = "other_legal_entity"


class NothingToPay(DomainError):
    text = _("Enter how much is paid, and how.")
    code = "nothing_to_pay"


class MoreThanDue(DomainError):
    text = _("%(total)s is more than is due, %(due)s. Lower the sum, or leave the rest on the advance.")
    code = "more_than_due"


class AdvanceTooSmall(DomainError):
    text = _("The advance holds %(advance)s only.")
    code = "advance_too_small"
    field = "advance"


class AdvanceMoreThanDue(DomainError):
    text = _("From the advance no more can be taken than is due: %(due)s.")
    code = "advance_more_than_due"
    field = "advance"


class AdvanceFromAdvance(DomainError):
    text = _("An advance is taken in money, not from the advance.")
    code = "advance_from_advance"


class TooLittleReceived(DomainError):
    text = _("Received %(received)s is less than the cash to pay, %(cash)s.")
    code = "too_little_received"
    field = "cash_received"


class AlreadyPaid(DomainError):
    text = _("It is paid already: nothing is due any more. Reload the page.")
    code = "already_paid"


class InvoiceNotFound(DomainError):
    text = _("An invoice or a line is not this patient's any more. Reload the page.")
    code = "invoice_not_found"


class KeyUsed(DomainError):
    text = _("This form was already used for another payment. Reload the page.")
    code = "key_used"


class WrongAmount(DomainError):
    text = _("A sum is a positive number of roubles with at most two digits after the comma.")
    code = "wrong_amount"


class DrawerTooSmall(DomainError):
    text = _("The drawer holds %(cash)s only. Give the money back by card or from another desk.")
    code = "drawer_too_small"
    field = "amount"
