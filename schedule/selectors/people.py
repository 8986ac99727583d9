"""Doctors and chairs of a branch: what its forms offer, and the rows that were chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

from core import names
from core.sql import read
from organization.models import Chair, Employee, Room

Row = TypeVar("Row", bound=models.Model)


class BranchDoctor(NamedTuple):
    """A doctor who may work in the branch."""

    pk: int
    name: str
    specialty_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The doctor and the chair that were asked for, None where there is no such row in use."""

    doctor: Employee | None
    chair: Chair | None
    is_of_branch: bool  # the doctor may work in the branch


_WORKS_HERE = """
  e.archived_at IS NULL AND EXISTS (
    SELECT 1 FROM organization_branchgrant g WHERE g.user_id = e.user_id AND g.content_object_id = %(branch)s)
"""
_DOCTORS_SQL = f"""
SELECT e.id, e.surname, e.name, e.patronymic, array_agg(link.specialty_id) FROM organization_employee e
JOIN organization_employeespecialty link ON link.employee_id = e.id
WHERE {_WORKS_HERE} GROUP BY e.id ORDER BY e.sort_key, e.id
"""  # noqa: S608  a part of the statement, no value
_SPECIALTIES_SQL = f"""
SELECT s.id, s.name FROM organization_specialty s
WHERE s.archived_at IS NULL AND EXISTS (
  SELECT 1 FROM organization_employeespecialty link JOIN organization_employee e ON e.id = link.employee_id
  WHERE link.specialty_id = s.id AND {_WORKS_HERE})
ORDER BY s."order", s.name
"""  # noqa: S608  a part of the statement, no value
_CHAIRS_SQL = """
SELECT c.id, r.name, c.name FROM organization_chair c JOIN organization_room r ON r.id = c.room_id
WHERE r.branch_id = %(branch)s AND c.archived_at IS NULL ORDER BY r.name, c.name
"""
_CHOSEN_SQL = f"""
SELECT e.id, e.user_id, e.surname, e.name, e.patronymic, c.id, c.name, r.id, r.name, r.branch_id,
  {_WORKS_HERE} AND EXISTS (SELECT 1 FROM organization_employeespecialty link WHERE link.employee_id = e.id)
FROM (VALUES (%(doctor)s::bigint, %(chair)s::bigint)) AS asked (doctor, chair)
LEFT JOIN organization_employee e ON e.id = asked.doctor AND e.archived_at IS NULL
LEFT JOIN organization_chair c ON c.id = asked.chair AND c.archived_at IS NULL
LEFT JOIN organization_room r ON r.id = c.room_id
"""  # noqa: S608  a part of the statement, no value

_SHIFT_CHAIR_SQL = """
SELECT c.id, c.name, r.id, r.name, r.branch_id FROM schedule_workshift s
JOIN organization_chair c ON c.id = s.chair_id
JOIN organization_room r ON r.id = c.room_id
WHERE s.doctor_id = %(doctor)s AND s.branch_id = %(branch)s AND s.cancelled_at IS NULL
  AND s.starts_at > %(at)s::timestamptz - interval '24 hours' AND s.starts_at <= %(at)s AND s.ends_at > %(at)s
"""


def doctors_of_branch(branch_id: int) -> list[BranchDoctor]:
    """Active doctors who may work in the branch, by name; the rule is the one of ``organization.selectors``."""
    return [
        BranchDoctor(pk, names.short_name(*name), tuple(specialty_ids))
        for pk, *name, specialty_ids in read(_DOCTORS_SQL, {"branch": branch_id})
    ]


def specialties_of_branch(branch_id: int) -> list[tuple[int, str]]:
    """Id and name of the specialities of the doctors who may work in the branch: what its schedule is filtered by."""
    return [(pk, name) for pk, name in read(_SPECIALTIES_SQL, {"branch": branch_id})]


def chairs_of_branch(branch_id: int) -> list[tuple[int, str]]:
    """Id and title «room · chair» of the chairs in use."""
    return [(pk, f"{room} · {name}") for pk, room, name in read(_CHAIRS_SQL, {"branch": branch_id})]


def chosen(*, branch_id: int, doctor_id: int | None, chair_id: int | None) -> Chosen:
    """The rows of a doctor and a chair by one statement; only their names and places are loaded."""
    ((*found, is_of_branch),) = read(_CHOSEN_SQL, {"branch": branch_id, "doctor": doctor_id, "chair": chair_id})
    doctor_pk, user_id, surname, name, patronymic, *chair = found
    return Chosen(
        doctor=_loaded(
            Employee,
            id=doctor_pk, archived_at=None, user_id=user_id, surname=surname, name=name, patronymic=patronymic,
        )
        if doctor_pk
        else None,
        chair=_chair(*chair) if chair[0] else None,
        is_of_branch=bool(is_of_branch),
    )  # fmt: skip


def chair_of_shift(*, doctor_id: int, branch_id: int, starts_at: datetime) -> Chair | None:
    """The chair of the shift this moment is in: where an appointment goes when no chair was named."""
    for chair in read(_SHIFT_CHAIR_SQL, {"doctor": doctor_id, "branch": branch_id, "at": starts_at}):
        return _chair(*chair)
    return None


def _chair(pk: int, name: str, room_id: int, room_name: str, branch_id: int) -> Chair:
    chair = _loaded(Chair, id=pk, archived_at=None, room_id=room_id, name=name)
    chair.room = _loaded(Room, id=room_id, branch_id=branch_id, name=room_name)
    return chair


def _loaded(model: type[Row], **known: Any) -> Row:
    """A row of the database of which only these columns were read; another one is read when it is asked for."""
    columns = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    return model.from_db(connection.alias, columns, [known[column] for column in columns])
