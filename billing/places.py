"""What billing shows on other apps' pages and in the frame."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Invoice, WorkOrder
from billing.selectors.accounts import account_state, account_states, unpaid_lines
from billing.selectors.orders import uninvoiced_orders, waiting_orders
from core.actor import Actor
from core.modules import FactValue, Mark, Part
from core.money import format_money
from patients.models import Patient
from schedule.models import Appointment

LINES_SHOWN = 4


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


def debt_marks(*, actor: Actor, appointment_ids: Iterable[int]) -> dict[int, Mark]:
    """A rouble on appointments of patients who owe something. One query."""
    rows = (
        Appointment.objects.filter(pk__in=list(appointment_ids), patient__accounts__debt__gt=0)
        .annotate(debt=Sum("patient__accounts__debt"))
        .values_list("pk", "debt")
    )
    return {
        pk: Mark("currency-ruble", _("Debt %(sum)s") % {"sum": format_money(debt)}, tone="danger") for pk, debt in rows
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
    """The card «Money»: debt with its lines and the advance, side by side, never netted."""
    debts = list(unpaid_lines(subject.pk)[: LINES_SHOWN + 1])
    lifetime = Invoice.objects.filter(patient=subject, state="issued").aggregate(
        total=Sum("total"), paid=Sum("paid"), last=Max("issued_on"), count=Count("pk")
    )
    return Part(
        "billing/_patient_money.html",
        {
            "patient": subject,
            "state": account_state(subject.pk),
            "debts": debts[:LINES_SHOWN],
            "has_more": len(debts) > LINES_SHOWN,
            "waiting": list(uninvoiced_orders(subject.pk)[:LINES_SHOWN]),
            "lifetime": lifetime,
            "can_take": actor.can("billing.take_payment"),
        },
    )


def waiting_count(actor: Actor) -> int:
    """How many patients of the branch wait for settlement: the number on the rail."""
    if not actor.branch_id:
        return 0
    return waiting_orders(actor.branch_id).order_by().aggregate(count=Count("patient_id", distinct=True))["count"]


def orders_stamp(*, actor: Actor, argument: str) -> str:
    """Version of what the desk waits for: ``argument`` is «branch:day». Counts committed rows by one query each."""
    branch, _colon, day = argument.partition(":")
    if not branch.isdecimal() or int(branch) not in actor.branch_ids:
        return ""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return ""
    orders = (
        WorkOrder.objects.waiting().filter(branch_id=int(branch)).aggregate(count=Count("pk"), versions=Sum("version"))
    )
    invoices = Invoice.objects.filter(branch_id=int(branch), issued_on=on).aggregate(
        count=Count("pk"), versions=Sum("version")
    )
    return ".".join(str(number or 0) for number in (*orders.values(), *invoices.values()))
