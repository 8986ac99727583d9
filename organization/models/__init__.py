"""The clinic: its legal entities and places, its people, their roles and rights."""

from organization.models.access import (
    ApiToken,
    BranchGrant,
    EmployeePermission,
    EmployeeRole,
    Role,
    RolePermission,
)
from organization.models.people import Employee, EmployeePosition, EmployeeSpecialty, Position, Specialty
from organization.models.places import Branch, BranchHours, Chair, LegalEntity, Room
from organization.models.users import User

__all__ = [
    "ApiToken",
    "Branch",
    "BranchGrant",
    "BranchHours",
    "Chair",
    "Employee",
    "EmployeePermission",
    "EmployeePosition",
    "EmployeeRole",
    "EmployeeSpecialty",
    "LegalEntity",
    "Position",
    "Role",
    "RolePermission",
    "Room",
    "Specialty",
    "User",
]
