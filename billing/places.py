"""What billing shows on other apps' pages and in the frame."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.enums import OrderState
from billing.errors import VisitNotWritten
from billing.models import WorkOrder
from billing.selectors import of_patient
from billing.selectors.accounts import account_states
from core.actor import Actor
from core.modules import FactValue, Mark, Part
from core.money import format_money
from core.sql import read
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
                url=reverse("billing:settle", args=[patient_id]) if state.debt and can_take else "",
            ),
            "advance": FactValue(format_money(state.advance)),
        }
        for patient_id, state in account_states(patient_ids).items()
    }


_DEBT_OF_APPOINTMENTS = """
SELECT p.id, sum(a.debt) FROM schedule_appointment p
JOIN billing_account a ON a.patient_id = p.patient_id AND a.debt > 0
WHERE p.id = ANY (%s) GROUP BY p.id
"""


def debt_marks(*, actor: Actor, appointment_ids: Iterable[int]) -> dict[int, Mark]:
    """A rouble on appointments of patients who owe something. One query."""
    return {
        pk: Mark("currency-ruble", _("Debt %(sum)s") % {"sum": format_money(debt)}, tone="danger")
        for pk, debt in read(_DEBT_OF_APPOINTMENTS, [list(appointment_ids)], keep_plan=True)
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


def patient_money(*, actor: Actor, subject: Patient) -> Part:
    """The card «Money»: debt with its lines and the advance, side by side, never netted. Two queries."""
    context = {
        "patient": subject,
        "money": of_patient.patient_money(subject.pk),
        "can_take": actor.can("billing.take_payment"),
    }
    return Part("billing/_patient_money.html", context)


_WAITING_COUNT = """
SELECT count(DISTINCT patient_id) FROM billing_workorder
WHERE branch_id = %s AND state = 'closed' AND NOT is_invoiced AND total > 0
"""


def waiting_count(actor: Actor) -> int:
    """How many patients of the branch wait for settlement: the number on the rail."""
    if not actor.branch_id:
        return 0
    [(count,)] = read(_WAITING_COUNT, [actor.branch_id])
    return count


# Each half is entered by an index of its own: the orders that wait, the branch's invoices of the day.
_ORDERS_STAMP = """
SELECT o.number, o.versions, i.number, i.versions
FROM
  (SELECT count(*) AS number, coalesce(sum(version), 0) AS versions FROM billing_workorder
   WHERE branch_id = %(branch)s AND state = 'closed' AND NOT is_invoiced AND total > 0) o,
  (SELECT count(*) AS number, coalesce(sum(version), 0) AS versions FROM billing_invoice
   WHERE branch_id = %(branch)s AND issued_on = %(on)s) i
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
    [numbers] = read(_ORDERS_STAMP, {"branch": int(branch), "on": on})
    return ".".join(str(number) for number in numbers)


def refuse_unwritten(*, appointment: Appointment) -> None:
    """A visit is finished by closing its work order. Raises: VisitNotWritten."""
    if not WorkOrder.objects.filter(appointment=appointment.pk, state=OrderState.CLOSED).exists():
        raise VisitNotWritten
