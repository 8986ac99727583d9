"""The clinic: its legal entities and places, its people, their roles and rights."""

from organization.models.access import (
    ApiToken,
    BranchGrant,
    EmployeePermission,
    EmployeeRole,
    Role,
    RolePermission,
)
from organization.models.grants import DeclaredReport, ExplicitGrant, GrantQuerySet, ReportGrant
from organization.models.people import Employee, EmployeePosition, EmployeeSpecialty, Position, Specialty
from organization.models.places import Branch, BranchHours, Chair, LegalEntity, Room
from organization.models.sign_in import DeskMember, Pin, RecoveryCode, SecondFactor
from organization.models.substitution import Substitution
from organization.models.users import User

__all__ = [
    "ApiToken",
    "Branch",
    "BranchGrant",
    "BranchHours",
    "Chair",
    "DeclaredReport",
    "DeskMember",
    "Employee",
    "EmployeePermission",
    "EmployeePosition",
    "EmployeeRole",
    "EmployeeSpecialty",
    "ExplicitGrant",
    "GrantQuerySet",
    "LegalEntity",
    "Pin",
    "Position",
    "RecoveryCode",
    "ReportGrant",
    "Role",
    "RolePermission",
    "Room",
    "SecondFactor",
    "Specialty",
    "Substitution",
    "User",
]
