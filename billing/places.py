"""What billing shows on other apps' pages and in the frame."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from billing.enums import OrderState
from billing.errors import VisitNotWritten
from billing.models import CashDeskGrant, WorkOrder
from billing.selectors import of_patient
from billing.selectors.accounts import account_states
from billing.selectors.reach import VIEW, owing, settling
from core.actor import Actor, Scope
from core.addresses import address
from core.modules import FactValue, Mark, Part
from core.money import format_money
from core.sql import read
from organization.models import Employee
from patients.models import Patient
from schedule.models import Appointment


def account_facts(*, actor: Actor, patient_ids: Iterable[int]) -> dict[int, dict[str, FactValue]]:
    """The debt, whose link leads to its unpaid lines, and the advance of each patient. One query."""
    can_take = actor.can("billing.take_payment")
    return {
        patient_id: {
            "debt": FactValue(
                format_money(state.debt),
                tone="danger" if state.debt else "",
                url=address("billing:settle", patient_id) if state.debt and can_take else "",
            ),
            "advance": FactValue(format_money(state.advance)),
        }
        for patient_id, state in account_states(actor=actor, patient_ids=patient_ids).items()
    }


_DEBT_OF_APPOINTMENTS = """
SELECT p.id, sum(a.debt) FROM schedule_appointment p
JOIN billing_account a ON a.patient_id = p.patient_id AND a.debt > 0
WHERE p.id = ANY (%s) AND {owing} GROUP BY p.id
"""


def debt_marks(*, actor: Actor, appointment_ids: Iterable[int]) -> dict[int, Mark]:
    """A rouble on appointments of patients who owe something, as far as the actor may know. One query."""
    condition, parameters = owing(actor, "p.patient_id")
    statement = _DEBT_OF_APPOINTMENTS.format(owing=condition)
    return {
        pk: Mark("currency-ruble", _("Debt %(sum)s") % {"sum": format_money(debt)}, tone="danger")
        for pk, debt in read(statement, [list(appointment_ids), *parameters], keep_plan=not parameters)
    }


def appointment_actions(*, actor: Actor, subject: Appointment) -> Part | None:
    """The work order and the settlement of an appointment, as buttons."""
    context = {
        "appointment": subject,
        "can_see_order": actor.can("billing.view_order"),
        "can_take": actor.can("billing.take_payment"),
    }
    return Part("billing/_appointment_actions.html", context)


def patient_actions(*, actor: Actor, subject: Patient) -> Part:
    """«Take a payment» in the head of the card."""
    return Part("billing/_patient_action.html", {"patient": subject})


def patient_money(*, actor: Actor, subject: Patient) -> Part | None:
    """The card «Money»: debt with its lines and the advance, side by side, never netted. Two queries.

    Not for whoever sees the money of own patients alone and may open this card for another reason.
    """
    if actor.scope(VIEW) == Scope.OWN and not Patient.objects.own_to(actor).filter(pk=subject.pk).exists():
        return None
    context = {
        "patient": subject,
        "money": of_patient.patient_money(subject.pk),
        "can_take": actor.can("billing.take_payment"),
    }
    return Part("billing/_patient_money.html", context)


def desks_of_employee(*, actor: Actor, subject: Employee) -> Part:
    """The employee's page: the desks given to them by name, and what that means. One query."""
    rows = CashDeskGrant.objects.in_force().of_user(subject.user_id)
    grants = rows.select_related("content_object__branch", "granted_by").order_by("pk")
    return Part("billing/_employee_desks.html", {"employee": subject, "grants": grants})


_WAITING_COUNT = """
SELECT count(DISTINCT patient_id) FROM billing_workorder
WHERE branch_id = %s AND state = 'closed' AND NOT is_invoiced AND total > 0 AND {settling}
"""


def waiting_count(actor: Actor) -> int:
    """How many patients of the branch, of those the actor may be shown, wait for settlement: the number on the rail."""
    if not actor.branch_id:
        return 0
    condition, parameters = settling(actor)
    [(count,)] = read(_WAITING_COUNT.format(settling=condition), [actor.branch_id, *parameters])
    return count


# Each half is entered by an index of its own: the orders that wait, the branch's invoices of the day.
_ORDERS_STAMP = """
SELECT o.number, o.versions, i.number, i.versions
FROM
  (SELECT count(*) AS number, coalesce(sum(version), 0) AS versions FROM billing_workorder
   WHERE branch_id = %s AND state = 'closed' AND NOT is_invoiced AND total > 0 AND {settling}) o,
  (SELECT count(*) AS number, coalesce(sum(version), 0) AS versions FROM billing_invoice
   WHERE branch_id = %s AND issued_on = %s AND {settling}) i
"""


def orders_stamp(*, actor: Actor, argument: str) -> str:
    """Version of what the desk waits for: ``argument`` is «branch:day». Counts committed rows by one query."""
    branch, _colon, day = argument.partition(":")
    if not branch.isdecimal() or int(branch) not in actor.branch_ids:
        return ""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return ""
    condition, parameters = settling(actor)
    asked = [int(branch), *parameters, int(branch), on, *parameters]
    [numbers] = read(_ORDERS_STAMP.format(settling=condition), asked)
    return ".".join(str(number) for number in numbers)


def refuse_unwritten(*, appointment: Appointment) -> None:
    """A visit is finished by closing its work order. Raises: VisitNotWritten."""
    if not WorkOrder.objects.filter(appointment=appointment.pk, state=OrderState.CLOSED).exists():
        raise VisitNotWritten
