"""What a person who leaves holds: asked of every module, and what this app itself answers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.models import ApiToken, Employee
from organization.ports import Holding, held_by_employee

KEYS = "organization.keys"


def holdings_of(employee: Employee) -> list[Holding]:
    """Everything the person holds that is not empty, in the order of modules: what needs a decision before the rest."""
    found = [
        holding for answer in held_by_employee.answers(employee_id=employee.pk) for holding in answer if holding.count
    ]
    return sorted(found, key=lambda holding: holding.is_information)


def own_holdings(*, employee_id: int) -> list[Holding]:
    """Keys of the API the person still has; they are revoked, not handed over."""
    count = ApiToken.objects.filter(employee_id=employee_id, revoked_at=None).count()
    return [Holding(KEYS, _("Keys of the API"), count, note=_("revoked at once"), is_information=True)]
