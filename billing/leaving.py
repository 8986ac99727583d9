"""Billing's part when a doctor leaves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billing.enums import OrderState
from billing.models import WorkOrder
from organization.ports import Holding


def holdings(*, employee_id: int) -> list[Holding]:
    """Work orders a leaving doctor has not closed: what they did stays theirs, so nobody takes them over."""
    count = WorkOrder.objects.filter(doctor=employee_id, state=OrderState.DRAFT).count()
    note = _("they stay the doctor's own; have them closed while the person is still here")
    return [Holding("billing.orders", _("Work orders not closed"), count, note=note, is_information=True)]
