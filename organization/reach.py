"""Whose patients and appointments are one's own: those of oneself, and of whoever one stands in for now.

Conditions inside SQL, so that a list, a number and a suggestion can never disagree.
"""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from organization.models import Substitution


class _IsAmong(Func):
    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()


class _WithOneself(Func):
    function = "array_append"
    template = "(%(function)s(%(expressions)s))"


def is_own_doctor(employee_id: int | None, field: str = "doctor_id") -> _IsAmong:
    """The doctor is this employee, or somebody they stand in for now.

    An array worked out once per statement: an OR beside a subselect would keep the doctor's index from being used.
    """
    absent = Substitution.objects.in_force().filter(substitute_id=employee_id).order_by().values("absent_id")
    return _IsAmong(F(field), _WithOneself(ArraySubquery(absent), Value(employee_id, output_field=BigIntegerField())))


def is_own_time(employee_id: int | None) -> Q:
    """A row of the schedule (``doctor``, ``starts_at``) is the employee's own, or falls into a substitution in force."""
    within = Substitution.objects.in_force().filter(
        substitute_id=employee_id,
        absent_id=OuterRef("doctor_id"),
        starts_at__lte=OuterRef("starts_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return Q(is_own_doctor(employee_id)) & (Q(doctor_id=employee_id) | Q(Exists(within)))


def own_time(alias: str) -> str:
    """``is_own_time`` in SQL, of the rows of ``alias``; its parameters are those of ``stand_in``, and ``doctor``."""
    return f"""({alias}.doctor_id = %(doctor)s OR EXISTS (
    SELECT 1 FROM organization_substitution stand_in
    WHERE stand_in.substitute_id = %(stand_in)s AND stand_in.absent_id = {alias}.doctor_id
      AND stand_in.starts_at <= %(stand_in_at)s AND stand_in.ends_at > %(stand_in_at)s
      AND stand_in.starts_at <= {alias}.starts_at AND stand_in.ends_at > {alias}.starts_at))"""  # noqa: S608  our alias


def stand_in(employee_id: int | None) -> dict[str, Any]:
    """Parameters of ``own_time``: who may stand in for others, and when that is asked. None stands in for nobody."""
    return {"stand_in": employee_id, "stand_in_at": timezone.now()}
