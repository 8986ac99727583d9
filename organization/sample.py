"""The organization's part of the sample clinic; the account that removes it is taken over by whoever removes."""

from django.utils.translation import gettext_lazy as _

from core.ports import SampleRows


def sample_rows() -> SampleRows:
    """People and places go; roles with their rights, specialities and positions are of use in any clinic."""
    return SampleRows(
        "organization",
        counted=(
            ("organization.LegalEntity", _("Legal entities")),
            ("organization.Branch", _("Branches")),
            ("organization.Chair", _("Chairs")),
            ("organization.Employee", _("Employees")),
        ),
        keeps=(
            "organization.Role",
            "organization.RolePermission",
            "organization.DeclaredReport",
            "organization.Specialty",
            "organization.Position",
        ),
    )
