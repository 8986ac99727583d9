"""What a person who leaves holds: asked of every module, and what this app itself answers."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import ApiToken, Employee, Substitution
from organization.ports import Holding, held_by_employee

KEYS, SUBSTITUTIONS = "organization.keys", "organization.substitutions"


def holdings_of(employee: Employee) -> list[Holding]:
    """Everything the person holds that is not empty, in the order of modules: what needs a decision before the rest."""
    found = [
        holding for answer in held_by_employee.answers(employee_id=employee.pk) for holding in answer if holding.count
    ]
    return sorted(found, key=lambda holding: holding.is_information)


def own_holdings(*, employee_id: int) -> list[Holding]:
    """Keys of the API and substitutions the person still has a part in: they end, nobody takes them over."""
    employee = Employee.objects.get(pk=employee_id)
    keys = ApiToken.objects.filter(employee=employee, revoked_at=None).count()
    stand_ins = Substitution.objects.ahead_of(employee, timezone.now()).count()
    return [
        Holding(KEYS, _("Keys of the API"), keys, note=_("revoked at once"), is_information=True),
        Holding(SUBSTITUTIONS, _("Substitutions now and ahead"), stand_ins, note=_("end at once"), is_information=True),
    ]
